-- C and C++ by `zig cc`: every target from every machine. On Linux static with musl, unless `libc` names a version of
-- the GNU C library ("gnu.2.17").
local flags = require "builder.flags"

local M = { name = "zig" }

function M.programs(_, program)
  return { { name = "zig", argv = flags.join(program "zig", { "version" }), fix = "install zig, or its Python package: uv tool install ziglang" } }
end

--- The target of `zig cc`.
---@param job table
---@return string
function M.triple(job)
  local platform = job.on
  if platform.os ~= "linux" then return platform.zig end
  return ("%s-%s"):format(platform.zig, job.settings.libc or "musl")
end

--- Where zig keeps what it has built of C libraries: together for all targets.
function M.environment(at)
  return { ZIG_GLOBAL_CACHE_DIR = at.environment.ZIG_GLOBAL_CACHE_DIR or at.tools .. "/zig", ZIG_LOCAL_CACHE_DIR = at.cache .. "/zig" }
end

function M.problems(job) return flags.native(job.settings.args, ("targets.%s.args"):format(job.group), job.env) end

function M.steps(job, at)
  local compiler = job.settings.language == "c++" and "c++" or "cc"
  local out = at.out .. "/" .. job.produce[1]
  local argv = flags.join(at.program "zig", { compiler, "-target", M.triple(job), "-ffile-prefix-map=" .. at.source .. "=." })
  flags.append(argv, job.settings.args or { "-O2", "-s" })
  for _, source in ipairs(job.settings.sources) do flags.append(argv, at.matching(source)) end
  flags.append(argv, { "-o", out })
  return {
    commands = { { argv = argv } }, env = M.environment(at), files = { { from = out, as = job.produce[1] } }, exact = at.out,
    ignore = { "%.pdb$", "%.lib$" }, -- what the linker for Windows leaves besides
  }
end

return M
