-- Runs the project's own checks in a clean checkout of a commit.
local verb = require "pure.declare"
local workspace = require "builder.workspace"

local function short(commands)
  local names = {}
  for i, command in ipairs(commands) do
    names[i] = table.concat(command.argv or command, " ") .. (command.secrets and (" (given %s)"):format(table.concat(command.secrets, ", ")) or "")
  end
  return table.concat(names, "; ")
end

return verb {
  name = "check", class = "read", summary = "Run commands in a clean checkout of a commit; all must succeed.",
  params = { commit = "commit", run = "list", timeout = "duration?" }, returns = { commit = "oid" },
  example = 'p:check { commit = bump.commit, run = { { "make", "test" } } }',
  describe = function(a) return "check: " .. short(a.run) end,
  verify = function() return "absent" end,
  apply = function(world, a)
    local folder, err = workspace.checkout(world, a.commit, "check")
    if not folder then return nil, err end
    local ok, failed = workspace.run(world, folder, a.run, { name = "check", timeout = a.timeout })
    if not ok then return nil, failed end
    workspace.remove(world, folder)
    return { commit = a.commit }
  end,
}
