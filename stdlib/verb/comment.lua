-- Tells in issues and pull requests that what they are about has been released. Each comment carries a marker, so none is
-- written twice.
local verb = require "pure.declare"

local function marker(a) return ("<!-- slipway: %s -->"):format(a.key) end

--- { number, pull } from numbers or items.
local function items_of(a)
  local list = {}
  for i, item in ipairs(a.items) do list[i] = type(item) == "table" and { number = item.number, pull = item.pull or false } or { number = item, pull = false } end
  return list
end

--- For each item the id of our comment, or nil.
local function ours(world, a)
  local found, count = {}, 0
  for _, item in ipairs(items_of(a)) do
    local list, err = world.forge.comments(item)
    if not list and err.code ~= "forge.not_found" then return nil, err end -- an issue that is gone needs no comment
    for _, comment in ipairs(list or {}) do
      if type(comment.body) == "string" and comment.body:find(marker(a), 1, true) then found[item.number] = comment.id end
    end
    if found[item.number] == nil and not list then found[item.number] = false end
    if found[item.number] ~= nil then count = count + 1 end
  end
  return found, nil, count
end

return verb {
  name = "comment", class = "remote", forward = true, summary = "Comment on issues and pull requests, each at most once.",
  params = { items = "list", text = "text", key = "text" }, returns = { count = "integer" },
  undo_says = "delete the comments",
  label = function(a) return ("comments on %d items"):format(#a.items) end,
  example = 'p:comment { items = facts:released { since = "v1.1.0" }, text = "Released in v1.2.0", key = "released v1.2.0" }',
  describe = function(a)
    local names = {}
    for i, item in ipairs(items_of(a)) do
      if i <= 6 then names[i] = "#" .. tostring(item.number) end
    end
    return ("comment on %s%s"):format(table.concat(names, ", "), #a.items > 6 and (" and %d more"):format(#a.items - 6) or "")
  end,
  verify = function(world, a)
    local _, err, count = ours(world, a)
    if err then return err.retry and "unknown" or "different", err end
    if count == #a.items then return "same", { count = count } end
    return "absent", nil, count > 0 and { count = count } or nil
  end,
  apply = function(world, a)
    local found, err = ours(world, a)
    if not found then return nil, err end
    for _, item in ipairs(items_of(a)) do
      if found[item.number] == nil then
        local made, failed = world.forge.comment(item, ("%s\n\n%s"):format(a.text, marker(a)))
        if not made then return nil, failed end
      end
    end
    return { count = #a.items }
  end,
  undo = function(world, a)
    local found, err = ours(world, a)
    if not found then return nil, err end
    for _, item in ipairs(items_of(a)) do
      if found[item.number] then
        local gone, kept = world.forge.remove_comment(item, found[item.number])
        if not gone then return nil, kept end
      end
    end
    return true
  end,
}
