-- Targets × platforms × variants: which builds there are, and what their files are called, before anything is built.
local config = require "pure.config"
local matrix = require "pure.matrix"

local five = { "linux-amd64", "linux-arm64", "macos-intel", "macos-silicon", "windows-amd64" }

local function files(targets, o)
  local list = {}
  for _, entry in ipairs(assert(matrix.expand(targets, o or { version = "1.2.0", project = "caro" }))) do
    for _, name in ipairs(entry.produce) do list[#list + 1] = name end
  end
  return list
end

test("five platforms and two variants are ten files, named beforehand, .exe only where it belongs", function()
  check.equal(files { caro = { builder = "zig", sources = { "a.c" }, platforms = five, variants = { "small", "large" } } }, {
    "caro-1.2.0-linux-amd64-small", "caro-1.2.0-linux-amd64-large", "caro-1.2.0-linux-arm64-small", "caro-1.2.0-linux-arm64-large",
    "caro-1.2.0-macos-intel-small", "caro-1.2.0-macos-intel-large", "caro-1.2.0-macos-silicon-small", "caro-1.2.0-macos-silicon-large",
    "caro-1.2.0-windows-amd64-small.exe", "caro-1.2.0-windows-amd64-large.exe",
  })
end)

test("a name of one's own gets .exe too, once", function()
  check.equal(files { caro = { builder = "zig", sources = { "a.c" }, name = "caro-{os}", platforms = { "linux-amd64", "windows-amd64" } } }, { "caro-linux", "caro-windows.exe" })
  check.equal(files { caro = { builder = "zig", sources = { "a.c" }, name = "caro-{os}{exe}", platforms = { "windows-amd64" } } }, { "caro-windows.exe" })
end)

test("wheels and source archives have the names that Python gives them", function()
  local python = { builder = "maturin", python = "cp313", platforms = { "macos-arm64", "linux-amd64" } }
  check.equal(files({ wheel = python, sdist = { builder = "sdist" } }, { version = "1.2.0-alpha.1", project = "range-bar" }), {
    "range_bar-1.2.0a1.tar.gz", "range_bar-1.2.0a1-cp313-cp313-macosx_11_0_arm64.whl",
    "range_bar-1.2.0a1-cp313-cp313-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
  })
  check.equal(files({ wheel = { builder = "maturin", python = "cp39", abi = "abi3", platform = "linux-arm64", manylinux = "2_28" } }, { version = "1.2.0", project = "x" }),
    { "x-1.2.0-cp39-abi3-manylinux_2_28_aarch64.whl" })
end)

test("a variant adds to lists and tables of its target, and replaces the rest", function()
  local list = assert(matrix.expand({ caro = {
    builder = "zig", sources = { "a.c" }, platform = "linux-amd64", args = { "-O2" }, env = { A = "1" },
    variants = { small = { args = { "-DSMALL" }, env = { B = "{variant} on {arch}" }, libc = "gnu.2.17" } },
  } }, { version = "1.0.0", project = "caro" }))
  check.equal(#list, 1)
  check.equal(list[1].target, "caro-small")
  check.equal(list[1].settings, { sources = { "a.c" }, args = { "-O2", "-DSMALL" }, libc = "gnu.2.17" })
  check.equal(list[1].env, { A = "1", B = "small on amd64" })
end)

test("commands get the platform in their arguments and files", function()
  local list = assert(matrix.expand({ caro = {
    run = { { "make", "OS={os}", "OUT=out/caro{exe}" } }, produce = { "out/caro{exe}" }, platforms = { "linux-amd64", "windows-amd64" },
  } }, { version = "1.0.0", project = "caro" }))
  check.equal(list[2].run, { { "make", "OS=windows", "OUT=out/caro.exe" } })
  check.equal(list[2].paths, { "out/caro.exe" })
  check.equal(list[2].produce, { "caro.exe" })
end)

test("the order of the builds does not depend on the order of a table", function()
  local first = files { b = { builder = "zig", sources = { "a.c" }, platforms = five }, a = { run = { { "x" } }, produce = { "x" } }, c = { run = { { "y" } }, produce = { "y" } } }
  check.equal(first[1], "x")
  check.equal(first[#first], "y")
end)

test("two builds that would give one name are told apart or refused", function()
  local same = assert(matrix.expand({ caro = { builder = "zig", sources = { "a.c" }, name = "caro", platforms = { "linux-amd64", "linux-arm64" } } }, { version = "1", project = "caro" }))
  check.match(matrix.duplicate(same), "caro%-linux%-amd64 and caro%-linux%-arm64 would both give caro")
  check.falsy(matrix.duplicate { same[1] })
end)

test("a name means one build, or all of its target", function()
  local list = assert(matrix.expand({ caro = { builder = "zig", sources = { "a.c" }, platforms = five } }, { version = "1", project = "caro" }))
  check.equal(#matrix.named(list, "caro"), 5)
  check.equal(matrix.named(list, "caro-macos-intel")[1].platform, "macos-intel")
  check.equal(matrix.named(list, "carol"), {})
end)

local zig = { builder = "zig", sources = { "a.c" }, platforms = { "linux-amd64" } }

for title, case in pairs {
  ["an unknown builder, with a suggestion"] = { { builder = "zigg", sources = {} }, "no builder 'zigg'.*zig" },
  ["a builder's setting for another builder"] = { { builder = "go", platforms = { "linux-amd64" }, sources = { "a.c" } }, "no field 'sources'" },
  ["a platform that nobody knows"] = { { builder = "go", platforms = { "linux-amd" } }, "no platform 'linux%-amd'.*linux%-amd64" },
  ["a program without a platform"] = { { builder = "go" }, "names no platform" },
  ["a missing setting that the builder needs"] = { { builder = "zig", platforms = { "linux-amd64" } }, "sources is missing" },
  ["a name that is a path"] = { { builder = "zig", sources = { "a.c" }, platform = "linux-amd64", name = "../caro" }, "not the name of a file" },
  ["a size that is none"] = { { builder = "go", platform = "linux-amd64", max_size = "big" }, "max_size" },
  ["a variant that changes the builder"] = { { builder = "zig", sources = { "a.c" }, platform = "linux-amd64", variants = { x = { builder = "go" } } }, "same for all variants" },
} do
  test("slipway.lua refuses " .. title, function()
    local ok, err = config.check { targets = { caro = case[1] } }
    check.falsy(ok)
    check.match(err.message, case[2])
  end)
end

test("slipway.lua refuses places, strategies, budgets and locks that mean nothing", function()
  check.truthy(config.check { targets = { caro = zig }, build = { jobs = 2, strategy = { "zig", "remote" }, places = { remote = { kind = "ssh", host = "bigblack", container = { image = "x" } } } } })
  for wanted, value in pairs {
    ["neither \"here\" nor one of"] = { build = { strategy = "remote" } },
    ["kind must be one of"] = { build = { places = { remote = { kind = "telnet" } } } },
    ["names no host"] = { build = { places = { remote = { kind = "ssh" } } } },
    ["dir is missing"] = { build = { places = { farm = { kind = "slurm" } } } },
    ["jobs is a whole number"] = { build = { jobs = 0 } },
    ["budgets.build must be a duration"] = { budgets = { build = "soon" } },
    ["must be an absolute path"] = { lock = { dir = "locks" } },
  } do
    local ok, err = config.check(value)
    check.falsy(ok)
    check.match(err.message, wanted)
  end
end)
