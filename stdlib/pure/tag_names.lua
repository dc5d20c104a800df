-- Names of release tags where a repository has several packages: "core-v1.2.0", "@s/core@1.2.0",
-- "core/v1.2.0". Words of a pattern: {name}, {short} (without scope), {path}, {version}.
local semver = require "pure.semver"
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
  if not name:find("/", 1, true) then return name end
  local plain = name:gsub("/v%d+$", "")
  return plain:match "^.*/([^/]+)$" or plain
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

-- What stands before the version of each known pattern: a word of the package's and a mark.
local parts = {}
for rank, pattern in ipairs(known) do
  local word, mark = pattern:match "^{(%a+)}(.*){version}$"
  parts[rank] = { word = word, mark = mark }
end

-- Tags by what stands before their first digit; `valid`: in how many of them a version follows. Asked about the same
-- tags several times.
local split = setmetatable({}, { __mode = "k" })
local function heads_of(tags)
  local found = split[tags]
  if not found then
    found = { tags = {}, valid = {} }
    for _, tag in ipairs(tags) do
      local head = tag:match "^%D*"
      local list = found.tags[head] or {}
      list[#list + 1], found.tags[head] = tag, list
    end
    split[tags] = found
  end
  return found
end

local function valid_under(found, head)
  if not found.valid[head] then
    local rests = {}
    for i, tag in ipairs(found.tags[head]) do rests[i] = tag:sub(#head + 1) end
    found.valid[head] = #semver.sorted(rests)
  end
  return found.valid[head]
end

--- Packages by their words, the first of several; `digits`: how words begin that have digits in them.
local function words_of(list)
  local words, digits = { name = {}, path = {}, short = {} }, {}
  for _, one in ipairs(list) do
    local own = { name = one.name, path = one.path ~= "." and one.path or nil, short = short_name(one.name) }
    for kind, word in pairs(own) do -- order: each kind by itself
      words[kind][word] = words[kind][word] or one
      if word:find "%d" then digits[word:match "^%D*"] = true end
    end
    if one.path == "." then words.root = words.root or one end
  end
  return words, digits
end

--- Everything before a digit of a tag that may be a package's: each once.
local function befores_of(found, digits)
  local list, seen = {}, {}
  local function add(before)
    if not seen[before] and before ~= "" and before ~= "v" then seen[before], list[#list + 1] = true, before end
  end
  for head, tags in pairs(found.tags) do -- order: each is looked at by itself
    add(head)
    for _, tag in ipairs(digits[head] and tags or {}) do
      for before in beginnings(tag) do
        if before:find "[v@/_-]$" then add(before) end
      end
    end
  end
  return list
end

--- Who owns the tags that begin so: { rank, name } by what stands before the version.
local function owners_of(list, found)
  local words, digits = words_of(list)
  local befores, owners = befores_of(found, digits), {}
  for rank, part in ipairs(parts) do
    local of_root = part.word == "path" and words.root and before_version(known[rank], words.root)
    for _, before in ipairs(befores) do
      local fits = before:sub(-#part.mark) == part.mark
      local one = fits and words[part.word][before:sub(1, -#part.mark - 1)] or before == of_root and words.root
      if one and not owners[before] then owners[before] = { rank = rank, name = one.name } end
    end
  end
  return owners, digits
end

--- How often each known pattern occurs among the tags, and for which packages.
local function counted(list, tags)
  local found = heads_of(tags)
  local owners, digits = owners_of(list, found)
  local counts, tagged = {}, {}
  local function count(owner, number)
    if owner and number > 0 then counts[owner.rank], tagged[owner.name] = (counts[owner.rank] or 0) + number, true end
  end
  for head, some in pairs(next(owners) and found.tags or {}) do -- order: sums
    if digits[head] then
      for _, tag in ipairs(some) do count(M.owner(owners, tag), 1) end
    elseif owners[head] then
      count(owners[head], valid_under(found, head))
    end
  end
  return counts, tagged
end

--- The one package whose releases plain tags (v1.2.0) are: that of the root, else the one whose manifest says what one
--- of them says. nil when that is nobody or not clear.
local function owner_of_plain(list, tags, tagged)
  local plain, any, found = {}, false, nil
  for _, tag in ipairs(heads_of(tags).tags.v or {}) do
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
