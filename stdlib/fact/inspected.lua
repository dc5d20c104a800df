-- Is the project in order, as far as files tell?
local history = require "repository.history"
local inspection = require "pure.inspection"
local tree_of = require "repository.tree"

local function any() return true end

return {
  name = "inspected", summary = "Is there anything in the project's files that would make a release go wrong?", signature = "facts:inspected(commit?) → check",
  ask = function(world, at)
    at = at or world.project.head.oid
    local last, err = history.last_release(world, at, any)
    if err then return nil, err end
    local tree, unread = tree_of(world, at, last and tostring(last.version))
    if not tree then return nil, unread end
    local faults, hint, advice = {}, nil, {}
    for _, finding in ipairs(inspection.findings(tree)) do
      if not finding.ok and finding.advice then advice[#advice + 1] = { name = finding.name, text = finding.text, hint = finding.hint } end
      if not finding.ok and not finding.advice then
        faults[#faults + 1] = finding.name .. ": " .. finding.text
        hint = hint or finding.hint
      end
    end
    if #faults == 0 then return { ok = true, advice = advice } end
    return { ok = false, why = table.concat(faults, "; "), hint = hint, advice = advice }
  end,
}
