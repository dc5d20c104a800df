-- Trusted publishing: a job of a CI proves who it is by a signed identity token, and a registry gives it a token of its
-- own for some minutes. `oidc:pypi`, `oidc:crates`, `oidc:npm`. No token is ever text that Lua can see.
-- Sources: the Python index's documentation, "Trusted publishers: internals"; the crate registry's, "Trusted publishing"; npm's own client,
-- lib/utils/oidc.js; docs.github.com, "OpenID Connect reference"; docs.gitlab.com, "id_tokens".
local errors = require "pure.errors"

local M = {}

local function origin(url) return url:match "^(https?://[^/?#]+)" end
local function host(url) return url:match "^https?://([^/:?#]+)" end
local function base(url) return (url:gsub("^sparse%+", ""):gsub("/+$", "")) end

local function absent(ref)
  return errors.new {
    code = "secret.no_identity", message = ("%s: no CI vouches for this process"):format(ref),
    hint = "in GitHub Actions: permissions: id-token: write; in GitLab: id_tokens; elsewhere name a token besides: { \"oidc:…\", \"env:…\" }",
  }
end

local function refused(ref, what, response)
  return errors.new {
    code = "secret.exchange_refused", message = ("%s: %s answered %d"):format(ref, what, response.status), cause = (response.body or ""):sub(1, 300),
    hint = "is this repository, workflow and environment entered as a trusted publisher there?",
  }
end

-- kind → who the identity is for, GitLab's variable for it, and the exchange itself.
local kinds = {}

kinds.pypi = { variable = "PYPI_ID_TOKEN" }
function kinds.pypi.audience(o)
  local response, err = o.request { url = origin(o.url) .. "/_/oidc/audience", ca_file = o.ca_file }
  if not response then return nil, err end
  local audience = response.status == 200 and response.body:match '"audience"%s*:%s*"([^"]+)"'
  if not audience then return nil, refused(o.ref, host(o.url), response) end
  return audience
end
function kinds.pypi.exchange(o, identity)
  return { url = origin(o.url) .. "/_/oidc/mint-token", secret = { place = "body", prefix = '{"token":"', value = identity, suffix = '"}' } }
end

kinds.crates = { variable = "CRATES_IO_ID_TOKEN" }

-- The registry's interface, which its index names (cargo's documentation, "Index format", config.json); else the index's host.
local function interface(o)
  local response = not o.api and o.request { url = base(o.url) .. "/config.json", ca_file = o.ca_file }
  local named = response and response.status == 200 and (response.body or ""):match '"api"%s*:%s*"(https?://[^"]+)"'
  o.api = o.api or origin(named or base(o.url))
  return o.api
end

function kinds.crates.audience(o) return host(interface(o)) end
function kinds.crates.exchange(o, identity)
  return { url = interface(o) .. "/api/v1/trusted_publishing/tokens", secret = { place = "body", prefix = '{"jwt":"', value = identity, suffix = '"}' } }
end

kinds.npm = { variable = "NPM_ID_TOKEN" }
function kinds.npm.audience(o) return "npm:" .. host(o.url) end
function kinds.npm.exchange(o, identity)
  local path = "/-/npm/v1/oidc/token/exchange/package/" .. o.escape(o.package or "")
  return { url = base(o.url) .. path, body = "", secret = { header = "Authorization", prefix = "Bearer ", value = identity } }
end

--- Does a CI vouch for this process, as far as its variables tell? Asks nobody.
---@param ref string  "oidc:pypi"
---@param getenv fun(name: string): string?
---@return boolean
function M.is_present(ref, getenv)
  local kind = kinds[ref:match "^oidc:(%l+)$"]
  if not kind then return false end
  return (getenv "ACTIONS_ID_TOKEN_REQUEST_URL" and getenv "ACTIONS_ID_TOKEN_REQUEST_TOKEN" or getenv(kind.variable)) and true or false
end

local function identity_of(o, kind)
  if o.getenv(kind.variable) then return o.resolve("env:" .. kind.variable) end
  local url = o.getenv "ACTIONS_ID_TOKEN_REQUEST_URL"
  if not url or not o.getenv "ACTIONS_ID_TOKEN_REQUEST_TOKEN" then return nil, absent(o.ref) end
  local audience, err = kind.audience(o)
  if not audience then return nil, err end
  local bearer, unread = o.resolve "env:ACTIONS_ID_TOKEN_REQUEST_TOKEN"
  if not bearer then return nil, unread end
  local response, failed = o.request {
    url = ("%s%saudience=%s"):format(url, url:find("?", 1, true) and "&" or "?", o.escape(audience)),
    secret = { header = "Authorization", prefix = "Bearer ", value = bearer }, secret_field = { name = "value", label = o.ref .. " (identity)" },
  }
  if not response then return nil, failed end
  if not response.secret then return nil, refused(o.ref, "the CI", response) end
  return response.secret
end

---@class slipway.Exchange
---@field ref string       "oidc:pypi", "oidc:crates", "oidc:npm"
---@field url string       of the registry
---@field package string?  npm gives a token for one package
---@field request fun(o: table): slipway.Response?, slipway.Error?
---@field resolve fun(ref: string): slipway.Secret?, slipway.Error?
---@field getenv fun(name: string): string?
---@field escape fun(text: string): string
---@field ca_file string?
---@field api string?      of a crate registry, once it is known

--- Exchanges the CI's identity for a token of the registry.
---@param o slipway.Exchange
---@return slipway.Secret?, slipway.Error?
function M.token(o)
  local kind = kinds[o.ref:match "^oidc:(%l+)$"]
  if not kind then
    return nil, errors.new { code = "secret.bad_reference", message = ("'%s': trusted publishing is known for oidc:pypi, oidc:crates and oidc:npm"):format(o.ref) }
  end
  if not o.url then return nil, errors.new { code = "secret.bad_reference", message = o.ref .. " is a token of a registry, and none is asked here" } end
  local identity, err = identity_of(o, kind)
  if not identity then return nil, err end
  local request = kind.exchange(o, identity)
  request.method, request.ca_file, request.idempotent = "POST", o.ca_file, true -- a second token is no harm
  request.headers = { ["Content-Type"] = "application/json" }
  request.secret_field = { name = "token", label = o.ref }
  local response, failed = o.request(request)
  if not response then return nil, failed end
  if not response.secret then return nil, refused(o.ref, host(o.url), response) end
  return response.secret
end

--- Gives a token of crates back before its time; the other registries have no such request.
---@param o slipway.Exchange
---@param token slipway.Secret
function M.give_back(o, token)
  if o.ref ~= "oidc:crates" then return end
  o.request {
    method = "DELETE", url = interface(o) .. "/api/v1/trusted_publishing/tokens", ca_file = o.ca_file,
    secret = { header = "Authorization", prefix = "Bearer ", value = token },
  }
end

return M
