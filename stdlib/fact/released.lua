-- The issues and pull requests that commits name as theirs: "(#12)", "Merge pull request #12", "See merge request a/b!12",
-- "Fixes #7".
local closing = { "close", "closes", "closed", "fix", "fixes", "fixed", "resolve", "resolves", "resolved" }

local function add(list, seen, number, pull)
  local key = math.tointeger(tonumber(number))
  if not key or seen[key] then return end
  seen[key] = true
  list[#list + 1] = { number = key, pull = pull }
end

local function collect(list, seen, message)
  local subject = message:match "^[^\n]*"
  for number in subject:gmatch "%(#(%d+)%)" do add(list, seen, number, true) end
  add(list, seen, subject:match "^Merge pull request #(%d+)", true)
  add(list, seen, message:match "See merge request [^\n]*!(%d+)", true)
  local lower = " " .. message:lower():gsub("[,:;(]", " ") -- "Closes: #7", "(fixes #7)"
  for _, word in ipairs(closing) do
    for number in lower:gmatch("%s" .. word .. "%s+#(%d+)") do add(list, seen, number, false) end
  end
end

return {
  name = "released", summary = "Issues and pull requests that the commits since a tag name as theirs.",
  signature = "facts:released{ since =, at = } → { { number, pull }… }",
  ask = function(world, o)
    local hide
    if o.since then
      local base, missing = world.repo:resolve(o.since)
      if not base then return nil, missing end
      hide = { base }
    end
    local walk, err = world.repo:log { from = o.at or world.project.head.oid, hide = hide, brief = true }
    if not walk then return nil, err end
    local list, seen = {}, {}
    for commit in walk do collect(list, seen, commit.message) end
    table.sort(list, function(a, b) return a.number < b.number end)
    return list
  end,
}
