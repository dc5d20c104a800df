-- What was found out about a repository, kept below the user's cache directory for as long as nothing it depends on
-- changes: HEAD, refs, shallow edges, the repository's settings, slipway.lua, this program. A next question is answered
-- without reading history; whatever does not fit is found out anew, and nobody is told.
local cache_dir = require "run.cache_dir"
local canon = require "door.canon"
local clock = require "door.clock"
local digest = require "door.digest"
local file = require "door.file"
local host = require "door.host"
local json = require "door.json"

local M = {}

-- What takes less is not worth a file.
local WORTH_MS <const> = 2

-- Versions of a calendar change with the day: such an answer is never kept. Asked last, for the scheme may have to be found.
local function is_timeless(project) return not project.scheme:find "^calver" end

local function program()
  local about = file.stat(host.executable)
  return about and ("%s %d %d"):format(host.version, about.size, about.mtime)
end

local function place_of(project, kind, more)
  local state = project.repo:state()
  local binary = not host.lua_dir and program()
  if not state or not binary then return nil end
  local where = digest.crc32c(canon.encode { project.info.common_dir, project.root, kind })
  local dir = cache_dir() .. "/answers"
  return {
    dir = dir, path = ("%s/%s-%s-%08x.json"):format(dir, project.root:match "[^/]*$":gsub("[^%w.-]", "_"):sub(-40), kind, where),
    state = state,
    key = canon.encode { where = { project.info.common_dir, project.root, kind }, head = { project.head.oid or "", project.head.branch or "" }, state = state, program = binary, settings = project.settings_text or "", more = more },
  }
end

local function load(place)
  local sum, rest = (file.read(place.path) or ""):match "^(%x+)\n(.*)$"
  if not sum or sum ~= ("%08x"):format(digest.crc32c(rest)) then return nil end
  local known = json.decode(rest)
  return known and known.key == place.key and known.value or nil
end

-- No fsync: what a crash leaves does not fit its check sum.
local function store(place, value)
  if not file.mkdir { path = place.dir, parents = true } then return end
  local text = json.encode { key = place.key, value = value }
  local path = ("%s.%08x.new"):format(place.path, digest.crc32c(tostring {} .. clock.now_ms()))
  local out = text and io.open(path, "wb")
  if not out then return end
  local wrote = out:write(("%08x\n%s"):format(digest.crc32c(text), text))
  if not (out:close() and wrote and os.rename(path, place.path)) then os.remove(path) end
end

--- The answer to a question about commits, refs and settings, and nothing else: a table that JSON can hold.
---@param project table
---@param kind string   which question
---@param more table    what else the answer depends on
---@param find fun(): table?, slipway.Error?
---@return table?, slipway.Error?
function M.ask(project, kind, more, find)
  local ok, place = pcall(place_of, project, kind, more)
  if not ok then place = nil end
  local value = place and load(place)
  if value then return value end
  local begun = clock.now_ms()
  local found, err = find()
  -- Refs that moved meanwhile may be in the answer or not.
  local worth = found and place and clock.now_ms() - begun >= WORTH_MS and is_timeless(project)
  if worth and project.repo:state() == place.state then store(place, found) end
  return found, err
end

return M
