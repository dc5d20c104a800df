-- The command line: finds the command, runs it, turns errors into text and exit codes.
local host = require "door.host"

---@param argv string[]
---@return integer exit code
return function(argv)
  if argv[1] == "eval" then
    local chunk, err = load(argv[2] or "", "=eval", "t")
    if not chunk then host.write(2, err .. "\n") return 1 end
    chunk(table.unpack(argv, 3))
    return 0
  end
  if argv[1] == "test" then return require "cli.test"(table.move(argv, 2, #argv, 1, {})) end
  host.write(2, "slipway: unknown command\n")
  return 2
end
