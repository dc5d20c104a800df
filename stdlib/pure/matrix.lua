-- The matrix of builds: every target of slipway.lua, once for each of its platforms and variants, with the names of the
-- files that it will give. Computed, so that a plan can name all files before one of them exists.
local errors = require "pure.errors"
local kinds = require "pure.build_kinds"
local platforms = require "pure.platform"
local sorted_keys = require "pure.sorted_keys"

local M = {}

---@class slipway.BuildEntry
---@field target string     "caro-linux-amd64-small": the name of the step, its folder and its log
---@field group string      its key in `targets`
---@field platform string?  as it was written
---@field variant string?
---@field builder string
---@field settings table    what only this builder understands
---@field run string[][]?   commands, with their placeholders filled in
---@field paths string[]?   of a command's files in the checkout
---@field produce string[]  names of its files
---@field env table<string, string>?
---@field secrets string[]?  names of those that its commands are given
---@field timeout any
---@field dir string?       folder of the project in which it is built
---@field lock string|false|nil
---@field pins table<string, string>?
---@field limits table?     max_size, libraries, glibc
---@field strategy string[]?

local function refuse(text) return nil, errors.new { code = "config.invalid", message = "slipway.lua: " .. text, hint = "slipway help config" } end

--- Fills in `{platform}` and the like; a word that nothing is known for stays as it is.
---@param value any
---@param words table<string, string>
---@return any
function M.fill(value, words)
  if type(value) == "string" then return (value:gsub("{([%l_]+)}", words)) end
  if type(value) ~= "table" then return value end
  local filled = {}
  for key, item in pairs(value) do filled[key] = M.fill(item, words) end -- order: a copy has none
  return filled
end

-- What a variant says stands above what its target says; lists are put behind each other, tables merged.
local function overlay(target, variant)
  local merged = {}
  for key, value in pairs(target) do merged[key] = value end -- order: a copy has none
  for key, value in pairs(variant or {}) do -- order: a copy has none
    local below = merged[key]
    if type(value) == "table" and type(below) == "table" then
      local both = {}
      for name, item in pairs(below) do both[name] = item end -- order: a copy has none
      if value[1] ~= nil then
        table.move(value, 1, #value, #below + 1, both)
      else
        for name, item in pairs(value) do both[name] = item end -- order: a copy has none
      end
      value = both
    end
    merged[key] = value
  end
  return merged
end

--- The variants of a target: names in order, and what each changes.
local function variants_of(target)
  local names, changes = {}, {}
  for key, value in pairs(target.variants or {}) do -- order: sorted below unless it is a list
    if type(key) == "number" then names[key] = value else names[#names + 1], changes[key] = key, value end
  end
  if not (target.variants or {})[1] then table.sort(names) end
  if #names == 0 then names[1] = false end
  return names, changes
end

local function one(group, target, o, platform_name, variant, explicit)
  local kind = kinds.kinds[target.builder or "command"]
  local entry = { group = group, builder = target.builder or "command", platform = platform_name or nil, variant = variant or nil }
  local platform, err
  if platform_name then
    platform, err = platforms.get(platform_name)
    if not platform then return refuse(("targets.%s: %s"):format(group, err.message)) end
  end
  entry.target = group .. (explicit and platform_name and "-" .. platform_name or "") .. (variant and "-" .. variant or "")
  local words = {
    name = o.project, project = o.project, version = o.version, target = entry.target, platform = platform_name or "", variant = variant or "",
    os = platform and platform.os or "", arch = platform and platform.arch or "", exe = platform and platform.exe or "", triple = platform and platform.rust or "",
  }
  local template = target.name or (o.project .. "-{version}" .. (platform_name and "-{platform}" or "") .. (variant and "-{variant}" or "") .. (kind.program and "{exe}" or ""))
  local name = M.fill(template, words)
  if kind.program and words.exe ~= "" and name:sub(-#words.exe) ~= words.exe then name = name .. words.exe end
  entry.settings = {}
  for field in pairs(kind.fields) do -- order: a set
    if field ~= "run" and field ~= "produce" then entry.settings[field] = M.fill(target[field], words) end
  end
  entry.run, entry.paths = M.fill(target.run, words), M.fill(target.produce, words)
  entry.produce = kind.produce {
    name = name, version = o.version, project = o.project, settings = entry.settings, on = platform, produce_paths = entry.paths,
  }
  entry.env, entry.timeout, entry.dir, entry.pins, entry.secrets = M.fill(target.env, words), target.timeout, target.dir, target.pins, target.secrets
  entry.limits = { max_size = target.max_size, libraries = target.libraries, glibc = target.max_glibc }
  entry.strategy = type(target.strategy) == "string" and { target.strategy } or target.strategy
  entry.lock = entry.target
  if target.lock ~= nil then entry.lock = target.lock and M.fill(target.lock, words) end
  return entry
end

--- All builds: targets by name, platforms and variants in their order.
---@param targets table<string, table>  as in slipway.lua
---@param o { version: string, project: string }
---@return slipway.BuildEntry[]?, slipway.Error?
function M.expand(targets, o)
  local list, taken = {}, {}
  for _, group in ipairs(sorted_keys(targets)) do
    local target = targets[group]
    local variants, changes = variants_of(target)
    for _, platform in ipairs(target.platforms or { target.platform or false }) do
      for _, variant in ipairs(variants) do
        local entry, err = one(group, overlay(target, changes[variant]), o, platform, variant, target.platforms ~= nil)
        if not entry then return nil, err end
        if taken[entry.target] then return refuse(("targets: %s and %s are both called %s"):format(taken[entry.target], group, entry.target)) end
        taken[entry.target] = group
        list[#list + 1] = entry
      end
    end
  end
  return list
end

--- Two builds that would give files of one name, when they all go to one place.
---@param list slipway.BuildEntry[]
---@return string? complaint
function M.duplicate(list)
  local taken = {}
  for _, entry in ipairs(list) do
    for _, name in ipairs(entry.produce) do
      if taken[name] then
        return ("%s and %s would both give %s: put {platform} or {variant} into the name in slipway.lua"):format(taken[name], entry.target, name)
      end
      taken[name] = entry.target
    end
  end
end

--- The builds that a name means: one of them, or all of a target.
---@param list slipway.BuildEntry[]
---@param name string
---@return slipway.BuildEntry[]
function M.named(list, name)
  local found = {}
  for _, entry in ipairs(list) do
    if entry.target == name then return { entry } end
    if entry.group == name then found[#found + 1] = entry end
  end
  return found
end

return M
