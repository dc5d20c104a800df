-- A Python source archive: by maturin, unless `tool` says uv or build.
local flags = require "builder.flags"

local M = { name = "sdist" }

local tools = {
  maturin = { program = "maturin", argv = function(out) return { "sdist", "--out", out } end, fix = "uv tool install maturin" },
  uv = { program = "uv", argv = function(out) return { "build", "--sdist", "--out-dir", out } end, fix = "install uv" },
  build = { program = "pyproject-build", argv = function(out) return { "--sdist", "--outdir", out } end, fix = "uv tool install build" },
}

local function tool_of(job) return tools[job.settings.tool or "maturin"] or tools.maturin end

function M.programs(job, program)
  local tool = tool_of(job)
  return { { name = tool.program, argv = flags.join(program(tool.program), { "--version" }), fix = tool.fix } }
end

function M.steps(job, at)
  local tool = tool_of(job)
  local argv = flags.append(flags.join(at.program(tool.program), tool.argv(at.out)), job.settings.args)
  return {
    commands = { { argv = argv } }, files = { { from = at.out .. "/" .. job.produce[1], as = job.produce[1] } }, exact = at.out,
    ignore = { "^%.gitignore$" }, -- uv leaves one
  }
end

return M
