-- The command line: finds the command, runs it, turns errors into text and exit codes.
local commands = require "cli.commands"
local errors = require "pure.errors"
local host = require "door.host"
local near = require "pure.near"

--- Options may stand before the command; it is the first word that is none. `-C DIR` stands there as in
--- git and make.
local takes_value = { ["--progress"] = true, ["--color"] = true, ["--hyperlinks"] = true, ["--as-of"] = true, ["--root"] = true }

---@return string? command, string[] words
local function split(argv)
  local words, command, i = {}, nil, 1
  while i <= #argv do
    local word = argv[i]
    if not command and word == "-C" then word = "--root" end
    if not command and word:sub(1, 1) ~= "-" then
      command = word
    else
      words[#words + 1] = word
      if not command and takes_value[word] then
        i = i + 1
        words[#words + 1] = argv[i]
      end
    end
    i = i + 1
  end
  return command, words
end

local function fail(err, context, words)
  local out = context and context.out or require("cli.output").new { json = near.contains(words, "--json") }
  local exit = errors.exit_code(errors.adopt(err))
  require("cli.error_view").show(out, err, exit)
  return exit
end

-- Over before a collection would pay; the others may go on for long (runtime/host.c sets the start).
local quick = { status = true, next = true, changelog = true, help = true, list = true, lock = true, trust = true }
-- Nothing of these is open any more when they are done; taking the heap apart would cost a tenth of the start.
local leaves = { status = true, next = true, changelog = true }

---@param argv string[]
---@return integer exit code
return function(argv)
  local name, words = split(argv)
  if not name and near.contains(words, "--version") then
    local out = require("cli.output").new { json = near.contains(words, "--json") }
    out.object("version", { version = host.version })
    out.say("slipway " .. host.version)
    return 0
  end
  if not name and (near.contains(words, "--help") or near.contains(words, "-h")) then name = "help" end
  local command = commands.get(name or "status")
  if not command then
    return fail(errors.new {
      code = "usage.no_command", message = ("there is no command '%s'%s"):format(name, near.suggest(name, commands.names())), hint = "slipway help",
    }, nil, words)
  end
  if not quick[name or "status"] then collectgarbage "generational" end
  local context = require("cli.context").new()
  local ok, code, err = xpcall(command.run, function(raised)
    if errors.is(raised) then return raised end
    return errors.new { code = "host.fault", message = debug.traceback(tostring(raised), 2) }
  end, context, words)
  if not ok then return fail(code, context) end
  if code == nil then return fail(err, context) end
  if code == 0 and context.out.lost then
    return fail(errors.new { code = "file.no_space", message = "the output could not be written; it is not complete", hint = "is the disk full?" }, context)
  end
  if leaves[name or "status"] then os.exit(code) end
  return code
end
