-- Rust by cargo. With a lock file the build is `--locked`, and what it needs is fetched beforehand: the build itself
-- uses no network.
local flags = require "builder.flags"
local rust = require "builder.rust"

local M = { name = "cargo", programs = rust.programs, problems = rust.problems }

--- The commands: fetch, then build by `subcommand`; cargo-zigbuild differs in these two words only.
---@param job table
---@param at table
---@param build { subcommand: string, triple: string }
function M.commands(job, at, build)
  local cargo, locked = at.program "cargo", at.read "Cargo.lock" and { "--locked" } or {}
  local commands = {}
  if job.settings.offline ~= true then
    commands[1] = { argv = flags.join(flags.join(cargo, { "fetch", "--target", job.on.rust }), locked) }
  end
  local argv = flags.join(flags.join(cargo, { build.subcommand, "--profile", job.settings.profile or "release", "--target", build.triple }), locked)
  flags.append(argv, { "--offline", "--bin", job.settings.bin or job.project })
  flags.append(argv, rust.selection(job))
  commands[#commands + 1] = { argv = flags.append(argv, rust.remap(job, at)) }
  return commands
end

local function result(job, at)
  local profile = job.settings.profile or "release"
  return ("%s/target/%s/%s/%s%s"):format(at.cache, job.on.rust, profile == "dev" and "debug" or profile, job.settings.bin or job.project, job.on.exe)
end

M.result = result

function M.steps(job, at)
  return {
    commands = M.commands(job, at, { subcommand = "build", triple = job.on.rust }), env = rust.environment(at),
    files = { { from = result(job, at), as = job.produce[1] } },
  }
end

return M
