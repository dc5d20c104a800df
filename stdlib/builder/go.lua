-- Go: without cgo unless asked, without paths, build ids and time in the file. Modules are fetched beforehand; the build
-- itself uses no network.
local flags = require "builder.flags"

local M = { name = "go" }

function M.programs(_, program)
  return { { name = "go", argv = flags.join(program "go", { "version" }), fix = "install Go" } }
end

function M.steps(job, at)
  local settings, out = job.settings, at.out .. "/" .. job.produce[1]
  local system, machine = job.on.go:match "^(.-)/(.*)$"
  local go, commands = at.program "go", {}
  if settings.offline ~= true and at.read "go.sum" then commands[1] = { argv = flags.join(go, { "mod", "download" }) } end
  local ldflags = "-s -w -buildid=" .. (settings.ldflags and " " .. settings.ldflags or "")
  local argv = flags.join(go, { "build", "-trimpath", "-buildvcs=false", "-ldflags", ldflags })
  if settings.tags and #settings.tags > 0 then flags.append(argv, { "-tags", table.concat(settings.tags, ",") }) end
  flags.append(argv, settings.args)
  flags.append(argv, { "-o", out, settings.package or "." })
  commands[#commands + 1] = { argv = argv, env = { GOPROXY = "off" } }
  return {
    commands = commands, files = { { from = out, as = job.produce[1] } }, exact = at.out,
    env = {
      GOOS = system, GOARCH = machine, CGO_ENABLED = settings.cgo and "1" or "0", GOTOOLCHAIN = "local", GOFLAGS = "-mod=readonly",
      GOCACHE = at.environment.GOCACHE or at.tools .. "/go-build",
    },
  }
end

return M
