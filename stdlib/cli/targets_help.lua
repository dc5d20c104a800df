-- slipway help targets: the builders, their settings, platforms, places, and what can be said for one run.
local kinds = require "pure.build_kinds"
local output = require "cli.output"
local platforms = require "pure.platform"
local sorted_keys = require "pure.sorted_keys"

local M = {}

--- Says it all.
---@param out slipway.Output
function M.show(out)
  out.say "targets in slipway.lua: what is built, by which builder, for which platforms and variants."
  out.say ""
  out.say '  pelican = { builder = "zig", sources = { "src/*.c" }, platforms = { "linux-amd64", "windows-amd64" }, variants = { "small", "large" } }'
  out.say ""
  out.say "builders and their own settings:"
  for _, name in ipairs(kinds.names()) do
    local kind = kinds.kinds[name]
    output.block(out, ("  %s "):format(output.pad(name, 15)), ("%s: %s"):format(kind.summary, table.concat(sorted_keys(kind.fields), ", ")))
  end
  out.say ""
  output.block(out, "every target: ", "platform or platforms, variants, name, env, timeout, dir, strategy, lock, pins (program = version), max_size, max_glibc, libraries")
  output.block(out, "platforms:    ", table.concat(platforms.names(), ", "))
  output.block(out, "in names:     ", "{version} {platform} {os} {arch} {variant} {exe} {target} {triple}; .exe comes by itself")
  out.say ""
  out.say "where: build.strategy, in order; for one run --strategy, or the environment:"
  out.say "  SLIPWAY_BUILD_STRATEGY  SLIPWAY_BUILD_HOST  SLIPWAY_BUILD_USER  SLIPWAY_LOCK_DIR     (build.environment gives them other names)"
  out.say "  here        this machine, in a clean checkout (also: zig, local)"
  out.say '  ssh         { kind = "ssh", hosts = { "a", "user@b:2222" }, dir = …, slots = 1, container = { image = …, engine = "docker" } }'
  out.say '  container   { kind = "container", image = …, engine = "docker", args = { … } }'
  out.say '  slurm       { kind = "slurm", dir = "a folder that all nodes see", args = { "--partition=…" } }'
  out.say '  actions     { kind = "actions", workflow = "build.yml" }: GitHub or Gitea builds, see slipway help actions'
  out.say ""
  out.say "slipway run build --to dist          builds without releasing; --targets NAME, --strategy PLACE"
  out.say "slipway show RUN --log TARGET        what its builder said; slipway resume --retry STEP builds it again"
  out.say "slipway lock [show|break] TARGET     the lock that keeps two builds of one target apart"
end

return M
