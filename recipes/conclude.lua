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
    version = { type = "text", help = "the released version" },
    tag     = { type = "text", help = "its tag" },
    at      = { type = "commit", help = "the last commit that is in it" },
    since   = { type = "text", optional = true, help = "tag of the release before" },
  },
  plan = function(p, facts, arg)
    local project, released = facts.project, version.parse(arg.version)
    local milestone = project.milestone
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
      local items = facts:released { since = arg.since, at = arg.at }
      local text = project.comment:gsub("{(%w+)}", { tag = arg.tag, version = arg.version })
      if #items > 0 then p:comment { items = items, text = text, key = "released " .. arg.tag } end
    end
    return {}
  end,
}
