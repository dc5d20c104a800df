-- "Did you mean": the nearest name to a mistyped one.
local M = {}

---@param list any[]
---@param wanted any
---@return boolean
function M.contains(list, wanted)
  for _, item in ipairs(list) do
    if item == wanted then return true end
  end
  return false
end

--- Edits between two words, a swap of neighbours counted as one (optimal string alignment).
---@param a string
---@param b string
---@return integer
function M.distance(a, b)
  local before, previous = {}, {}
  for j = 0, #b do previous[j] = j end
  for i = 1, #a do
    local current = { [0] = i }
    for j = 1, #b do
      local cost = a:byte(i) == b:byte(j) and 0 or 1
      current[j] = math.min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + cost)
      if i > 1 and j > 1 and a:byte(i) == b:byte(j - 1) and a:byte(i - 1) == b:byte(j) then
        current[j] = math.min(current[j], before[j - 2] + 1)
      end
    end
    before, previous = previous, current
  end
  return previous[#b]
end

---@param word string
---@param names string[]
---@return string?
function M.nearest(word, names)
  local best, least
  for _, name in ipairs(names) do
    local distance = M.distance(word, name)
    if distance <= math.max(1, #name // 3) and (not least or distance < least) then best, least = name, distance end
  end
  return best
end

--- " (did you mean tag?)", or nothing.
---@param word string
---@param names string[]
---@return string
function M.suggest(word, names)
  local name = M.nearest(word, names)
  return name and (" (did you mean %s?)"):format(name) or ""
end

return M
