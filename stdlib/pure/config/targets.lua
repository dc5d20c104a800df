-- slipway.lua, key `targets`: builds by name, each for one or several platforms and variants.
local check = require "pure.config.check"
local kinds = require "pure.build_kinds"
local matrix = require "pure.matrix"
local near = require "pure.near"
local schema = require "pure.schema"

-- What every target can say, whatever builds it.
local shared = {
  builder = "string", platform = "string", platforms = "table", variants = "table", name = "string", env = "table",
  secrets = "table", timeout = { "string", "number" }, strategy = { "string", "table" }, lock = { "string", "boolean" }, pins = "table", dir = "string",
  max_size = { "string", "number" }, max_glibc = "string", libraries = "table",
}

-- What one variant may change: everything but what it is a variant of.
local fixed = { builder = true, secrets = true, platform = true, platforms = true, variants = true, lock = true, strategy = true, pins = true }

local function fields_of(kind)
  local all = {}
  for name, types in pairs(shared) do all[name] = types end -- order: a set
  for name, types in pairs(kind.fields) do all[name] = types end -- order: a set
  return all
end

local function check_variants(where, target, fields)
  for key, value in pairs(target.variants or {}) do -- order: any complaint is a complaint
    local name = type(key) == "number" and value or key
    if not schema.is_component(name) then return check.refuse(("%s.variants: the name of a variant is part of a file's name"):format(where)) end
    if type(key) ~= "number" then
      local ok, err = check.fields(("%s.variants.%s"):format(where, name), value, fields)
      if not ok then return nil, err end
      for field in pairs(value) do -- order: any complaint is a complaint
        if fixed[field] then return check.refuse(("%s.variants.%s: %s is the same for all variants"):format(where, name, field)) end
      end
    end
  end
  return true
end

local function check_texts(where, target)
  for _, field in ipairs { "platforms", "sources", "args", "features", "libraries", "rustls", "demand", "tags" } do
    if target[field] and next(target[field]) ~= nil and not check.is_texts(target[field]) then return check.refuse(("%s.%s must be a list of texts"):format(where, field)) end
  end
  for name, value in pairs(target.env or {}) do -- order: any complaint is a complaint
    if type(name) ~= "string" or type(value) ~= "string" then return check.refuse(where .. ".env holds texts by name") end
  end
  return true
end

local function check_commands(where, target)
  local ok, err = true, nil
  if target.run then ok, err = check.commands(where .. ".run", target.run) end
  if ok and target.produce then ok, err = check.files(where .. ".produce", target.produce) end
  if not ok then return nil, err end
  return true
end

local function check_shape(where, target, kind, fields)
  local ok, err = check.fields(where, target, fields)
  if ok then ok, err = check_texts(where, target) end
  if ok then ok, err = check_commands(where, target) end
  if ok then ok, err = check_variants(where, target, fields) end
  if not ok then return nil, err end
  for _, field in ipairs(kind.needs or {}) do
    if target[field] == nil then return check.refuse(("%s.%s is missing: the builder %s needs it"):format(where, field, target.builder or "command")) end
  end
  if kind.platform and not target.platform and not target.platforms then
    return check.refuse(("%s names no platform: platforms = { \"linux-amd64\", … }"):format(where))
  end
  if target.platform and target.platforms then return check.refuse(where .. " has both platform and platforms") end
  if target.dir and not schema.is_inside(target.dir) then return check.refuse(where .. ".dir is not inside the project") end
  if target.timeout and not schema.seconds(target.timeout) then return check.refuse(where .. '.timeout must be a duration such as "10m"') end
  if target.max_size and not schema.bytes(target.max_size) then return check.refuse(where .. '.max_size must be a size such as "20M"') end
  return true
end

---@param targets table<string, table>
---@return true?, slipway.Error?
return function(targets)
  for name, target in pairs(targets) do -- order: any complaint is a complaint
    if type(name) ~= "string" then return check.refuse "targets are tables by name" end
    if not schema.is_component(name) then return check.refuse(("targets.%s: the name of a target names a folder: no slash in it"):format(name)) end
    local where = "targets." .. name
    if type(target) ~= "table" then return check.refuse(where .. " must be a table") end
    local builder = target.builder or "command"
    local kind = kinds.kinds[builder]
    if not kind then
      return check.refuse(("%s.builder: there is no builder '%s'%s"):format(where, tostring(builder), near.suggest(tostring(builder), kinds.names())),
        "builders: " .. table.concat(kinds.names(), ", "))
    end
    local ok, err = check_shape(where, target, kind, fields_of(kind))
    if not ok then return nil, err end
  end
  local list, err = matrix.expand(targets, { version = "1.0.0", project = "project" })
  if not list then return nil, err end
  for _, entry in ipairs(list) do
    if entry.lock and not schema.is_component(entry.lock) then return check.refuse(("targets.%s.lock names a file: no slash in it"):format(entry.group)) end
    for _, file in ipairs(entry.produce) do
      if not schema.is_component(file) then return check.refuse(("targets.%s.name: '%s' is not the name of a file"):format(entry.group, file)) end
    end
  end
  return true
end
