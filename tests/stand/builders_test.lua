-- The builders with their real programs: C by zig and CMake, Rust by cargo and cargo-zigbuild, wheels by maturin, Go. What
-- runs on this machine is run (arm64 under qemu), the rest is known by its header.
local digest = require "door.digest"
local file = require "door.file"
local json = require "door.json"
local projects = stand "project"

local here = debug.getinfo(1, "S").source:match "^@(.*)/[^/]*$"
local home = run({ "sh", "-c", ". \"$0/places.sh\" && printf %s \"$builders_home\"", here }).out
if not file.stat(home .. "/bin/maturin") then skip "zig, maturin and cargo-zigbuild are missing: sh vendor/install servers" end

local function has(program) return run({ "sh", "-c", "command -v " .. program }).code == 0 end

-- Caches of tools outlive the test: zig's C library, Go's own packages. Those of Slipway do not.
local function tools(more)
  local env = {
    PATH = home .. "/bin:" .. os.getenv "PATH", ZIG_GLOBAL_CACHE_DIR = home .. "/zig-cache", GOCACHE = home .. "/go-build",
    CARGO_HOME = os.getenv "CARGO_HOME" or os.getenv "HOME" .. "/.cargo", RUSTUP_HOME = os.getenv "RUSTUP_HOME" or os.getenv "HOME" .. "/.rustup",
  }
  for name, value in pairs(more or {}) do env[name] = value end -- order: a set
  return env
end

local function project(config, files)
  local p = projects.on_daemon { kind = "plain" }
  files["slipway.lua"] = "return { project = 'pelican', " .. config .. " }\n"
  p.commit("chore: configure", files)
  return p
end

local function build(p, words, more)
  return p.slipway({ "run", "build", "--yes", table.unpack(words or {}) }, { env = tools(more), timeout = 850 })
end

local function built(p, words)
  local result = build(p, words)
  check.equal(result.code, 0, result.out .. result.err)
  return result
end

--- What the last run keeps about its files, by name.
local function about(p)
  local run_, files = assert(json.decode(p.slipway({ "show", "--json" }).out)), {}
  for _, step in ipairs(run_.steps) do
    for _, one in ipairs(step.verb == "build" and step.value and step.value.files or {}) do files[one.name] = one end
  end
  return files
end

local main_c = [[
#include <stdio.h>
#ifndef MODEL
#define MODEL "none"
#endif
int main(void) { printf("pelican %s %s\n", MODEL, __FILE__); return 0; }
]]

-- Programs for arm64 run here under qemu, with Debian's C library for that machine.
local function run_arm64(path)
  for _, qemu in ipairs { "qemu-aarch64", "qemu-aarch64-static" } do
    if has(qemu) then return run { qemu, "-L", "/usr/aarch64-linux-gnu", path } end
  end
  skip "qemu is missing: apt-get install qemu-user libc6-arm64-cross"
end

-- By the name of the platform: what the header says, and the target that rustc calls it.
local platforms = {
  { name = "linux-amd64", kind = "elf amd64", rust = "x86_64-unknown-linux-gnu" }, { name = "linux-arm64", kind = "elf arm64", rust = "aarch64-unknown-linux-gnu" },
  { name = "macos-intel", kind = "mach-o amd64", rust = "x86_64-apple-darwin" }, { name = "macos-silicon", kind = "mach-o arm64", rust = "aarch64-apple-darwin" },
  { name = "windows-amd64", kind = "pe amd64", rust = "x86_64-pc-windows-gnu", exe = ".exe" },
}

test("a C program for five platforms and two variants, packed: built again elsewhere, the same programs and archives", { timeout = 900 }, function()
  local config = [[targets = { caro = { builder = 'zig', sources = { 'c/*.c' }, libc = 'gnu.2.17', name = 'caro-{version}-{platform}-{variant}',
    platforms = { 'linux-amd64', 'linux-arm64', 'macos-intel', 'macos-silicon', 'windows-amd64' },
    variants = { small = { args = { '-O1', '-s', '-DMODEL="small"' } }, large = { args = { '-O2', '-s', '-DMODEL="large"' } } } } },
    artifacts = { { archive = 'caro-{version}-{platform}.zip', target = 'caro', include = { 'VERSION' } } },
    budgets = { ['caro-linux-amd64-small'] = 0, build = '1h' }]]
  local first, second = project(config, { ["c/main.c"] = main_c }), project(config, { ["c/main.c"] = main_c })
  local told = built(first, { "--version", "1.2.0", "--pack", "--to", "dist" }).out
  built(second, { "--version", "1.2.0", "--pack", "--to", "dist" })
  local names, files, again = { "SHA256SUMS" }, about(first), about(second)
  for _, on in ipairs(platforms) do
    names[#names + 1] = ("caro-1.2.0-%s.zip"):format(on.name)
    for _, variant in ipairs { "large", "small" } do
      local name = ("caro-1.2.0-%s-%s%s"):format(on.name, variant, on.exe or "")
      check.equal(files[name].about.kind, on.kind, name)
      check.equal(files[name].sha256, again[name].sha256, name)
    end
  end
  check.equal(file.list(first.dir .. "/dist"), names)
  for _, name in ipairs(names) do
    check.equal(digest.sha256 { file = second.dir .. "/dist/" .. name }, digest.sha256 { file = first.dir .. "/dist/" .. name }, name)
  end
  check.equal(files["caro-1.2.0-linux-amd64-small"].about.linked, "libc.so.6")
  check.match(files["caro-1.2.0-macos-silicon-large"].about.linked, "libSystem")
  check.match(files["caro-1.2.0-windows-amd64-small.exe"].about.linked, "KERNEL32")
  check.match(told, "caro%-linux%-amd64%-small +%d.* of 0%.0 s, over budget")
  check.equal(run({ files["caro-1.2.0-linux-amd64-small"].path }).out, "pelican small c/main.c\n")
  check.equal(run_arm64(files["caro-1.2.0-linux-arm64-large"].path).out, "pelican large c/main.c\n")
end)

test("what a compiler says is kept, one failed target is tried again alone, times are compared with the last run", { timeout = 900 }, function()
  local config = "targets = { one = { builder = 'zig', name = 'one', sources = { 'c/one.c' }, platform = 'linux-amd64', libc = 'gnu.2.17', max_glibc = '2.17' }, two = { builder = 'zig', name = 'two', sources = { 'c/two.c' }, platform = 'linux-amd64', libc = 'gnu.2.17' } }"
  local p = project(config, { ["c/one.c"] = "int main(void) { return 0; }\n", ["c/two.c"] = "int main(void) { return wing; }\n" })
  local failed = build(p)
  check.equal(failed.code, 7, failed.out .. failed.err)
  check.match(failed.out .. failed.err, "SW%-BUILD%-FAILED")
  check.match(p.slipway({ "show", "--log", "two" }).out, "undeclared identifier 'wing'")
  check.equal(p.slipway({ "show", "--log", "three" }).code, 2)
  p.slipway { "undo" }
  p.commit("fix: a wing", { ["c/two.c"] = "int main(void) { return 0; }\n" })
  built(p)
  check.match(about(p)["one"].about.kind, "elf amd64")
  check.match(built(p).out, "one +%d[^\n]*before: %d")
end)

local module_rs = [[
use pyo3_ffi::*;
use std::ptr;

static mut DEFINITION: PyModuleDef = PyModuleDef {
    m_base: PyModuleDef_HEAD_INIT, m_name: c"pelican".as_ptr(), m_doc: ptr::null(), m_size: 0, m_methods: ptr::null_mut(),
    m_slots: ptr::null_mut(), m_traverse: None, m_clear: None, m_free: None,
};

#[no_mangle]
pub unsafe extern "C" fn PyInit_pelican() -> *mut PyObject {
    let module = PyModule_Create(ptr::addr_of_mut!(DEFINITION));
    PyModule_AddIntConstant(module, c"answer".as_ptr(), 42);
    module
}
]]

local function has_rust(triple)
  local folder = run({ "rustc", "--print", "target-libdir", "--target", triple }).out:match "[^\n]+"
  return folder ~= nil and file.stat(folder) ~= nil
end

--- The platforms that rustc here has libraries of, as a list for slipway.lua.
local function known_to_rust()
  if not has "cargo" then skip "cargo is missing" end
  local quoted = {}
  for _, on in ipairs(platforms) do
    if has_rust(on.rust) then quoted[#quoted + 1] = ("'%s'"):format(on.name) end
  end
  return table.concat(quoted, ", ")
end

--- Builds twice, in two places one after the other. The projects end with the test that asked first; what is known of each
--- file stays: its digest in both, its header, and what it says when it is run.
local function twice(config, files, look)
  local made = {}
  for i = 1, 2 do
    local p = project(config, files)
    built(p, { "--version", "1.2.0", "--to", "dist" })
    local kept = about(p)
    for _, name in ipairs(file.list(p.dir .. "/dist")) do
      made[name] = made[name] or { about = kept[name] and kept[name].about, said = look(p.dir .. "/dist/" .. name, name) }
      made[name][i] = digest.sha256 { file = p.dir .. "/dist/" .. name }
    end
  end
  return made
end

local function once(make)
  local made
  return function()
    made = made or make()
    return made
  end
end

local wheels = once(function()
  local config = "targets = { wheel = { builder = 'maturin', python = 'cp39', abi = 'abi3', platforms = { %s }, pins = { maturin = '1.16', zig = '0.17' } }, sdist = { builder = 'sdist' } }"
  return twice(config:format(known_to_rust()), {
    ["Cargo.toml"] = "[package]\nname = 'pelican'\nversion = '1.2.0'\nedition = '2021'\n\n[lib]\ncrate-type = ['cdylib']\n\n[dependencies]\npyo3-ffi = { version = '0.29', features = ['abi3-py39'] }\n\n[profile.release]\nstrip = true\nopt-level = 1\n",
    ["src/lib.rs"] = module_rs, ["README.md"] = "A bird.\n",
    ["pyproject.toml"] = "[build-system]\nrequires = ['maturin>=1.0']\nbuild-backend = 'maturin'\n\n[project]\nname = 'pelican'\ndynamic = ['version']\nrequires-python = '>=3.9'\n\n[tool.maturin.sbom]\nrust = false # it names the folder of the build\n",
  }, function(path, name)
    if not name:find "manylinux_2_17_x86_64" then return nil end
    local folder = scratch()
    check.equal(run({ "unzip", "-q", path, "-d", folder }).code, 0)
    return run({ "python3", "-c", "import pelican; print(pelican.answer)", env = { PYTHONPATH = folder } }).out
  end)
end)

local wheel_tags = {
  ["linux-amd64"] = { "manylinux_2_17_x86_64.manylinux2014_x86_64", "a wheel for manylinux_2_17 by maturin and zig runs, and has the same bytes when it is built again" },
  ["linux-arm64"] = { "manylinux_2_17_aarch64.manylinux2014_aarch64", "a wheel for manylinux_2_17 on arm64 by maturin and zig: its machine, the same bytes again" },
  ["macos-intel"] = { "macosx_10_12_x86_64", "a wheel for macOS on Intel by maturin and zig: its machine, the same bytes again" },
  ["macos-silicon"] = { "macosx_11_0_arm64", "a wheel for macOS on Apple silicon by maturin and zig: its machine, the same bytes again" },
  ["windows-amd64"] = { "win_amd64", "a wheel for Windows by maturin and zig: its machine, the same bytes again" },
}

for _, on in ipairs(platforms) do
  local tag, title = table.unpack(wheel_tags[on.name])
  test(title, { timeout = 900 }, function()
    if not has_rust(on.rust) then skip("rustc has no libraries of " .. on.rust .. ": rustup target add " .. on.rust) end
    local wheel = assert(wheels()[("pelican-1.2.0-cp39-abi3-%s.whl"):format(tag)])
    check.equal(wheel.about.kind, "archive " .. on.kind:match "%S+$")
    check.equal(wheel[1], wheel[2])
    check.falsy(wheel.about.glibc and require("pure.binary").newer("2.17", wheel.about.glibc), "the library in it runs with the C library of its name")
    if on.name == "linux-amd64" then check.equal(wheel.said, "42\n") end
  end)
end

test("beside the wheels stands one source archive of the same version, and nothing else", { timeout = 900 }, function()
  local count = 0
  for name, one in pairs(wheels()) do -- order: a set
    if name:find "%.whl$" then count = count + 1 end
    check.truthy(name == "SHA256SUMS" or name:find "^pelican%-1%.2%.0[-.]", name)
    check.equal(one[1], one[2], name)
  end
  check.truthy(wheels()["pelican-1.2.0.tar.gz"])
  check.equal(count, select(2, known_to_rust():gsub("'[^']*'", "")))
end)

local programs = once(function()
  local linked = "'libc.so.6', 'libpthread.so.0', 'libdl.so.2', 'libgcc_s.so.1', 'libunwind.so.1', 'ld-linux-x86-64.so.2', 'ld-linux-aarch64.so.1'"
  local config = ("targets = { native = { builder = 'cargo', platform = 'linux-amd64', name = 'pelican-native', demand = { 'strip=symbols' } }, linux = { builder = 'cargo-zigbuild', platforms = { %s }, name = 'pelican-{platform}', libraries = { %s } }, other = { builder = 'cargo-zigbuild', platforms = { %s }, name = 'pelican-{platform}' } }")
  local there = known_to_rust()
  local elsewhere = there:gsub("'linux%-%w+',? ?", "")
  if elsewhere == "" then config = config:gsub(", other = .*", " }") end
  return twice(config:format(there:gsub(",? ?'[mw]%w+%-%w+'", ""), linked, elsewhere), {
    ["Cargo.toml"] = "[package]\nname = 'pelican'\nversion = '1.2.0'\nedition = '2021'\n\n[profile.release]\nstrip = true\n", ["Cargo.lock"] = "version = 3\n\n[[package]]\nname = \"pelican\"\nversion = \"1.2.0\"\n",
    ["src/main.rs"] = "fn main() { println!(\"pelican {}\", file!()); }\n",
  }, function(path, name)
    if name == "pelican-native" or name == "pelican-linux-amd64" then return run({ path }).out end
    if name == "pelican-linux-arm64" and (has "qemu-aarch64" or has "qemu-aarch64-static") then return run_arm64(path).out end
  end)
end)

for _, on in ipairs(platforms) do
  test("Rust for " .. on.name .. " by cargo-zigbuild: its machine, and the same bytes again", { timeout = 900 }, function()
    if not has_rust(on.rust) then skip("rustc has no libraries of " .. on.rust .. ": rustup target add " .. on.rust) end
    local program = assert(programs()["pelican-" .. on.name .. (on.exe or "")])
    check.equal(program.about.kind, on.kind)
    check.equal(program[1], program[2])
    if on.kind:find "^elf" then
      check.falsy(require("pure.binary").newer("2.17", program.about.glibc), "runs with an old C library")
      if on.name == "linux-arm64" and not program.said then skip "qemu is missing: apt-get install qemu-user libc6-arm64-cross" end
      check.equal(program.said, "pelican src/main.rs\n")
    end
  end)
end

test("Rust by cargo itself, for this machine", { timeout = 900 }, function()
  local program = programs()["pelican-native"]
  check.equal(program.said, "pelican src/main.rs\n")
  check.equal(program[1], program[2])
end)

test("CMake at home and with zig for another machine, Go without a trace of the machine", { timeout = 900 }, function()
  local targets = "c = { builder = 'cmake', output = 'pelican', platforms = { 'linux-amd64', 'macos-arm64' }, name = 'pelican-c-{os}' }"
  if has "go" then targets = targets .. ", go = { builder = 'go', platform = 'linux-amd64', name = 'pelican-go' }" end
  local p = project(("targets = { %s }"):format(targets), {
    ["CMakeLists.txt"] = "cmake_minimum_required(VERSION 3.20)\nproject(pelican C)\nadd_executable(pelican c/main.c)\n", ["c/main.c"] = main_c,
    ["main.go"] = "package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(\"pelican\") }\n", ["go.mod"] = "module example.test/pelican\n\ngo 1.22\n",
  })
  built(p, { "--to", "dist" })
  check.match(run({ p.dir .. "/dist/pelican-c-linux" }).out, "^pelican none ")
  check.equal(about(p)["pelican-c-macos"].about.kind, "mach-o arm64")
  if has "go" then
    check.equal(run({ p.dir .. "/dist/pelican-go" }).out, "pelican\n")
    check.falsy(assert(file.read(p.dir .. "/dist/pelican-go")):find(p.home, 1, true))
  end
end)
