-- slipway.lua, key `registries`: where packages are published, by name. crates, pypi, npm and image need no `kind`.
local check = require "pure.config.check"
local registries = require "pure.registries"
local schema = require "pure.schema"

local shared = {
  kind = "string", token = { "string", "table" }, package = "string", packages = "table", run = "table", files = "table", target = { "string", "table" }, smoke = { "table", "boolean" },
  within = { "string", "number" }, prereleases = "boolean", ca_file = "string",
}

local of_kind = {
  cargo = { registry = "string", index = "string", token_prefix = "string" },
  pypi = { registry = "string", index = "string", url = "string", user = "string" },
  npm = { url = "string", access = "string" },
  oci = { image = "string", url = "string", user = "string", pointers = "table" },
}

local function fields_of(kind)
  local fields = {}
  for name, wanted in pairs(shared) do fields[name] = wanted end -- order: a set
  for name, wanted in pairs(of_kind[kind]) do fields[name] = wanted end -- order: a set
  return fields
end

local function check_files(where, files)
  if not check.is_texts(files) then return check.refuse(where .. " must be a list of files") end
  for _, path in ipairs(files) do
    if not schema.is_inside(path) then return check.refuse(("%s: '%s' is not inside the project"):format(where, path)) end
  end
  return true
end

local function check_lists(where, settings)
  if settings.files then
    local ok, err = check_files(where .. ".files", settings.files)
    if not ok then return nil, err end
  end
  for _, name in ipairs { "packages", "pointers", "target" } do
    if type(settings[name]) == "table" and not check.is_texts(settings[name]) then return check.refuse(("%s.%s must be a list of names"):format(where, name)) end
  end
  for _, name in ipairs { "run", "smoke" } do
    if type(settings[name]) == "table" then
      local ok, err = check.commands(("%s.%s"):format(where, name), settings[name])
      if not ok then return nil, err end
    end
  end
  return true
end

local function check_one(name, settings)
  local where = "registries." .. tostring(name)
  if type(name) ~= "string" then return check.refuse "registries are tables by name" end
  if type(settings) ~= "table" then return check.refuse(where .. " must be a table") end
  local kind = registries.kind_of(name, settings)
  if not kind then
    if settings.kind then return check.one_of(where .. ".kind", settings.kind, registries.kinds) end
    return check.refuse(("%s: kind is one of %s"):format(where, table.concat(registries.kinds, ", ")))
  end
  local ok, err = check.fields(where, settings, fields_of(kind))
  if not ok then return nil, err end
  if kind == "oci" and not settings.image then return check.refuse(where .. '.image is the image\'s name with its host: "registry.example/me/pelican"') end
  if kind == "oci" and not settings.files then return check.refuse(where .. ".files names the image's file, which run or a target makes (an OCI layout or docker archive, as one tar)") end
  if settings.run and settings.target then return check.refuse(where .. " has run or target, not both") end
  if settings.within and not schema.seconds(settings.within) then return check.refuse(where .. '.within must be a duration such as "10m"') end
  return check_lists(where, settings)
end

---@param settings table<string, table>
---@return true?, slipway.Error?
return function(settings)
  for name, one in pairs(settings) do -- order: any complaint is a complaint
    local ok, err = check_one(name, one)
    if not ok then return nil, err end
  end
  return true
end
