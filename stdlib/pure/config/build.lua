-- slipway.lua, key `build`: how and where targets are built.
local check = require "pure.config.check"
local schema = require "pure.schema"

local fields = { jobs = "number", strategy = { "string", "table" }, places = "table", programs = "table", environment = "table" }

-- What can be overridden for one run by the environment, and the variables that always can.
local overridden = { strategy = "SLIPWAY_BUILD_STRATEGY", host = "SLIPWAY_BUILD_HOST", user = "SLIPWAY_BUILD_USER", lock_dir = "SLIPWAY_LOCK_DIR" }

local place_fields = {
  ssh = { hosts = "table", host = "string", user = "string", dir = "string", ssh = "table", slots = "number", container = "table", programs = "table", path = "string", attempts = "number" },
  container = { image = "string", engine = "string", args = "table", slots = "number", programs = "table", path = "string" },
  actions = { workflow = "string", inputs = "table", within = { "string", "number" }, poll = { "string", "number" }, attempts = "number" },
  slurm = { dir = "string", args = "table", programs = "table", path = "string", poll = { "string", "number" }, within = { "string", "number" }, attempts = "number" },
}

local needs = { container = "image", slurm = "dir", actions = "workflow" }

local function check_inputs(where, inputs)
  for name, value in pairs(inputs) do -- order: any complaint is a complaint
    local kind = type(value)
    if type(name) ~= "string" or kind ~= "string" and kind ~= "number" and kind ~= "boolean" then
      return check.refuse(("%s.%s must be a text, a number, true or false"):format(where, tostring(name)))
    end
    if name == "targets" or name == "slipway_run" or name == "version" then return check.refuse(("%s.%s is set by each dispatch itself"):format(where, name)) end
  end
  return true
end

local function check_place(name, place)
  local where = "build.places." .. name
  if type(place) ~= "table" then return check.refuse(where .. " must be a table") end
  local known = { kind = "string" }
  local ok, err = check.one_of(where .. ".kind", place.kind, { "ssh", "container", "slurm", "actions" })
  if not ok then return nil, err end
  for field, kind in pairs(place_fields[place.kind]) do known[field] = kind end -- order: a set
  ok, err = check.fields(where, place, known)
  if not ok then return nil, err end
  if needs[place.kind] and not place[needs[place.kind]] then return check.refuse(("%s.%s is missing"):format(where, needs[place.kind])) end
  if place.inputs then return check_inputs(where .. ".inputs", place.inputs) end
  if place.kind == "ssh" then
    if not place.host and not check.is_texts(place.hosts) then return check.refuse(where .. " names no host: host = \"…\" or hosts = { \"…\" }") end
    if place.container then return check.fields(where .. ".container", place.container, { image = "string", engine = "string", args = "table" }) end
  end
  return true
end

--- Texts, or words that lead to a list of them: "zig" and "local" are other names of "here".
local function check_strategy(strategy, places)
  for _, name in ipairs(type(strategy) == "string" and { strategy } or strategy) do
    if name ~= "here" and name ~= "zig" and name ~= "local" and not (places or {})[name] then
      return check.refuse(("build.strategy: '%s' is neither \"here\" nor one of build.places"):format(tostring(name)))
    end
  end
  return true
end

---@param build table
---@return true?, slipway.Error?
return function(build)
  local ok, err = check.fields("build", build, fields)
  if not ok then return nil, err end
  if build.jobs and (math.type(build.jobs) ~= "integer" or build.jobs < 1) then return check.refuse "build.jobs is a whole number from 1 on" end
  for name, place in pairs(build.places or {}) do -- order: any complaint is a complaint
    if type(name) ~= "string" or not schema.is_component(name) then return check.refuse "build.places are tables by name" end
    ok, err = check_place(name, place)
    if not ok then return nil, err end
  end
  for name, argv in pairs(build.programs or {}) do -- order: any complaint is a complaint
    if not check.is_texts(argv) then return check.refuse(("build.programs.%s must be an argument list, as { \"python3\", \"-m\", \"ziglang\" }"):format(tostring(name))) end
  end
  local names = {}
  for name in pairs(overridden) do names[name] = "string" end -- order: a set
  ok, err = check.fields("build.environment", build.environment or {}, names)
  if not ok then return nil, err end
  return check_strategy(build.strategy or {}, build.places)
end
