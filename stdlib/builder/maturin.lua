-- Python wheels of Rust crates by maturin. Linked by zig for Linux, for the manylinux level that is asked for (2_17), and
-- for every other platform than this machine's, so that one machine builds for all; the interpreter and its ABI are those
-- of the wheel's name.
local flags = require "builder.flags"
local rust = require "builder.rust"
local toml = require "pure.toml"
local zig = require "builder.zig"

local M = { name = "maturin" }

-- maturin may lay a bill of materials into the wheel that names the folder it was built in.
local function names_the_folder(read, prefix)
  local settings = toml.decode(read.project(prefix .. "pyproject.toml") or read.project "pyproject.toml" or "")
  local tool = type(settings) == "table" and type(settings.tool) == "table" and settings.tool.maturin
  local sbom = type(tool) == "table" and tool.sbom
  return not (type(sbom) == "table" and sbom.rust == false)
end

function M.problems(job, read)
  local found = rust.problems(job, read)
  if names_the_folder(read, job.dir and job.dir .. "/" or "") then
    found[#found + 1] = {
      say = "the wheel is the same when it is built again", why = "maturin's own SBOM in it names the folder it was built in", code = "build.setting", advice = true,
      hint = "[tool.maturin.sbom] rust = false in pyproject.toml; artifacts.sbom describes the release",
    }
  end
  return found
end

local function with_zig(job, native) return (job.on.os == "linux" or not native) and job.settings.zig ~= false end

function M.programs(job, program, native)
  local list = rust.programs(job, program)
  list[#list + 1] = { name = "maturin", argv = flags.join(program "maturin", { "--version" }), fix = "uv tool install maturin" }
  if with_zig(job, native) then flags.append(list, zig.programs(job, program)) end
  return list
end

--- "cp313" → "python3.13"
local function interpreter(job)
  local major, minor = job.settings.python:match "^cp(%d)(%d+)$"
  return major and ("python%s.%s"):format(major, minor) or job.settings.python
end

--- The same wheel with its platform tags in the other order: versions of maturin differ in it.
---@param name string
---@return string
function M.other_order(name)
  local stem, first, second = name:match "^(.*%-)([^-.]+)%.([^-.]+)%.whl$"
  return stem and ("%s%s.%s.whl"):format(stem, second, first) or name
end

function M.steps(job, at)
  local argv = flags.join(at.program "maturin", { "build", "--profile", job.settings.profile or "release", "--out", at.out, "--target", job.on.rust })
  if with_zig(job, at.native) then argv[#argv + 1] = "--zig" end
  if job.on.os == "linux" and job.settings.zig ~= false then flags.append(argv, { "--compatibility", "manylinux_" .. (job.settings.manylinux or "2_17") }) end
  if job.settings.abi ~= "abi3" then flags.append(argv, { "--interpreter", interpreter(job) }) end
  if job.settings.manifest then flags.append(argv, { "--manifest-path", job.settings.manifest }) end
  local locked = at.read(((job.settings.manifest or ""):match "^(.*/)" or "") .. "Cargo.lock") and { "--locked" } or {}
  flags.append(argv, locked)
  flags.append(argv, rust.selection(job))
  flags.append(argv, rust.remap(job, at))
  local env = rust.environment(at)
  for name, value in pairs(zig.environment(at)) do env[name] = value end -- order: a set
  env.CARGO_ZIGBUILD_CACHE_DIR = at.cache .. "/zigbuild"
  local name = job.produce[1]
  return { commands = { { argv = argv } }, env = env, files = { { from = at.out .. "/" .. name, also = at.out .. "/" .. M.other_order(name), as = name } }, exact = at.out }
end

return M
