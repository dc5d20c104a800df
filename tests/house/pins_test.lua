-- vendor/pins is the one list of packages: what CMake asks for stands there, with the same floor.
local here = debug.getinfo(1, "S").source:match "^@(.*)/[^/]*$" or "."

local function read(path)
  local file = assert(io.open(here .. "/../../" .. path))
  local text = file:read "a"
  file:close()
  return text
end

local function pins()
  local found, names = {}, {}
  for line in read "vendor/pins":gmatch "[^\n]+" do
    if not line:find "^#" then
      local fields = {}
      for field in (line .. "|"):gmatch "%s*(.-)%s*|" do fields[#fields + 1] = field end
      local name, floor, tested, use, licence, why = table.unpack(fields)
      check.equal(#fields, 6, line)
      check.truthy(why ~= "" and licence ~= "" and tested ~= "", line)
      check.truthy(({ build = true, test = true, go = true, cargo = true, npm = true })[use], line)
      found[name] = { floor = floor, tested = tested, use = use }
      names[#names + 1] = name
    end
  end
  return found, names
end

test("every library that CMake finds is pinned with the same floor", function()
  local pinned, count = pins(), 0
  for floor, package in read "vendor/cmake/packages.cmake":gmatch "slipway_find%([%w_]+ [%w.%-]+ ([%w.%-]+) ([%w.%-]+)%)" do
    count = count + 1
    check.truthy(pinned[package], package .. " is not in vendor/pins")
    check.equal(pinned[package].floor, floor, package)
    check.equal(pinned[package].use, "build", package)
  end
  check.truthy(count >= 9, "packages.cmake was not understood")
  check.truthy(pinned[read "tests/CMakeLists.txt":match "apt%-get install ([%w%-]+)"], "the C tests' library is not pinned")
end)

test("a package is pinned once, and what is installed here is not below its floor", function()
  local pinned, names = pins()
  local seen = {}
  for _, name in ipairs(names) do
    check.falsy(seen[name], name .. " stands twice")
    seen[name] = true
  end
  if run { "sh", "-c", "command -v dpkg" }.code ~= 0 then skip "no dpkg here: the versions cannot be asked" end
  local argv = { "dpkg-query", "-W", "-f", "${Package} ${Version}\n", table.unpack(names) }
  for name, version in run(argv).out:gmatch "([^\n ]+) ([^\n ]+)\n" do
    check.equal(run { "dpkg", "--compare-versions", (version:gsub("^%d+:", "")), "ge", pinned[name].floor }.code, 0, ("%s %s"):format(name, version))
  end
end)
