-- The names that `eval` and the prompt have: the session's, the pure modules, and what touches files, which only
-- a user's own prompt may.
local host = require "door.host"

local M = {}

--- Line of the prompt's own chunk that is being executed.
function M.where()
  for level = 2, 30 do
    local info = debug.getinfo(level, "Sl")
    if not info then break end
    if info.source == "=eval" or info.source:sub(1, 1) == "@" and not info.source:find "^@stdlib/" or info.source:find "^=%[" then
      return ("%s:%d"):format(info.source:sub(2), info.currentline)
    end
  end
  return "here"
end

--- Functions of a module as they are: bad input gives nil, error.
local lazy_modules = {
  semver = "pure.semver", pep440 = "pure.pep440", calver = "pure.calver", conventional = "pure.conventional",
  version = "pure.version", manifest = "manifest.formats", changelog = "pure.changelog", commits = "pure.commits",
  json = "door.json", digest = "door.digest", archive = "door.archive", toml = "pure.toml", template = "pure.template",
}

M.modules = lazy_modules

--- The modules alone, each loaded when it is first looked at: what help needs.
M.alone = setmetatable({}, { __index = function(t, name)
  local module = lazy_modules[name]
  if module then rawset(t, name, require(module)) end -- arrow: pure, manifest, door
  return rawget(t, name)
end })

local function git_view(session)
  local door = require "door.git"
  local view = { is_valid_ref = door.is_valid_ref }
  return setmetatable(view, { __index = function(_, name) return session.env.git[name] end })
end

--- The environment of a prompt.
---@param session table  from run/session.lua
---@param out slipway.Output
function M.environment(session, out)
  local env = {
    pending = session.pending, apply = session.apply, discard = session.discard, undo = session.undo,
    io = io, os = { time = os.time, date = os.date, getenv = os.getenv, clock = os.clock },
    assert = assert, error = error, ipairs = ipairs, pairs = pairs, next = next, pcall = pcall, xpcall = xpcall, select = select,
    tonumber = tonumber, tostring = tostring, type = type, setmetatable = setmetatable, getmetatable = getmetatable,
    rawget = rawget, rawset = rawset, rawequal = rawequal, rawlen = rawlen, load = load,
    string = string, table = table, math = math, utf8 = utf8, coroutine = coroutine, require = require,
  }
  env._G = env
  function env.print(...)
    local parts = table.pack(...)
    for i = 1, parts.n do parts[i] = tostring(parts[i]) end
    host.write(1, table.concat(parts, "\t") .. "\n")
  end
  env.show = function(value) out.say(require("pure.show").value(value)) end
  return setmetatable(env, { __index = function(t, name)
    if name == "git" then
      rawset(t, name, git_view(session))
      return rawget(t, name)
    end
    return M.alone[name] or session.env[name]
  end })
end

return M
