-- Which code of a project may run with all rights: its verbs. Accepted by digest, or once for an origin
-- that is the user's own. The list lives in the user's state folder, never in the project.
local address = require "pure.address"
local digest = require "door.digest"
local errors = require "pure.errors"
local file = require "door.file"
local host = require "door.host"

local M = {}

--- Where Slipway keeps what belongs to the user and not to a project (XDG Base Directory Specification).
---@return string
function M.state_dir()
  local base = host.getenv "XDG_STATE_HOME"
  if not base or base:sub(1, 1) ~= "/" then base = (host.getenv "HOME" or "/tmp") .. "/.local/state" end
  return base .. "/slipway"
end

local function list_path() return M.state_dir() .. "/trust" end

local function accepted()
  local set = {}
  for line in (file.read(list_path()) or ""):gmatch "[^\n]+" do set[line] = true end
  return set
end

local function origin_of(project)
  local remote = project.remote and project.repo:remote(project.remote)
  return remote and "origin " .. address.without_credentials(remote.url)
end

--- The project's own verbs: name, text, digest.
---@param project table
---@return { name: string, text: string, digest: string }[]
function M.own_verbs(project)
  local folder = project.root .. "/slipway/verbs"
  local verbs = {}
  for _, entry in ipairs(file.list(folder) or {}) do
    local name = entry:match "^([%w_]+)%.lua$"
    local text = name and file.read(folder .. "/" .. entry)
    if text then verbs[#verbs + 1] = { name = name, text = text, digest = digest.sha256(text) } end
  end
  return verbs
end

--- Those that are accepted, and the names of those that are not.
---@param project table
---@return table[] trusted, string[] untrusted
function M.sort(project)
  local own = M.own_verbs(project)
  if #own == 0 then return {}, {} end
  local set, trusted, untrusted = accepted(), {}, {}
  local origin = origin_of(project)
  for _, verb in ipairs(own) do
    if set["verb " .. verb.digest] or (origin and set[origin]) then
      trusted[#trusted + 1] = verb
    else
      untrusted[#untrusted + 1] = verb.name
    end
  end
  return trusted, untrusted
end

--- Accepts the verbs as they are now; with `origin`, whatever comes from the project's remote.
---@param project table
---@param origin boolean?
---@return string[]? accepted, slipway.Error?
function M.accept(project, origin)
  local lines, names = {}, {}
  for line in (file.read(list_path()) or ""):gmatch "[^\n]+" do lines[#lines + 1] = line end
  local function add(line, name)
    lines[#lines + 1] = line
    names[#names + 1] = name
  end
  if origin then
    local line = origin_of(project)
    if not line then return nil, errors.new { code = "git.remote_missing", message = "the project has no remote to trust" } end
    add(line, line)
  end
  for _, verb in ipairs(M.own_verbs(project)) do add("verb " .. verb.digest, "slipway/verbs/" .. verb.name .. ".lua") end
  local ok, err = file.mkdir { path = M.state_dir(), parents = true }
  if ok then ok, err = file.write { path = list_path(), text = table.concat(lines, "\n") .. "\n", mode = 384 } end
  if not ok then return nil, err end
  return names
end

return M
