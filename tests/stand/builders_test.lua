-- The builders with their real programs: C by zig and CMake, Rust by cargo and cargo-zigbuild, a wheel by maturin, Go. What
-- runs on this machine is run, the rest is known by its header.
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

local five = "platforms = { 'linux-amd64', 'linux-arm64', 'macos-intel', 'macos-silicon' }, libc = 'gnu.2.17'"

test("a C program for four platforms and two variants: eight files, each for its machine; built again elsewhere, the same bytes", { timeout = 900 }, function()
  local config = ("targets = { caro = { builder = 'zig', sources = { 'c/*.c' }, %s, variants = { small = { args = { '-O1', '-s', '-DMODEL=\"small\"' } }, large = { args = { '-O2', '-s', '-DMODEL=\"large\"' } } }, name = 'caro-{version}-{platform}-{variant}' } }, budgets = { ['caro-linux-amd64-small'] = 0, build = '1h' }")
    :format(five)
  local first, second = project(config, { ["c/main.c"] = main_c }), project(config, { ["c/main.c"] = main_c })
  local told = built(first, { "--version", "1.2.0", "--to", "dist" }).out
  local names = file.list(first.dir .. "/dist")
  check.equal(names, {
    "SHA256SUMS", "caro-1.2.0-linux-amd64-large", "caro-1.2.0-linux-amd64-small", "caro-1.2.0-linux-arm64-large", "caro-1.2.0-linux-arm64-small",
    "caro-1.2.0-macos-intel-large", "caro-1.2.0-macos-intel-small", "caro-1.2.0-macos-silicon-large", "caro-1.2.0-macos-silicon-small",
  })
  local files = about(first)
  for name, kind in pairs {
    ["caro-1.2.0-linux-amd64-small"] = "elf amd64", ["caro-1.2.0-linux-arm64-large"] = "elf arm64", ["caro-1.2.0-macos-intel-small"] = "mach-o amd64",
    ["caro-1.2.0-macos-silicon-large"] = "mach-o arm64",
  } do
    check.equal(files[name].about.kind, kind, name)
  end
  check.equal(files["caro-1.2.0-linux-amd64-small"].about.linked, "libc.so.6")
  check.match(files["caro-1.2.0-macos-silicon-large"].about.linked, "libSystem")
  check.equal(run({ first.dir .. "/dist/caro-1.2.0-linux-amd64-small" }).out, "pelican small c/main.c\n")
  check.match(told, "caro%-linux%-amd64%-small +%d.* of 0%.0 s, over budget")
  built(second, { "--version", "1.2.0", "--to", "dist" })
  for _, name in ipairs(names) do
    check.equal(digest.sha256 { file = second.dir .. "/dist/" .. name }, digest.sha256 { file = first.dir .. "/dist/" .. name }, name)
  end
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

test("a wheel for manylinux_2_17 by maturin and zig, and the source archive beside it: two names, one version", { timeout = 900 }, function()
  if not has "cargo" then skip "cargo is missing" end
  local config = "targets = { wheel = { builder = 'maturin', python = 'cp39', abi = 'abi3', platform = 'linux-amd64', pins = { maturin = '1.16', zig = '0.17' } }, sdist = { builder = 'sdist' } }"
  local p = project(config, {
    ["Cargo.toml"] = "[package]\nname = 'pelican'\nversion = '1.2.0'\nedition = '2021'\n\n[lib]\ncrate-type = ['cdylib']\n\n[dependencies]\npyo3-ffi = { version = '0.29', features = ['abi3-py39'] }\n\n[profile.release]\nstrip = true\nopt-level = 1\n",
    ["src/lib.rs"] = module_rs, ["README.md"] = "A bird.\n",
    ["pyproject.toml"] = "[build-system]\nrequires = ['maturin>=1.0']\nbuild-backend = 'maturin'\n\n[project]\nname = 'pelican'\ndynamic = ['version']\nrequires-python = '>=3.9'\n",
  })
  local result = build(p, { "--version", "1.2.0", "--to", "dist" })
  check.equal(result.code, 0, result.out .. result.err)
  check.equal(file.list(p.dir .. "/dist"), { "SHA256SUMS", "pelican-1.2.0-cp39-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", "pelican-1.2.0.tar.gz" })
  local wheel = "pelican-1.2.0-cp39-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"
  local kept = about(p)[wheel].about
  check.equal(kept.kind, "archive amd64")
  check.falsy(require("pure.binary").newer("2.17", kept.glibc), "the library in it runs with the C library of its name")
  local folder = scratch()
  check.equal(run({ "unzip", "-q", p.dir .. "/dist/" .. wheel, "-d", folder }).code, 0)
  check.equal(run({ "python3", "-c", "import pelican; print(pelican.answer)", env = { PYTHONPATH = folder } }).out, "42\n")
end)

test("Rust by cargo and by cargo-zigbuild: for this machine and for others that rustc has libraries of", { timeout = 900 }, function()
  if not has "cargo" then skip "cargo is missing" end
  local config = "targets = { native = { builder = 'cargo', platform = 'linux-amd64', name = 'pelican-native', demand = { 'strip=symbols' } }, other = { builder = 'cargo-zigbuild', platforms = { %s }, name = 'pelican-{platform}', libraries = { 'libc.so.6', 'libpthread.so.0', 'libdl.so.2', 'libgcc_s.so.1', 'libunwind.so.1', 'ld-linux-x86-64.so.2', 'ld-linux-aarch64.so.1' } } }"
  local platforms = { "'linux-amd64'" }
  for triple, name in pairs { ["aarch64-unknown-linux-gnu"] = "linux-arm64" } do
    local folder = run({ "rustc", "--print", "target-libdir", "--target", triple }).out:match "[^\n]+"
    if folder and file.stat(folder) then platforms[#platforms + 1] = "'" .. name .. "'" end
  end
  table.sort(platforms)
  local files = {
    ["Cargo.toml"] = "[package]\nname = 'pelican'\nversion = '1.1.0'\nedition = '2021'\n\n[profile.release]\nstrip = true\n", ["Cargo.lock"] = "version = 3\n\n[[package]]\nname = \"pelican\"\nversion = \"1.1.0\"\n",
    ["src/main.rs"] = "fn main() { println!(\"pelican {}\", file!()); }\n",
  }
  local first, second = project(config:format(table.concat(platforms, ", ")), files), project(config:format(table.concat(platforms, ", ")), files)
  for _, p in ipairs { first, second } do built(p, { "--to", "dist" }) end
  check.equal(run({ first.dir .. "/dist/pelican-native" }).out, "pelican src/main.rs\n")
  check.equal(run({ first.dir .. "/dist/pelican-linux-amd64" }).out, "pelican src/main.rs\n")
  local kept = about(first)
  check.falsy(require("pure.binary").newer("2.17", kept["pelican-linux-amd64"].about.glibc), "runs with an old C library")
  if kept["pelican-linux-arm64"] then check.equal(kept["pelican-linux-arm64"].about.kind, "elf arm64") end
  for _, name in ipairs(file.list(first.dir .. "/dist")) do
    check.equal(digest.sha256 { file = second.dir .. "/dist/" .. name }, digest.sha256 { file = first.dir .. "/dist/" .. name }, name)
  end
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
