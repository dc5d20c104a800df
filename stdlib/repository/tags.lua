-- Release tags of a project: which version a tag names, and all versions there are.
local M = {}

--- What stands before and behind the version in the names of tags: "v" and "".
---@param project table
---@return string, string
function M.around(project) return project.tag_pattern:match "^(.-){version}(.*)$" end

--- The version that a tag of this project names, or nil: "v1.2.0" → 1.2.0.
---@param project table
---@param tag string
---@return table?
function M.version_of(project, tag)
  local before, after = M.around(project)
  if tag:sub(1, #before) ~= before or (after ~= "" and tag:sub(-#after) ~= after) then return nil end
  return (require("pure.version").parse(tag:sub(#before + 1, #tag - #after), project.scheme))
end

---@param project table
---@param v table|string
---@return string
function M.name_of(project, v)
  return (project.tag_pattern:gsub("{version}", function() return tostring(v) end))
end

--- Every version that is tagged, here or on the remote as far as it is known.
---@param world table
---@return table[]  unordered
function M.all(world)
  if world.tagged then return world.tagged() end -- of one package among several
  local list, seen = {}, {}
  local function add(name)
    local v = not seen[name] and M.version_of(world.project, name)
    seen[name] = true
    if v then list[#list + 1] = v end
  end
  for _, ref in ipairs(world.repo:refs("refs/tags/", { quick = true }) or {}) do add(ref.name:sub(11)) end
  for name in pairs((world.project.remote_view or { refs = {} }).refs) do -- order: the caller takes a maximum
    if name:sub(1, 10) == "refs/tags/" then add(name:sub(11)) end
  end
  return list
end

--- The newest release tags that no release tool has made: lightweight ones, and those whose commit still
--- carries another version. Newest first.
---@param world table
---@param o { manifest_version: (fun(at: oid): table?), limit: integer }  limit: how many tags are looked at
---@return { tag: string, why: string }[]
function M.by_hand(world, o)
  local found = {}
  for _, ref in ipairs(world.repo:refs "refs/tags/" or {}) do
    local v = ref.commit and M.version_of(world.project, ref.name:sub(11))
    if v then found[#found + 1] = { tag = ref.name:sub(11), version = v, commit = ref.commit, lightweight = ref.oid == ref.commit } end
  end
  table.sort(found, function(a, b) return b.version < a.version end)
  local list = {}
  for i = 1, math.min(o.limit, #found) do
    local entry = found[i]
    local said = o.manifest_version(entry.commit)
    local placeholder = said and tostring(said):find "^0%.0%.0" -- the manifest never carries the version here
    if said and not placeholder and tostring(said) ~= tostring(entry.version) then
      list[#list + 1] = { tag = entry.tag, why = ("its commit says %s"):format(tostring(said)) }
    elseif entry.lightweight then
      list[#list + 1] = { tag = entry.tag, why = "it is lightweight: nobody signed for it, and it has no date" }
    end
  end
  return list
end

return M
