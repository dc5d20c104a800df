-- Announces a release on the places of slipway.lua. The release recipes end with it; it can also be run alone, later.
---@type slipway.Recipe
return {
  name = "announce", summary = "Announce a release on the places of slipway.lua.",
  sample = [[
announce pelican 1.2.0
  announce   ■ announce on team: pelican 1.2.0
               no undo; post a correction; what was read stays read]],
  params = {
    version    = { type = "text", default = "latest", help = "released version to announce" },
    tag        = { type = "text", optional = true, help = "its tag, where it is only about to be made" },
    url        = { type = "any", optional = true, help = "address of its page; else the forge is asked" },
    notes      = { type = "text", optional = true, help = "what {notes} in a template stands for" },
    prerelease = { type = "boolean", default = false, help = "it is a pre-release: only places that want those" },
    place      = { type = "text", optional = true, help = "announce on this place alone" },
  },
  plan = function(p, facts, arg)
    local announcement = require "pure.announcement"
    local project = facts.project
    local version, tag = arg.version, arg.tag
    if not tag then
      local found = facts:release(version)
      version, tag = tostring(found.version), found.tag
      p:version(version)
      p:title(("%s %s"):format(project.name, version))
    end
    local values = { project = project.name, version = version, tag = tag, title = project.name .. " " .. version, notes = arg.notes }

    local count = 0
    for _, place in ipairs(project.announce) do
      local wanted = place.on == "always" or place.on == (arg.prerelease and "prerelease" or "release")
      if arg.place and place.name == arg.place or not arg.place and wanted then
        if count == 0 then p:phase "announce" end
        count = count + 1
        p:announce {
          to = place.name, text = announcement.fill(place.text, values), subject = announcement.fill(place.subject, values),
          version = version, tag = tag, url = arg.url, failure = "debt",
        }
      end
    end
    if not arg.tag then
      p:require("slipway.lua names a place for it", { ok = count > 0, why = "it announces nowhere", hint = "slipway help config: announce" })
    end
  end,
}
