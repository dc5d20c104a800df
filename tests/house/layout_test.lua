-- The house can be found one's way in: names, sizes, first lines; nothing in it that must not be.
local here = debug.getinfo(1, "S").source:match "^@(.*)/[^/]*$"
local tree = assert(loadfile(here .. "/tree.lua", "t", _G))()
local files = tree.read(here .. "/../..")

local top = {
  ["CMakeLists.txt"] = true,
  ["README.md"] = true,
  runtime = true,
  stdlib = true,
  recipes = true,
  tests = true,
  vendor = true,
  LICENSE = true,
  ["CHANGELOG.md"] = true,
}

local function strangers(sources)
  local found, seen = {}, {}
  for _, path in ipairs(tree.paths(sources, ".")) do
    local name = path:match "^[^/]+"
    if not top[name] and name:sub(1, 1) ~= "." and not seen[name] then
      seen[name] = true
      found[#found + 1] = name
    end
  end
  return found
end

test(
  "the top level holds its seven names and nothing else",
  function() check.equal(strangers(files), {}) end
)

test(
  "the rule sees a stranger at the top",
  function()
    check.equal(
      strangers { ["notes.txt"] = "", ["src/x.c"] = "", ["README.md"] = "", [".ci/run"] = "" },
      { "notes.txt", "src" }
    )
  end
)

local is_source = "%.[lch][ua]?a?$"

local function too_long(sources)
  local found = {}
  for _, path in ipairs(tree.paths(sources, is_source)) do
    local _, count = sources[path]:gsub("\n", "")
    if count > 600 then found[#found + 1] = ("%s: %d lines"):format(path, count) end
  end
  return found
end

test("no source file is longer than 600 lines", function() check.equal(too_long(files), {}) end)

test(
  "the rule sees a file that is too long",
  function()
    check.equal(
      too_long { ["stdlib/run/x.lua"] = ("\n"):rep(601), ["runtime/core/x.c"] = ("\n"):rep(600) },
      { "stdlib/run/x.lua: 601 lines" }
    )
  end
)

local vague =
  { "util", "utils", "common", "misc", "helper", "helpers", "manager", "tools", "stuff" }

local function vague_names(sources)
  local found = {}
  for _, path in ipairs(tree.paths(sources, ".")) do
    for word in path:gmatch "[%a]+" do
      for _, bad in ipairs(vague) do
        if word:lower() == bad then found[#found + 1] = path end
      end
    end
  end
  return found
end

test("no file has a vague name", function() check.equal(vague_names(files), {}) end)

test(
  "the rule sees a vague name",
  function()
    check.equal(
      vague_names {
        ["stdlib/util/x.lua"] = "",
        ["runtime/core/git_helper.c"] = "",
        ["stdlib/run/plan.lua"] = "",
      },
      { "runtime/core/git_helper.c", "stdlib/util/x.lua" }
    )
  end
)

-- Words are put together here so that this file does not hold them itself.
local promises = { "TO" .. "DO", "FIX" .. "ME", "XX" .. "X:", "not " .. "implemented" }
local hosts = {
  "crates" .. ".io",
  "pypi" .. ".org",
  "python" .. "hosted.org",
  "npm" .. "js.org",
  "npm" .. "js.com",
  "ruby" .. "gems.org",
  "proxy.go" .. "lang.org",
  "hub.dock" .. "er.com",
}
local machine = { "/wo" .. "rk/main", "/wo" .. "rk/shared", "/ro" .. "ot/", "/tm" .. "p/w/" }

local function holding(sources, words, pattern)
  local found = {}
  for _, path in ipairs(tree.paths(sources, pattern or ".")) do
    for number, line in tree.lines(sources[path]) do
      for _, word in ipairs(words) do
        if line:find(word, 1, true) then
          found[#found + 1] = ("%s:%d: %s"):format(path, number, word)
        end
      end
    end
  end
  return found
end

test(
  "nothing is put off: no file says that work is left",
  function() check.equal(holding(files, promises, is_source), {}) end
)

test(
  "no package registry's address is written anywhere",
  function() check.equal(holding(files, hosts), {}) end
)

test(
  "no path of one person's machine is written anywhere",
  function() check.equal(holding(files, machine, is_source), {}) end
)

test("the rules see a word that must not be there", function()
  check.equal(
    holding({ ["a.lua"] = "x\n-- " .. promises[1] }, promises),
    { "a.lua:2: " .. promises[1] }
  )
  check.equal(#holding({ ["a.md"] = "https://" .. hosts[2] .. "/simple" }, hosts), 1)
  check.equal(#holding({ ["a.c"] = 'open("' .. machine[1] .. '")' }, machine), 1)
  check.equal(holding({ ["a.lua"] = "to do" }, promises), {})
end)

local function says_purpose(path, text)
  local first = text:match "^#![^\n]*\n(.*)" or text
  if path:find "%.lua$" then return first:find "^%-%-+%s*%S" ~= nil end
  return first:find "^/%*%s*%S" ~= nil
end

-- A C file may leave it to its own header.
local function without_purpose(sources)
  local found = {}
  for _, path in ipairs(tree.paths(sources, is_source)) do
    if path:find "^stdlib/" or path:find "^recipes/" or path:find "^runtime/" then
      local header = path:match "^(.*)%.c$"
      local said = says_purpose(path, sources[path])
        or header
          and sources[header .. ".h"]
          and says_purpose(header .. ".h", sources[header .. ".h"])
      if not said then found[#found + 1] = path end
    end
  end
  return found
end

test(
  "every source file starts by saying what it is for",
  function() check.equal(without_purpose(files), {}) end
)

test(
  "the rule sees a file that does not say what it is for",
  function()
    check.equal(
      without_purpose {
        ["stdlib/run/a.lua"] = "local M = {}",
        ["runtime/core/b.c"] = "#include <x.h>",
        ["recipes/c.lua"] = "-- What it is.\nreturn {}",
        ["runtime/d.h"] = "/* What it is. */",
        ["runtime/d.c"] = "",
        ["stdlib/run/e.lua"] = "--\nlocal M",
      },
      { "runtime/core/b.c", "stdlib/run/a.lua" }
    )
  end
)

-- Recipes ------------------------------------------------------------------------------------------

local function recipe_complaint(path, text)
  local chunk, problem = load(text, "@" .. path, "t", setmetatable({}, { __index = _G }))
  if not chunk then return problem end
  local ok, recipe = pcall(chunk)
  if not ok then return path .. ": " .. tostring(recipe) end
  if type(recipe) ~= "table" then return path .. ": returns no table" end
  for field, kind in pairs {
    name = "string",
    summary = "string",
    params = "table",
    plan = "function",
  } do
    if type(recipe[field]) ~= kind then return ("%s: %s is not a %s"):format(path, field, kind) end
  end
  if recipe.name ~= path:match "([^/]+)%.lua$" then
    return path .. ": its name is " .. recipe.name
  end
end

test("every stock recipe loads and keeps the contract", function()
  local complaints, seen = {}, 0
  for _, path in ipairs(tree.paths(files, "^recipes/[^/]+%.lua$")) do
    seen = seen + 1
    complaints[#complaints + 1] = recipe_complaint(path, files[path])
  end
  if seen == 0 then skip "there is no stock recipe yet" end
  check.equal(complaints, {})
end)

test("the rule sees a recipe that breaks the contract", function()
  local good = 'return { name = "a", summary = "s", params = {}, plan = function() end }'
  check.equal(recipe_complaint("recipes/a.lua", good), nil)
  check.match(recipe_complaint("recipes/b.lua", good), "its name is a")
  check.match(recipe_complaint("recipes/a.lua", "return {"), "expected")
  check.match(recipe_complaint("recipes/a.lua", "return {}"), "is not a")
  check.match(recipe_complaint("recipes/a.lua", "error 'x'"), "x")
end)
