-- Every function a door registers has a stub in stdlib/meta, and every stub is registered.
local here = debug.getinfo(1, "S").source:match "^@(.*)/[^/]*$"
local tree = assert(loadfile(here .. "/tree.lua", "t", _G))()
local files = tree.read(here .. "/../..")

local function functions_of(value)
  local names = {}
  for name, field in pairs(value) do
    if type(field) == "function" then names[name] = true end
  end
  return names
end

-- "slipway.recipe_process" and "slipway.RecipeProcess" are one name.
local function plain(name) return name:lower():gsub("_", "") end

-- What a stub file declares: functions of the door itself, and methods of each class in it.
local function declared(text)
  local door, classes = {}, {}
  local owner_of, class = {}, nil
  local returned = text:match "\nreturn%s+([%a_][%w_]*)%s*$"
  for _, line in tree.lines(text) do
    local named = line:match "^%-%-%-@class%s+([%w_.]+)"
    if named then class = plain(named) end
    local variable = line:match "^local%s+([%a_][%w_]*)%s*="
    if variable then
      owner_of[variable], class = class, nil
      if owner_of[variable] and variable ~= returned then
        classes[owner_of[variable]] = classes[owner_of[variable]] or {}
      end
    end
    local owner, name = line:match "^function%s+([%a_][%w_]*)[.:]([%a_][%w_]*)"
    if owner == returned and owner then
      door[name] = true
    elseif owner and owner_of[owner] then
      classes[owner_of[owner]] = classes[owner_of[owner]] or {}
      classes[owner_of[owner]][name] = true
    end
  end
  return door, classes
end

local function compare(where, registered, stubs, complaints)
  local names = {}
  for name in pairs(registered) do
    names[name] = true
  end
  for name in pairs(stubs) do
    names[name] = true
  end
  local sorted = {}
  for name in pairs(names) do
    sorted[#sorted + 1] = name
  end
  table.sort(sorted)
  for _, name in ipairs(sorted) do
    if not stubs[name] then
      complaints[#complaints + 1] = ("%s.%s has no stub"):format(where, name)
    end
    if not registered[name] then
      complaints[#complaints + 1] = ("%s.%s has a stub and is not registered"):format(where, name)
    end
  end
end

---@param doors table<string, table<string, true>>    door → functions
---@param handles table<string, table<string, true>>  class → methods
---@param stubs table<string, string>                 door → text of its stub file
local function complaints_of(doors, handles, stubs)
  local complaints, classes = {}, {}
  for _, name in ipairs(tree.paths(doors, ".")) do
    local text = stubs[name]
    if text then
      local functions, of_classes = declared(text)
      compare("door." .. name, doors[name], functions, complaints)
      for class, methods in pairs(of_classes) do
        if next(methods) then classes[class] = methods end
      end
    elseif next(doors[name]) then
      complaints[#complaints + 1] = ("door.%s has no stub file"):format(name)
    end
  end
  for _, name in ipairs(tree.paths(stubs, ".")) do
    if not doors[name] then
      complaints[#complaints + 1] = ("stdlib/meta/%s.lua has no door"):format(name)
    end
  end
  for _, class in ipairs(tree.paths(handles, ".")) do
    local methods = handles[class]
    local only_close = next(methods) == "close" and next(methods, "close") == nil
    if classes[class] or not only_close then
      compare(class, methods, classes[class] or {}, complaints)
    end
    classes[class] = nil
  end
  for _, class in ipairs(tree.paths(classes, ".")) do
    compare(class, {}, classes[class], complaints)
  end
  return complaints
end

local not_a_door = { error = true, test = true } -- a value of both languages; the names of test files

test("doors and their stubs name the same functions", function()
  local doors, handles, stubs = {}, {}, {}
  for module in pairs(package.preload) do
    local name = module:match "^door%.(.+)$"
    if name then doors[name] = functions_of(require(module)) end
  end
  for key, meta in pairs(debug.getregistry()) do
    local class = type(key) == "string" and key:match "^slipway%.[%w_]+$"
    local index = class and type(meta) == "table" and rawget(meta, "__index")
    if type(index) == "table" and class ~= "slipway.error" then
      handles[plain(class)] = functions_of(index)
    end
  end
  for _, path in ipairs(tree.paths(files, "^stdlib/meta/[^/]+%.lua$")) do
    local name = path:match "([^/]+)%.lua$"
    if not not_a_door[name] then stubs[name] = files[path] end
  end
  check.truthy(next(doors) and next(stubs))
  check.equal(complaints_of(doors, handles, stubs), {})
end)

local stub = [[
---@meta door.thing
---@class slipway.thing
local thing = {}
---@return slipway.ThingHandle?, slipway.Error?
function thing.open() end
---@class slipway.ThingHandle
local handle = {}
function handle:read() end
function handle:close() end
return thing
]]

test("the rule accepts a stub that agrees", function()
  local methods = { read = true, close = true }
  check.equal(
    complaints_of(
      { thing = { open = true } },
      { ["slipway.thinghandle"] = methods },
      { thing = stub }
    ),
    {}
  )
end)

test("the rule sees a missing stub, a stub too many, and a whole file missing", function()
  local methods = { read = true, write = true, close = true }
  check.equal(
    complaints_of(
      { thing = { open = true, find = true }, other = { x = true } },
      { ["slipway.thinghandle"] = methods },
      { thing = stub:gsub("thing.open", "thing.make"), gone = "" }
    ),
    {
      "door.other has no stub file",
      "door.thing.find has no stub",
      "door.thing.make has a stub and is not registered",
      "door.thing.open has no stub",
      "stdlib/meta/gone.lua has no door",
      "slipway.thinghandle.write has no stub",
    }
  )
  check.equal(
    complaints_of({ thing = { open = true } }, {}, { thing = stub }),
    {
      "slipway.thinghandle.close has a stub and is not registered",
      "slipway.thinghandle.read has a stub and is not registered",
    }
  )
end)
