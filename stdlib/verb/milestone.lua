-- Closes a milestone of the forge and makes the next one.
local errors = require "pure.errors"
local verb = require "pure.declare"

local function marker(a) return ("<!-- slipway: after %s -->"):format(a.title) end

--- The milestone, and the next one: nil where there is none.
local function find(world, a)
  local list, err = world.forge.milestones { state = "all" }
  if not list then return nil, err end
  local found = {}
  for _, milestone in ipairs(list) do
    if milestone.title == a.title then found.this = milestone end
    if a.next and milestone.title == a.next then found.next = milestone end
  end
  return found
end

local function state_of(a) return a.state or "closed" end

local function value_of(found) return { id = found.this.id, next = found.next and found.next.id or nil } end

local function make_next(world, a)
  local text = (a.description and a.description .. "\n\n" or "") .. marker(a)
  local made, err = world.forge.make_milestone { title = a.next, description = text, due = a.due }
  if made then return made end
  local found = find(world, a) -- made, and the answer lost
  if found and found.next then return found.next end
  return nil, err
end

return verb {
  name = "milestone", class = "remote", forward = true, summary = "Close a milestone, and make the next one.",
  params = { title = "text", state = "text?", next = "text?", description = "text?", due = "text?" },
  returns = { id = "integer", next = "integer" },
  undo_says = "reopen",
  label = function(a) return "the milestone " .. a.title end,
  example = 'p:milestone { title = "v1.2.0", next = "v1.3.0", description = "Next release planning" }',
  describe = function(a) return ("%s milestone %s%s"):format(state_of(a) == "closed" and "close" or "open", a.title, a.next and ", make " .. a.next or "") end,
  verify = function(world, a)
    local found, err = find(world, a)
    if not found then return err.retry and "unknown" or "different", err end
    if not found.this then return "different", ("there is no milestone '%s'"):format(a.title) end
    local set = found.this.state == state_of(a)
    local whole = set and (not a.next or found.next ~= nil)
    if whole then return "same", value_of(found) end
    return "absent", nil, (set or found.next) and value_of(found) or nil
  end,
  apply = function(world, a)
    local found, err = find(world, a)
    if not found then return nil, err end
    if not found.this then return nil, errors.new { code = "forge.not_found", message = ("there is no milestone '%s'"):format(a.title) } end
    if found.this.state ~= state_of(a) then
      local done, failed = world.forge.set_milestone(found.this, state_of(a))
      if not done then return nil, failed end
    end
    if world.checkpoint then world.checkpoint "milestone-set" end
    if a.next and not found.next then
      local made, failed = make_next(world, a)
      if not made then return nil, failed end
      found.next = made
    end
    return value_of(found)
  end,
  undo = function(world, a)
    local found, err = find(world, a)
    if not found then return nil, err end
    local next = found.next
    if next and next.description:find(marker(a), 1, true) then
      if next.open + next.closed > 0 then
        return nil, errors.new { code = "step.different", message = ("milestone %s has issues in it; it is not deleted"):format(next.title), hint = "move them, then: slipway undo" }
      end
      local gone, kept = world.forge.remove_milestone(next)
      if not gone then return nil, kept end
    end
    if not found.this or found.this.state ~= state_of(a) then return true end
    local done, failed = world.forge.set_milestone(found.this, state_of(a) == "closed" and "open" or "closed")
    return done and true, failed
  end,
}
