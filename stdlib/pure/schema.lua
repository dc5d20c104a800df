-- One declaration of a set of options gives checks, defaults, help and command-line flags. Used for
-- the parameters of recipes and verbs and for slipway.lua.
local errors = require "pure.errors"
local near = require "pure.near"

local M = {}

local function is_oid(value)
  return type(value) == "string" and #value == 40 and not value:find("[^%x]")
end

local function is_list(value)
  return type(value) == "table" and (next(value) == nil or value[1] ~= nil)
end

local function is_version(value)
  if type(value) == "table" then return value.major ~= nil and tostring(value) or nil end
  return type(value) == "string" and value:find("^%d") and value or nil
end

--- May it be a file's name: one component of a path, nothing that leads elsewhere?
---@param value any
---@return boolean
function M.is_component(value)
  return type(value) == "string" and value ~= "" and value ~= "." and value ~= ".." and not value:find "[/%c]"
end

--- Does a relative path stay below the folder it starts from, and out of git's own?
---@param value any
---@return boolean
function M.is_inside(value)
  if type(value) ~= "string" or value == "" or value:find "%c" or value:sub(1, 1) == "/" then return false end
  for part in value:gmatch "[^/]+" do
    if part == ".." or part:lower() == ".git" then return false end
  end
  return true
end

--- What a value of each type is: returns the value to keep, or nil. Types of values that only a run
--- can know (commit, oid, artifacts) also take references.
local types = {
  text = function(v) return type(v) == "string" and v or (type(v) == "table" and is_version(v)) or nil end,
  version = is_version,
  integer = function(v) return math.type(v) == "integer" and v or nil end,
  number = function(v) return type(v) == "number" and v or nil end,
  boolean = function(v) if type(v) == "boolean" then return v end end,
  commit = function(v) return is_oid(v) and v or nil end,
  oid = function(v) return is_oid(v) and v or nil end,
  name = function(v) return M.is_component(v) and v or nil end,
  revision = function(v) return type(v) == "string" and v ~= "" and v or nil end,
  commits = function(v) return is_list(v) and v or nil end,
  list = function(v) return is_list(v) and v or nil end,
  map = function(v) return type(v) == "table" and v or nil end,
  path = function(v) return type(v) == "string" and v ~= "" and v or nil end,
  duration = function(v) return M.seconds(v) and v or nil end,
  artifacts = function(v) return type(v) == "table" and v or nil end,
  any = function(v) return v end,
}

M.types = types

--- A duration in seconds: a number, or text such as "40m", "90s", "2h".
---@param value any
---@return number?
function M.seconds(value)
  if type(value) == "number" then return value end
  if type(value) ~= "string" then return nil end
  local number, unit = value:match("^(%d+%.?%d*)([smhd]?)$")
  local factor = { s = 1, m = 60, h = 3600, d = 86400, [""] = 1 }
  return number and tonumber(number) * factor[unit]
end

--- A size in bytes: a whole number, or text such as "20M" (K, M, G are powers of 1024).
---@param value any
---@return integer?
function M.bytes(value)
  if type(value) == "number" then return math.tointeger(value) end
  if type(value) ~= "string" then return nil end
  local number, unit = value:match "^(%d+%.?%d*)%s*([KMG]?)i?B?$"
  local factor = { [""] = 1, K = 1 << 10, M = 1 << 20, G = 1 << 30 }
  return number and math.floor(tonumber(number) * factor[unit])
end

---@param value any
---@return boolean
function M.is_reference(value)
  return type(value) == "table" and type(value["$ref"]) == "string"
end

--- Splits "text?" into its type and whether it may be left out.
---@param declared string
---@return string type, boolean optional
function M.kind(declared)
  local kind, mark = declared:match("^(%a+)(%??)$")
  assert(kind and types[kind], "unknown parameter type: " .. declared)
  return kind, mark == "?"
end

--- Checks the arguments of one use of a verb.
---@param params table<string, string>
---@param args table
---@return table?, slipway.Error?
function M.check_args(params, args)
  local names, checked = {}, {}
  for name in pairs(params) do names[#names + 1] = name end -- order: sorted below
  table.sort(names)
  local given = {}
  for name in pairs(args) do given[#given + 1] = tostring(name) end -- order: sorted below
  table.sort(given)
  for _, name in ipairs(given) do
    if not params[name] then
      return nil, errors.new { code = "plan.bad_argument", message = ("there is no argument '%s'%s"):format(name, near.suggest(name, names)) }
    end
  end
  for _, name in ipairs(names) do
    local kind, optional = M.kind(params[name])
    local value = args[name]
    if value == nil then
      if not optional then
        return nil, errors.new { code = "plan.bad_argument", message = ("the argument '%s' (%s) is missing"):format(name, kind) }
      end
    elseif M.is_reference(value) then
      checked[name] = value
    else
      local kept = types[kind](value)
      if kept == nil then
        return nil, errors.new { code = "plan.bad_argument", message = ("the argument '%s' must be a %s, not %s"):format(name, kind, type(value)) }
      end
      checked[name] = kept
    end
  end
  return checked
end

-- Recipe parameters ---------------------------------------------------------------------------

--- Text from the command line to a value of a parameter's type.
---@param kind string
---@param text string
---@return any value  nil when it is not one
function M.from_text(kind, text)
  if kind == "integer" then return math.tointeger(tonumber(text)) end
  if kind == "number" then return tonumber(text) end
  if kind == "boolean" then return ({ ["true"] = true, yes = true, ["false"] = false, no = false })[text] end
  if kind == "commits" or kind == "list" then
    local items = {}
    for item in text:gmatch("[^,%s]+") do items[#items + 1] = item end
    return items
  end
  return types[kind] and types[kind](text)
end

local param_fields = { type = "string", default = true, help = "string", values = "table", optional = "boolean" }

--- Checks a recipe's `params` when it is loaded. Returns them as a list sorted by name.
---@param params table<string, table>
---@return { name: string, type: string, default: any, help: string, values: string[]?, optional: boolean }[]?, slipway.Error?
function M.check_params(params)
  local function refuse(text) return nil, errors.new { code = "recipe.contract", message = text } end
  local list = {}
  for name, declared in pairs(params) do -- order: sorted below
    if type(name) ~= "string" or not name:find("^%l[%l%d_]*$") then return refuse("params: names are lower-case words") end
    if type(declared) ~= "table" then return refuse(("params.%s must be a table"):format(name)) end
    for field, value in pairs(declared) do -- order: any complaint is a complaint
      local wanted = param_fields[field]
      if not wanted then return refuse(("params.%s: unknown field '%s'"):format(name, tostring(field))) end
      if wanted ~= true and type(value) ~= wanted then return refuse(("params.%s.%s must be a %s"):format(name, field, wanted)) end
    end
    if not types[declared.type] then return refuse(("params.%s: unknown type '%s'"):format(name, tostring(declared.type))) end
    list[#list + 1] = {
      name = name, type = declared.type, default = declared.default, help = declared.help or "",
      values = declared.values, optional = declared.optional or false,
    }
  end
  table.sort(list, function(a, b) return a.name < b.name end)
  return list
end

--- Checks the arguments a recipe is called with and fills in defaults.
---@param params table[]  from check_params
---@param args table<string, any>
---@return table?, slipway.Error?
function M.fill_params(params, args)
  local names, known, filled = {}, {}, {}
  for _, param in ipairs(params) do names[#names + 1], known[param.name] = param.name, param end
  for name in pairs(args) do -- order: any complaint is a complaint
    if not known[name] then
      return nil, errors.new { code = "recipe.argument", message = ("there is no parameter '%s'%s"):format(tostring(name), near.suggest(tostring(name), names)) }
    end
  end
  for _, param in ipairs(params) do
    local value = args[param.name]
    if value == nil then value = param.default end
    if value == nil then
      if not param.optional then
        return nil, errors.new { code = "recipe.argument", message = ("--%s is missing: %s"):format(param.name, param.help) }
      end
    elseif M.is_reference(value) then
      filled[param.name] = value
    else
      -- "latest" and the like: a default may be a word that the recipe's facts understand
      local kept = value == param.default and value or types[param.type](value)
      if kept == nil then
        return nil, errors.new { code = "recipe.argument", message = ("--%s: '%s' is not a %s"):format(param.name, tostring(value), param.type) }
      end
      if param.values and not near.contains(param.values, kept) then
        return nil, errors.new { code = "recipe.argument",
          message = ("--%s: '%s' is not one of %s"):format(param.name, tostring(kept), table.concat(param.values, ", ")) }
      end
      filled[param.name] = kept
    end
  end
  return filled
end

return M
