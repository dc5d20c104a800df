-- Names of release tags where a repository has several packages: "core-v1.2.0", "@s/core@1.2.0",
-- "core/v1.2.0". Words of a pattern: {name}, {short} (without scope), {path}, {version}.
local version = require "pure.version"

local M = {}

--- Ways in which packages are tagged, the usual ones first.
local known = {
  "{name}-v{version}", "{name}@{version}", "{name}@v{version}", "{path}/v{version}", "{short}-v{version}", "{short}@{version}",
  "{name}-{version}", "{name}/v{version}", "{name}/{version}", "{name}_v{version}", "{short}/v{version}", "{short}-{version}",
  "{path}-v{version}", "{path}@{version}",
}

--- What the packages' own tools do where there is no tag yet: changesets and Lerna, Go itself, cargo-release.
local defaults = { package_json = "{name}@{version}", go_mod = "{path}/v{version}" }

---@param pattern string
---@return boolean
function M.names_package(pattern) return pattern:find "{name}" ~= nil or pattern:find "{short}" ~= nil or pattern:find "{path}" ~= nil end

local function short_name(name)
  local plain = name:gsub("/v%d+$", "")
  return plain:match "[^/]+$" or name
end

--- The pattern with everything filled in but the version. The root's path leaves no slash behind.
---@param pattern string
---@param one { name: string, path: string }
---@return string
function M.fill(pattern, one)
  if one.path == "." then pattern = pattern:gsub("{path}[/-@]?", "") end
  local words = { name = one.name, short = short_name(one.name), path = one.path }
  return (pattern:gsub("{(%a+)}", function(word) return words[word] end))
end

-- "core-v1.2.0" → every place where a version may begin, with what stands before it.
local function beginnings(tag)
  local at = 0
  return function()
    at = tag:find("%d", at + 1)
    if at then return tag:sub(1, at - 1), tag:sub(at) end
  end
end

--- Which filled pattern a tag follows. `owners`: what stands before the version → any value.
---@param owners table<string, any>
---@param tag string
---@param scheme string?
---@return any owner, table? version
function M.owner(owners, tag, scheme)
  for before, rest in beginnings(tag) do
    local owner = owners[before]
    local found = owner and version.parse(rest, scheme)
    if found then return owner, found end
  end
end

local function before_version(pattern, one) return (M.fill(pattern, one):match "^(.-){version}") end

--- How often each known pattern occurs among the tags, and for which packages.
local function counted(list, tags)
  local owners = {}
  for rank, pattern in ipairs(known) do
    for _, one in ipairs(list) do
      local before = before_version(pattern, one)
      if before ~= "" and before ~= "v" and not owners[before] then owners[before] = { rank = rank, name = one.name } end
    end
  end
  local counts, tagged = {}, {}
  for _, tag in ipairs(tags) do
    local owner = M.owner(owners, tag)
    if owner then
      counts[owner.rank] = (counts[owner.rank] or 0) + 1
      tagged[owner.name] = true
    end
  end
  return counts, tagged
end

--- The one package whose releases plain tags (v1.2.0) are: that of the root, else the one whose manifest says what one
--- of them says. nil when that is nobody or not clear.
local function owner_of_plain(list, tags, tagged)
  local plain, any, found = {}, false, nil
  for _, tag in ipairs(tags) do
    local text = tag:match "^v(%d+%.%d.*)$"
    if text then plain[text], any = true, true end
  end
  for _, one in ipairs(any and list or {}) do
    if one.path == "." and not tagged[one.name] then return one.name end
  end
  for _, one in ipairs(any and next(tagged) and list or {}) do -- tags of both manners are in use
    if not tagged[one.name] and not one.private and one.version and plain[one.version] then
      if found then return nil end
      found = one.name
    end
  end
  return found
end

--- Which packages have been tagged by name so far?
---@param list { name: string, path: string }[]
---@param tags string[]
---@return table<string, true>
function M.tagged(list, tags) return select(2, counted(list, tags)) end

--- Does any tag name one of the packages?
---@param list { name: string, path: string }[]
---@param tags string[]
---@return boolean
function M.any(list, tags) return next((counted(list, tags))) ~= nil end

--- The pattern of each package by its name: slipway.lua's, else what most tags follow, else what its ecosystem does.
--- One package may go by plain tags: v1.2.0.
---@param list { name: string, path: string, format: string, version: string?, private: boolean? }[]
---@param tags string[]
---@param setting string?
---@return table<string, string>
function M.patterns(list, tags, setting)
  local patterns, best = {}, nil
  local counts, tagged = counted(list, tags)
  for rank in ipairs(known) do
    if counts[rank] and (not best or counts[rank] > counts[best]) then best = rank end
  end
  for _, one in ipairs(list) do
    local usual = best and known[best] or defaults[one.format] or "{name}-v{version}"
    patterns[one.name] = setting and M.names_package(setting) and setting or usual
  end
  local plain = not setting and owner_of_plain(list, tags, tagged)
  if plain then patterns[plain] = "v{version}" end
  return patterns
end

return M
