-- How worlds ask others and wait for them: requests that are sent again and answers that are kept, programs, pauses.
-- Whoever waits yields, so that a neighbour's work goes on.
local attempts = require "run.attempts"
local cache_dir = require "run.cache_dir"
local clock = require "door.clock"
local etag = require "run.etag"
local host = require "door.host"
local http = require "door.http"
local loop = require "door.loop"
local process = require "door.process"
local together = require "run.together"

local M = {}

--- A function that starts a job and waits for it.
---@param start fun(o: table): userdata?, slipway.Error?
---@return fun(o: table): table?, slipway.Error?
function M.awaited(start)
  return function(options)
    local job, err = start(options)
    if not job then return nil, err end
    return together.await(job)
  end
end

---@param ms number
function M.sleep(ms) together.await(loop.pause(math.ceil(ms))) end

-- An authority of one's own: what curl's variables name (door.http reads them), else what git was told.
local function authority_of(project)
  if host.getenv "CURL_CA_BUNDLE" or host.getenv "SSL_CERT_FILE" then return nil end
  local path = host.getenv "GIT_SSL_CAINFO" or project.repo:config "http.sslCAInfo"
  return path and path:gsub("^~/", (host.getenv "HOME" or "~") .. "/")
end

--- Requests of a project: sent until they are answered, and asked again by their ETag.
---@param project table
---@param tell fun(text: string)?
---@return fun(o: table): slipway.Response?, slipway.Error?
function M.patient(project, tell)
  local authority = authority_of(project)
  local function start(o) -- `o` is a copy made by attempts
    o.ca_file = o.ca_file or authority
    return http.start(o)
  end
  return etag.wrap(attempts(M.awaited(start), { now = clock.now, sleep = M.sleep }, tell), cache_dir() .. "/http")
end

--- Asks a program what it is: its version, whether a machine answers. Its output is all that is wanted of it.
---@param argv string[]
---@param env table<string, string>?
---@return slipway.ProcessResult?, slipway.Error?
function M.ask_program(argv, env)
  local given = { LC_ALL = "C.UTF-8" }
  for name, value in pairs(env or {}) do given[name] = value end -- order: a set
  return M.awaited(process.start) { argv = argv, env = given, timeout = 30000, dir = "/" }
end

return M
