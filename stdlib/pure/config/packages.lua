-- slipway.lua, key `packages`: folders of packages (globs), or tables that describe one; beside them what holds
-- for all. `packages = false`: the repository is one project, whatever its workspace says.
local check = require "pure.config.check"

local package_fields = {
  name = "string", path = "string", tag = "string", changelog = { "string", "boolean" }, depends = "table", manifests = "table",
  include = "table", ignore = "table", private = "boolean",
}

local general = { shared = "table", ignore = "table", fixed = "table", linked = "table", dependants = "string" }

local function texts(where, value)
  if value == nil or check.is_texts(value) then return true end
  return check.refuse(where .. " must be a list of texts")
end

local function one_package(where, entry)
  local ok, err = check.fields(where, entry, package_fields)
  if not ok then return nil, err end
  if not entry.path then return check.refuse(where .. ".path names the package's folder, for example \"crates/core\"") end
  if entry.tag and not entry.tag:find("{version}", 1, true) then return check.refuse(where .. ".tag must contain {version}") end
  for _, field in ipairs { "depends", "manifests", "include", "ignore" } do
    ok, err = texts(("%s.%s"):format(where, field), entry[field])
    if not ok then return nil, err end
  end
  return true
end

--- Lists of names of packages; a package stands in one of them at most.
local function groups(value, field, taken)
  if value[field] and #value[field] == 0 then return check.refuse(("packages.%s is a list of lists of names"):format(field)) end
  for i, group in ipairs(value[field] or {}) do
    local where = ("packages.%s[%d]"):format(field, i)
    if not check.is_texts(group) then return check.refuse(where .. ' must be a list of names, for example { "core", "cli" }') end
    for _, name in ipairs(group) do
      if taken[name] then return check.refuse(("%s: %s is in %s already"):format(where, name, taken[name])) end
      taken[name] = where
    end
  end
  return true
end

---@param packages table|boolean
---@return true?, slipway.Error?
return function(packages)
  if packages == false then return true end
  if packages == true then return check.refuse "packages is a list of folders, or false: one project" end
  local rest = {}
  for key, value in pairs(packages) do -- order: a set is filled
    if math.type(key) ~= "integer" then rest[key] = value end
  end
  local ok, err = check.fields("packages", rest, general)
  if not ok then return nil, err end
  for i, entry in ipairs(packages) do
    if type(entry) ~= "string" then
      ok, err = one_package(("packages[%d]"):format(i), entry)
      if not ok then return nil, err end
    end
  end
  for _, field in ipairs { "shared", "ignore" } do
    ok, err = texts("packages." .. field, packages[field])
    if not ok then return nil, err end
  end
  local taken = {}
  for _, field in ipairs { "fixed", "linked" } do
    ok, err = groups(packages, field, taken)
    if not ok then return nil, err end
  end
  if not packages.dependants then return true end
  return check.one_of("packages.dependants", packages.dependants, { "patch", "minor", "same", "needed", "none" })
end
