-- Only stdlib/cli prints: everything else hands values up.
local here = debug.getinfo(1, "S").source:match "^@(.*)/[^/]*$"
local tree = assert(loadfile(here .. "/tree.lua", "t", _G))()

local lua_ways =
  { "%f[%w_.:]print%s*[%(\"']", "io%.write", "io%.stdout", "io%.stderr", "host%.write" }
local c_ways = {
  "%f[%w_]v?printf%s*%(",
  "%f[%w_]putchar%s*%(",
  "%f[%w_]puts%s*%(",
  "%f[%w_]std[oe][ur][tr]%f[^%w_]",
}

-- The line editor is the terminal: it owns what appears there while a line is typed.
local speaks = { ["runtime/core/lineedit.c"] = true, ["runtime/core/terminal.c"] = true }

local function complaints_of(files)
  local complaints = {}
  local function look(path, ways)
    local code = tree.code(path, files[path], { strings = false })
    -- a call with a literal loses its argument above, so `print "x"` is looked for with strings kept
    local with_strings = tree.code(path, files[path])
    for number, line in tree.lines(code) do
      for _, way in ipairs(ways) do
        if line:find(way) then
          complaints[#complaints + 1] = ("%s:%d: prints"):format(path, number)
        end
      end
    end
    for number, line in tree.lines(with_strings) do
      if path:find "%.lua$" and line:find "^%s*print%s*[\"']" then
        complaints[#complaints + 1] = ("%s:%d: prints"):format(path, number)
      end
    end
  end
  for _, path in ipairs(tree.paths(files, "%.lua$")) do
    if
      path:find "^recipes/"
      or (path:find "^stdlib/" and not path:find "^stdlib/cli/" and not path:find "^stdlib/meta/")
    then
      look(path, lua_ways)
    end
  end
  for _, path in ipairs(tree.paths(files, "^runtime/core/.*%.c$")) do
    if not speaks[path] then look(path, c_ways) end
  end
  for _, path in ipairs(tree.paths(files, "^runtime/bind/.*%.c$")) do
    look(path, c_ways)
  end
  return complaints
end

test(
  "only stdlib/cli prints",
  function() check.equal(complaints_of(tree.read(here .. "/../..")), {}) end
)

test("the rule sees each way of printing", function()
  local function count(path, text) return #complaints_of { [path] = text } end
  check.equal(count("stdlib/run/x.lua", 'print("a")'), 1)
  check.equal(count("stdlib/run/x.lua", 'print "a"'), 1)
  check.equal(count("stdlib/verb/x.lua", "io.stderr:write(text)"), 1)
  check.equal(count("recipes/x.lua", "io.write(text)"), 1)
  check.equal(count("stdlib/fact/x.lua", "host.write(2, text)"), 1)
  check.equal(count("runtime/core/x.c", 'printf("a");'), 1)
  check.equal(count("runtime/bind/x.c", 'fputs("a", stderr);'), 1)
  check.equal(count("stdlib/cli/x.lua", "print(1)"), 0)
  check.equal(
    count("stdlib/run/x.lua", "-- print(1)\nblueprint(1) report.print(x) local s = 'print(1)'"),
    0
  )
  check.equal(count("runtime/core/x.c", "snprintf(a, 1, b);\n/* printf(x) */"), 0)
end)
