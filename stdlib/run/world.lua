-- The world that verbs are handed: all of it. Facts get one that cannot write (run/reader.lua).
local archive = require "door.archive"
local clock = require "door.clock"
local digest = require "door.digest"
local errors = require "pure.errors"
local file = require "door.file"
local git = require "door.git"
local host = require "door.host"
local http = require "door.http"
local lazy = require "run.lazy"
local lock = require "door.lock"
local loop = require "door.loop"
local offline = require "run.offline"
local open_scratch = require "run.scratch"
local process = require "door.process"
local requests = require "run.requests"
local secrets = require "run.secrets"
local together = require "run.together"

local M = {}

M.cache_dir = require "run.cache_dir"
M.reader = require "run.reader"

local function open_forge(project, world)
  local settings = project.config.forge
  if settings then return require("forge.open")(settings, world) end
  return nil, errors.new { code = "forge.none", message = "no forge is configured", hint = "slipway help config: forge" }
end

--- The secret for the git remote, when slipway.lua names one (`secrets.push`); otherwise git asks its own helpers.
---@return slipway.Credential?
function M.credential(project)
  local reference = (project.config.secrets or {}).push
  if not reference then return nil end
  local value = errors.raise(secrets.resolver(offline.request, {}) { ref = reference, dir = project.root })
  return { user = (project.config.secrets or {}).push_user, secret = value }
end

--- The world of verbs.
---@param project table
---@param run { id: string, dir: string, time: integer, note: fun(text: string) }
---@param on fun(event: table)
---@param o { offline: boolean? }?
function M.writer(project, run, on, o)
  local alone = o and o.offline or false
  local function tell(text) on { kind = "progress", text = text } end
  local request = alone and offline.request or requests.patient(project, tell)
  local resolve = secrets.resolver(request, { offline = alone, tell = tell })
  local start = requests.awaited(process.start)
  local world = {
    repo = alone and offline.repo(project.repo) or project.repo, git = git, project = project, config = project.config, time = run.time, run = run,
    clock = { now = clock.now, now_ms = clock.now_ms, date = clock.date, iso = clock.iso, parse = clock.parse, sleep = requests.sleep },
    file = file, archive = archive, digest = digest, lock = lock, getenv = host.getenv,
    process = { which = process.which, run = alone and offline.process(start) or start }, http = { request = request, escape = http.escape },
    secret = { resolve = resolve, give_back = secrets.giver_back(request), variables = function(names) return secrets.variables(project, names, resolve) end }, cache_dir = M.cache_dir(), home = host.getenv "HOME", slipway = host.version,
    together = together.run, interrupted = loop.interrupted,
    checkpoint = function(name) host.crash_point(name) end,
    progress = tell, offline = alone,
    credential = function() return M.credential(project) end,
  }
  return lazy(world, {
    scratch = function()
      local scratch, err = open_scratch(project)
      if not scratch then return nil, err end
      return alone and offline.repo(scratch) or scratch
    end,
    forge = function() return open_forge(project, world) end,
  })
end

return M
