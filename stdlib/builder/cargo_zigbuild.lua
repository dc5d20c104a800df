-- Rust by cargo, linked by zig: every platform from one machine, and on Linux against an old GNU C library
-- (`glibc = "2.17"`, the default).
local cargo = require "builder.cargo"
local flags = require "builder.flags"
local rust = require "builder.rust"
local zig = require "builder.zig"

local M = { name = "cargo-zigbuild", problems = rust.problems }

function M.programs(job, program)
  local list = flags.append(rust.programs(job, program), zig.programs(job, program))
  list[#list + 1] = { name = "cargo-zigbuild", argv = flags.join(program "cargo-zigbuild", { "--version" }), fix = "uv tool install cargo-zigbuild" }
  return list
end

function M.steps(job, at)
  local triple = job.on.rust
  if job.on.os == "linux" then triple = triple .. "." .. (job.settings.glibc or "2.17") end
  local env = rust.environment(at)
  for name, value in pairs(zig.environment(at)) do env[name] = value end -- order: a set
  env.CARGO_ZIGBUILD_CACHE_DIR = at.cache .. "/zigbuild"
  return {
    commands = cargo.commands(job, at, { subcommand = "zigbuild", triple = triple }), env = env,
    files = { { from = cargo.result(job, at), as = job.produce[1] } },
  }
end

return M
