-- Finds secrets for the world: one reference, or several of which the first that gives one is taken, and said.
local errors = require "pure.errors"
local host = require "door.host"
local http = require "door.http"
local oidc = require "secret.oidc"
local secret = require "door.secret"

local M = {}

-- After these the next reference is tried; a locked vault or a refused login is told instead.
local goes_on = {
  ["secret.missing"] = true, ["secret.program_missing"] = true, ["secret.no_identity"] = true, ["secret.exchange_refused"] = true,
  ["http.no_secret"] = true, ["run.offline"] = true,
}

--- References in the order in which they are tried.
---@param ref string|string[]
---@return string[]
function M.list(ref) return type(ref) == "table" and ref or { ref } end

local function offline(ref)
  return errors.new { code = "run.offline", message = ("%s needs the network"):format(ref), hint = "again without --offline" }
end

--- `resolve{ ref, dir, url, package, ca_file }` of a world: ref is a reference or a list of them. Gives the secret and
--- the reference it came from.
---@param request fun(o: table): slipway.Response?, slipway.Error?
---@param o { offline: boolean?, tell: (fun(text: string))? }
---@return fun(o: table): slipway.Secret?, string|slipway.Error
function M.resolver(request, o)
  local function one(ref, wanted)
    if o.offline and (ref:find "^op://" or ref:find "^oidc:") then return nil, offline(ref) end
    if not ref:find "^oidc:" then return secret.resolve { ref = ref, dir = wanted.dir } end
    return oidc.token {
      ref = ref, url = wanted.url, package = wanted.package, ca_file = wanted.ca_file, request = request, getenv = host.getenv, escape = http.escape,
      resolve = function(name) return secret.resolve { ref = name, dir = wanted.dir } end,
    }
  end
  return function(wanted)
    local refs, passed = M.list(wanted.ref), {}
    for i, ref in ipairs(refs) do
      local value, err = one(ref, wanted)
      if value then
        if #refs > 1 and o.tell then o.tell(("token from %s%s"):format(ref, #passed > 0 and " (" .. table.concat(passed, "; ") .. ")" or "")) end
        return value, ref
      end
      err = errors.adopt(err)
      if i == #refs or not goes_on[err.code] then return nil, err end
      passed[#passed + 1] = err.message
    end
    return nil, errors.new { code = "secret.bad_reference", message = "no reference to a secret is given" }
  end
end

--- `give_back{ ref, value, url, ca_file }` of a world: a token that was exchanged ends when it is no longer needed, not
--- minutes later. What cannot be given back ends by itself.
---@param request fun(o: table): slipway.Response?, slipway.Error?
function M.giver_back(request)
  return function(o) oidc.give_back({ ref = o.ref, url = o.url, ca_file = o.ca_file, request = request }, o.value) end
end

-- A forge's client and its Actions are asked under both names.
local twins = { GH_TOKEN = "GITHUB_TOKEN", GITHUB_TOKEN = "GH_TOKEN" }

--- Variables for one child: the secrets of slipway.lua by their names, GH_TOKEN and GITHUB_TOKEN each under both.
---@param project table
---@param names string[]
---@param resolve function
---@return table<string, slipway.Secret>?, slipway.Error?
function M.variables(project, names, resolve)
  local variables = {}
  for _, name in ipairs(names) do
    local ref = (project.config.secrets or {})[name]
    if not ref then
      return nil, errors.new { code = "secret.not_named", message = ("slipway.lua names no secret '%s'"):format(name), hint = ('secrets = { %s = "env:%s" }'):format(name, name) }
    end
    local value, err = resolve { ref = ref, dir = project.root }
    if not value then return nil, err end
    variables[name] = value
    if twins[name] and not (project.config.secrets or {})[twins[name]] then variables[twins[name]] = value end
  end
  return variables
end

return M
