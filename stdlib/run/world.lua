-- The world that verbs and facts are handed. Verbs get all of it; facts get one that cannot write:
-- not a promise, but a table in which the writing functions do not exist.
local archive = require "door.archive"
local attempts = require "run.attempts"
local clock = require "door.clock"
local digest = require "door.digest"
local errors = require "pure.errors"
local etag = require "run.etag"
local file = require "door.file"
local git = require "door.git"
local host = require "door.host"
local http = require "door.http"
local lock = require "door.lock"
local loop = require "door.loop"
local offline = require "run.offline"
local oidc = require "secret.oidc"
local process = require "door.process"
local secrets = require "run.secrets"
local together = require "run.together"

local M = {}

local function awaited(start)
  return function(options)
    local job, err = start(options)
    if not job then return nil, err end
    return together.await(job)
  end
end

--- A table with the named functions of `object` only; methods keep their object.
local function only(object, names)
  local view = {}
  for _, name in ipairs(names) do
    view[name] = function(_, ...) return object[name](object, ...) end
  end
  return view
end

local reading = {
  "info", "config", "identity", "status", "resolve", "ref", "symbolic", "refs", "releases", "tag", "commit", "log", "changelog", "touches", "reached",
  "nearest_tag",
  "merge_base", "is_ancestor", "read", "list", "changes", "patch_id", "patch_ids", "files_state", "remote", "ls_remote",
}

-- The scratch store of looking ahead: objects come and are made there, refs are not, and nothing leaves.
local looking_ahead = { "fetch", "rebase", "pick" }
table.move(reading, 1, #reading, #looking_ahead + 1, looking_ahead)

-- Requests that change nothing on the other side.
local function only_asking(request)
  return function(o)
    local method = o.method or "GET"
    if method ~= "GET" and method ~= "HEAD" or o.body or o.body_file or o.form then error("a fact sends nothing: " .. method, 2) end
    return request(o)
  end
end

M.cache_dir = require "run.cache_dir"

--- The scratch store of a project: objects fetched or made while looking ahead land there.
local function open_scratch(project)
  local key = digest.sha256(project.info.common_dir):sub(1, 16)
  local dir = M.cache_dir() .. "/scratch/" .. key
  local ok, err = file.mkdir { path = dir, parents = true }
  if not ok then return nil, err end
  return git.open { path = project.root, scratch = dir }
end

local function open_forge(project, world)
  local settings = project.config.forge
  if not settings then return nil end
  return require("forge.open")(settings, world)
end

-- Pauses yield too, so that a build goes on while a neighbour waits.
local function sleep(ms) together.await(loop.pause(math.ceil(ms))) end

-- An authority of one's own: what curl's variables name (door.http reads them), else what git was told.
local function authority_of(project)
  if host.getenv "CURL_CA_BUNDLE" or host.getenv "SSL_CERT_FILE" then return nil end
  local path = host.getenv "GIT_SSL_CAINFO" or project.repo:config "http.sslCAInfo"
  return path and path:gsub("^~/", (host.getenv "HOME" or "~") .. "/")
end

local function patient(project, tell)
  local authority = authority_of(project)
  local function start(o) -- `o` is a copy made by attempts
    o.ca_file = o.ca_file or authority
    return http.start(o)
  end
  return etag.wrap(attempts(awaited(start), { now = clock.now, sleep = sleep }, tell), M.cache_dir() .. "/http")
end

local function lazy(world, makers)
  return setmetatable(world, {
    __index = function(t, key)
      local make = makers[key]
      if not make then return nil end
      local value, err = make()
      if value == nil and err then error(errors.adopt(err), 0) end
      rawset(t, key, value == nil and false or value)
      return value
    end,
  })
end

--- Asks a program what it is: its version, whether a machine answers. Its output is all that is wanted of it.
---@param argv string[]
---@param env table<string, string>?
---@return slipway.ProcessResult?, slipway.Error?
local function ask_program(argv, env)
  local given = { LC_ALL = "C.UTF-8" }
  for name, value in pairs(env or {}) do given[name] = value end -- order: a set
  return awaited(process.start) { argv = argv, env = given, timeout = 30000, dir = "/" }
end

--- The world of facts.
---@param project table
---@param o { offline: boolean?, time: integer? }?
function M.reader(project, o)
  o = o or {}
  local repo = only(o.offline and offline.repo(project.repo) or project.repo, reading)
  local request = only_asking(o.offline and offline.request or patient(project))
  local world = {
    repo = repo, git = { is_valid_ref = git.is_valid_ref }, config = project.config,
    project = setmetatable({ repo = repo }, { __index = project }), -- what is asked of the remote is kept here, for this reader
    offline = o.offline or false, time = o.time or clock.now(),
    clock = { now = clock.now, date = clock.date, iso = clock.iso, parse = clock.parse, sleep = sleep },
    file = { read = file.read, piece = file.piece, stat = file.stat, list = file.list }, cache_dir = M.cache_dir(),
    process = { which = process.which, ask = ask_program }, getenv = host.getenv, lock = { show = lock.show },
    http = { request = request, escape = http.escape }, secret = { resolve = secrets.resolver(request, { offline = o.offline }) },
    identity = function(ref) return oidc.is_present(ref, host.getenv) end, digest = { sha256 = digest.sha256 },
    credential = function() return M.credential(project) end,
  }
  return lazy(world, {
    scratch = function()
      local scratch, err = open_scratch(project)
      if not scratch then return nil, err end
      return only(o.offline and offline.repo(scratch) or scratch, looking_ahead)
    end,
    forge = function()
      local forge, err = open_forge(project, world)
      if not forge then return nil, err end
      return forge.reading()
    end,
  })
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
  local request = alone and offline.request or patient(project, tell)
  local resolve = secrets.resolver(request, { offline = alone, tell = tell })
  local start = awaited(process.start)
  local world = {
    repo = alone and offline.repo(project.repo) or project.repo, git = git, project = project, config = project.config, time = run.time, run = run,
    clock = { now = clock.now, now_ms = clock.now_ms, date = clock.date, iso = clock.iso, parse = clock.parse, sleep = sleep },
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
    forge = function()
      local forge, err = open_forge(project, world)
      if forge or err then return forge, err end
      return nil, errors.new { code = "forge.none", message = "no forge is configured", hint = "slipway help config: forge" }
    end,
  })
end

return M
