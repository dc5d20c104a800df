-- A clean checkout of a commit below the cache folder, and commands run in it. Used by check and build, so that
-- neither sees what lies about in the user's work tree.
local errors = require "pure.errors"
local schema = require "pure.schema"

local M = {}

--- Where the checkouts of this run are.
---@param world table
---@return string
function M.base(world) return ("%s/checkouts/%s"):format(world.cache_dir, world.run.id) end

--- Checks a commit out into a fresh folder of this run.
---@param world table
---@param commit oid
---@param name string  of the folder
---@return string? folder, slipway.Error?
function M.checkout(world, commit, name)
  local base = M.base(world)
  local folder = ("%s/%s"):format(base, name)
  local ok, err = world.file.mkdir { path = base, parents = true }
  if not ok then return nil, err end
  if world.file.stat(folder) then
    ok, err = world.file.remove_tree { path = folder, below = base }
    if not ok then return nil, err end
  end
  ok, err = world.repo:checkout { commit = commit, to = folder }
  if not ok then return nil, err end
  return folder
end

function M.remove(world, folder)
  world.file.remove_tree { path = folder, below = ("%s/checkouts"):format(world.cache_dir) }
end

-- Some builders end with a line that holds their whole environment.
local WIDEST <const> = 160

local function last_lines(text, count)
  local lines = {}
  for line in text:gmatch "[^\n]*%S[^\n]*" do
    lines[#lines + 1] = #line > WIDEST and line:sub(1, (utf8.offset(line, 0, WIDEST) or WIDEST) - 1) .. " …" or line
    if #lines > count then table.remove(lines, 1) end
  end
  return table.concat(lines, "\n")
end

local full = { "No space left on device", "no space left on device", "Disk quota exceeded", "NoSpaceLeft" }

-- A command line, as far as it tells which one it was; the log has all of it.
local LONG <const> = 100

local function shown(argv)
  local line = table.concat(argv, " ")
  if #line <= LONG then return line end
  local words, length = {}, 0
  for _, word in ipairs(argv) do
    length = length + #word + 1
    if length > LONG then break end
    words[#words + 1] = word
  end
  return (#words > 0 and table.concat(words, " ") or argv[1]) .. " …"
end

--- The error of a command that has failed: its last lines, and where all of them are. A full disk has a name of its own.
---@param name string
---@param argv string[]
---@param result slipway.ProcessResult
---@param log string
---@return slipway.Error
function M.failure(name, argv, result, log)
  local text = result.err ~= "" and result.err or result.out
  for _, words in ipairs(full) do
    if result.err:find(words, 1, true) or result.out:find(words, 1, true) then
      return errors.new { code = "build.no_space", message = ("%s: there was no space left for '%s'"):format(name, argv[1]), cause = last_lines(text, 5), hint = "the whole log: " .. log }
    end
  end
  return errors.new {
    code = "build.failed", message = ("%s: '%s' ended with %d"):format(name, shown(argv), result.code), cause = last_lines(text, 5), hint = "the whole log: " .. log,
  }
end

local function with(env, more)
  if not more then return env end
  local both = {}
  for _, from in ipairs { env or {}, more } do
    for name, value in pairs(from) do both[name] = value end -- order: a set
  end
  return both
end

--- Runs commands one after the other; the first that fails stops, with its last lines and the path of the log.
---@param world table
---@param folder string
---@param commands (string[]|{ argv: string[], env: table?, secrets: string[]? })[]
---@param o { name: string, env: table?, timeout: any, secrets: string[]? }  secrets: names of those that every command gets
---@return true?, slipway.Error?
function M.run(world, folder, commands, o)
  local log_dir = world.run.dir .. "/logs"
  local ok, err = world.file.mkdir { path = log_dir, parents = true }
  if not ok then return nil, err end
  local log = ("%s/%s.log"):format(log_dir, o.name)
  local seconds = o.timeout and schema.seconds(o.timeout)
  for _, command in ipairs(commands) do
    local argv = command.argv or command
    world.progress(("%s: %s"):format(o.name, table.concat(argv, " ")))
    local names, secrets, unknown = command.secrets or o.secrets, nil, nil
    if names then secrets, unknown = world.secret.variables(names) end
    if unknown then return nil, unknown end
    local result, failed = world.process.run {
      argv = argv, dir = folder, secrets = secrets, env = with(o.env, command.env), log = log, timeout = seconds and math.floor(seconds * 1000) or nil,
    }
    if not result then return nil, failed end
    if result.code ~= 0 then return nil, M.failure(o.name, argv, result, log) end
  end
  return true
end

return M
