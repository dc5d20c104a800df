-- Arrows point down only: every `require` and every `#include` is read.
local here = debug.getinfo(1, "S").source:match "^@(.*)/[^/]*$"
local tree = assert(loadfile(here .. "/tree.lua", "t", _G))()

local adapters = {
  "announce",
  "builder",
  "forge",
  "gate",
  "importer",
  "manifest",
  "registry",
  "repository",
  "secret",
  "signer",
}
local computing =
  { "door.canon", "door.conventional", "door.json", "door.page", "door.pep440", "door.semver", "door.text" }

local function union(...)
  local all = {}
  for _, list in ipairs { ... } do
    table.move(list, 1, #list, #all + 1, all)
  end
  return all
end

-- room → prefixes of what it may require
local sees = {
  recipes = { "pure" },
  ["stdlib/meta"] = {},
  ["stdlib/pure"] = union({ "pure" }, computing),
  ["stdlib/fact"] = union({ "fact", "pure" }, adapters, computing),
  ["stdlib/inspect"] = union({ "inspect", "fact", "pure" }, adapters, computing),
  ["stdlib/verb"] = union({ "verb", "inspect", "pure" }, adapters, computing),
  ["stdlib/run"] = union({ "run", "verb", "fact", "inspect", "pure", "door" }, adapters),
  ["stdlib/cli"] = union(
    { "cli", "run", "verb", "fact", "inspect", "pure", "door", "argparse" },
    adapters
  ),
}
for _, name in ipairs(adapters) do
  sees["stdlib/" .. name] = union({ name, "secret", "pure" }, computing)
end
table.insert(sees["stdlib/repository"], "manifest") -- a release is a tag and what the manifests say
table.insert(sees["stdlib/gate"], "repository") -- a gate looks at history, files and the forge

local function room_of(path) return path:match "^(stdlib/[^/]+)/" or path:match "^(recipes)/" end

local function allowed(prefixes, module)
  for _, prefix in ipairs(prefixes) do
    if module == prefix or module:sub(1, #prefix + 1) == prefix .. "." then return true end
  end
  return false
end

-- What a line requires: names, or the literal beginning of a computed one ("?" when there is none).
-- `bare` is the same line with its strings blanked, so that the word inside a text does not count.
-- A computed name says where it stays in a comment: `-- arrow: pure`.
local function required(line, bare, raw)
  local names, at = {}, 1
  while true do
    local start, stop = bare:find("%f[%w_]require%f[^%w_]", at)
    if not start then return names end
    at = stop + 1
    local rest = line:sub(at)
    local field = bare:sub(1, start - 1):find "[.:]%s*$"
    local called = rest:find [=[^%s*[%("'%[]]=]
    local used = called or (rest:find "^%s*," and bare:sub(1, start - 1):find "call%s*%(%s*$")
    if used and not field then
      names[#names + 1] = rest:match [[^%s*[%(,]?%s*["']([%w_.]+)["']?]] or "?"
    end
    if names[#names] == "?" and raw:find "%-%- arrow: [%w_.]" then
      names[#names] = nil
      for name in raw:match("%-%- arrow: ([%w_., ]+)"):gmatch "[%w_.]+" do
        names[#names + 1] = name
      end
    end
  end
end

local function lua_complaints(files)
  local complaints = {}
  for _, path in ipairs(tree.paths(files, "%.lua$")) do
    local room = room_of(path)
    local prefixes = room and sees[room]
    if room and not prefixes then
      complaints[#complaints + 1] = path .. ": the house has no room of this name"
    elseif room then
      local bare, raw = {}, {}
      for number, line in tree.lines(files[path]) do
        raw[number] = line
      end
      for number, line in tree.lines(tree.code(path, files[path], { strings = false })) do
        bare[number] = line
      end
      for number, line in tree.lines(tree.code(path, files[path])) do
        for _, name in ipairs(required(line, bare[number], raw[number])) do
          if not allowed(prefixes, (name:gsub("%.$", ""))) then
            complaints[#complaints + 1] = ("%s:%d: %s may not require %s"):format(
              path,
              number,
              room,
              name
            )
          end
        end
      end
    end
  end
  return complaints
end

local function include_complaint(path, name)
  local is_lua = name:find "^lua[%w]*%.h" or name:find "^lauxlib" or name:find "^lualib"
  if path:find "^runtime/core/" then
    if is_lua then return "core has never heard of Lua" end
    if name:find "^bind/" or name == "host.h" or name == "value.h" or name == "embedded.h" then
      return "core sees only core"
    end
  elseif path:find "^runtime/bind/" and (name == "host.h" or name == "embedded.h") then
    return "a binding does not see the host"
  end
end

local function c_complaints(files)
  local complaints = {}
  for _, path in ipairs(tree.paths(files, "^runtime/.*%.[ch]$")) do
    for number, line in tree.lines(tree.code(path, files[path])) do
      local name = line:match '^%s*#%s*include%s*[<"]([^>"]+)[>"]'
      local complaint = name and include_complaint(path, name)
      if complaint then
        complaints[#complaints + 1] = ("%s:%d: %s: %s"):format(path, number, name, complaint)
      end
      if path:find "^runtime/core/" and line:find "%f[%w_]lua_State%f[^%w_]" then
        complaints[#complaints + 1] = ("%s:%d: lua_State in core"):format(path, number)
      end
    end
  end
  return complaints
end

local files = tree.read(here .. "/../..")

test("Lua modules require downwards only", function() check.equal(lua_complaints(files), {}) end)

test("C files include downwards only, and core includes no Lua header", function()
  check.truthy(#tree.paths(files, "^runtime/core/.*%.c$") > 0, "the sources were found")
  check.equal(c_complaints(files), {})
end)

test("core is compiled without Lua's include folder", function()
  local text = files["vendor/cmake/packages.cmake"] .. files["CMakeLists.txt"]
  for line in text:gmatch "[^\n]*slipway_core[^\n]*" do
    check.falsy(line:find "PkgConfig::LUA", line)
  end
  check.match(text, "target_include_directories%(slipway_core PUBLIC runtime%)")
end)

test("the rule sees an upward arrow in Lua, however it is written", function()
  local function first(path, text) return lua_complaints({ [path] = text })[1] end
  check.match(
    first("stdlib/pure/x.lua", '\nlocal a = require "run.plan"'),
    "^stdlib/pure/x.lua:2: .* run%.plan$"
  )
  check.match(first("stdlib/verb/x.lua", "local a = require('door.git')"), "door%.git$")
  check.match(first("stdlib/run/x.lua", 'pcall(require, "cli." .. name)'), "cli%.$")
  check.match(first("recipes/x.lua", 'require "door.semver"'), "door%.semver$")
  check.match(first("stdlib/pure/x.lua", "require(name)"), "require %?$")
  check.equal(first("stdlib/pure/x.lua", "require(name) -- arrow: pure"), nil)
  check.match(first("stdlib/pure/x.lua", "require(name) -- arrow: pure, run"), "run$")
  check.equal(first("stdlib/cli/x.lua", "env = { require = require, pairs = pairs }"), nil)
  check.match(first("stdlib/util/x.lua", ""), "no room")
  check.equal(
    first("stdlib/pure/x.lua", '-- require "run.plan"\nlocal a = require "pure.plan", "required"'),
    nil
  )
  check.equal(
    first("recipes/x.lua", 'p:require("the tree is clean", ok) local text = "lists require pairs"'),
    nil
  )
  check.equal(first("stdlib/forge/gitea.lua", 'local a = require "door.json"'), nil)
end)

test("the rule sees an upward arrow in C", function()
  local function first(path, text) return c_complaints({ [path] = text })[1] end
  check.match(first("runtime/core/x.c", "#include <lua.h>"), "never heard")
  check.match(first("runtime/core/x.h", '#include "bind/bind.h"'), "only core")
  check.match(first("runtime/core/x.c", "void f(lua_State *L);"), "lua_State")
  check.match(first("runtime/bind/x.c", '#include "host.h"'), "does not see")
  check.equal(first("runtime/core/x.c", '/* #include <lua.h> */\n#include "core/buf.h"'), nil)
end)
