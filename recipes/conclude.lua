-- What the forge is told when a release is out: its milestone is closed and the next one made, and who asked for what
-- was released finds it in the issue. Used by the recipes that publish.
local version = require "pure.version"

---@type slipway.Recipe
return {
  name = "conclude", summary = "After a release: close its milestone, make the next one, comment on what was released.",
  sample = [[
conclude  » close milestone v1.2.0, make v1.3.0      undo: reopen
          » comment on #12, #14                      undo: delete the comments]],
  params = {
    version = { type = "text", default = "latest", help = "the released version" },
    tag     = { type = "text", optional = true, help = "its tag; default: that of the version" },
    at      = { type = "commit", optional = true, help = "the last commit that is in it; default: the tag's" },
    since   = { type = "text", optional = true, help = "tag of the release before; default: the newest one below it" },
  },
  plan = function(p, facts, arg)
    local project, alone = facts.project, not (arg.tag and arg.at)
    local base = alone and facts:release(arg.version) or { version = arg.version, tag = arg.tag, commit = arg.at }
    local released, tag, at = version.parse(tostring(base.version)), base.tag, base.commit
    local milestone = project.milestone
    if alone then
      p:title(("%s %s is out"):format(project.name, tostring(released)))
      p:require("a forge, and a milestone or a comment in slipway.lua", {
        ok = project.has_forge and (milestone or project.comment) ~= nil, why = "there is nothing to tell", hint = "slipway help config: milestone, forge.comment",
      })
    end
    if not (project.has_forge and released) then return {} end
    p:phase "conclude"
    if milestone then
      local function fill(pattern, v) return (pattern:gsub("{version}", function() return tostring(v) end)) end
      local title = fill(milestone.title, released)
      local found = facts:milestone(title)
      p:warn(("the milestone %s is there"):format(title), { ok = found.exists, why = "it is not closed, nor is a next one made" })
      if found.exists then
        p:milestone {
          title = title, next = milestone.next and fill(milestone.next, released:bump "minor") or nil, description = milestone.description,
        }
      end
    end
    if project.comment then
      local items = facts:released { since = arg.since or base.previous, at = at }
      local text = project.comment:gsub("{(%w+)}", { tag = tag, version = tostring(released) })
      if #items > 0 then p:comment { items = items, text = text, key = "released " .. tag } end
    end
    return {}
  end,
}
