-- Files an issue on the forge, once: one of the same title, open or closed, is the same.
local verb = require "pure.declare"

local function find(world, a)
  local list, err = world.forge.issues { state = "all", kind = "issue" }
  if not list then return nil, err end
  local found
  for _, item in ipairs(list) do
    if item.title == a.title and (not found or item.state == "open") then found = item end
  end
  return found or false
end

return verb {
  name = "issue", class = "remote", forward = true, summary = "File an issue on the forge.",
  params = { title = "text", body = "text" }, returns = { number = "integer", url = "text" },
  undo_says = "close it",
  label = function(a) return ("the issue \"%s\""):format(a.title) end,
  example = 'p:issue { title = "1.2.0 is withdrawn", body = "It loses data on Windows." }',
  describe = function(a) return ("file the issue \"%s\""):format(a.title) end,
  verify = function(world, a)
    local found, err = find(world, a)
    if found == nil then return err.retry and "unknown" or "different", err end
    if found and found.state == "open" then return "same", { number = found.number, url = found.url } end
    return "absent"
  end,
  apply = function(world, a)
    local found, err = find(world, a)
    if found == nil then return nil, err end
    local item = found
    if not found then
      item, err = world.forge.make_issue { title = a.title, body = a.body }
    elseif found.state ~= "open" then
      item, err = world.forge.set_issue(found, "open")
    end
    if not item then return nil, err end
    return { number = item.number, url = item.url }
  end,
  undo = function(world, a)
    local found, err = find(world, a)
    if found == nil then return nil, err end
    if not found or found.state ~= "open" then return true end
    local done, failed = world.forge.set_issue(found, "closed")
    return done and true, failed
  end,
}
