-- How an image registry wants to be asked: it says so itself, and a token for this image is fetched where it points to. The
-- token never is text that Lua sees. Sources: OCI distribution specification, "Authentication"; Docker Registry, "Token
-- authentication specification"; RFC 9110, section 11.6.1.
local errors = require "pure.errors"

local M = {}

--- The challenges of a WWW-Authenticate header (several may be joined by commas): scheme in lower case → parameters.
---@param header string?
---@return table<string, table<string, string>>
function M.challenges(header)
  local found, current = {}, nil
  local rest = header or ""
  while rest ~= "" do
    local scheme, after = rest:match "^[%s,]*([%a][%w-]*)%s+(.*)$"
    if scheme and not rest:find "^[%s,]*[%w_-]+%s*=" then
      current = {}
      found[scheme:lower()], rest = current, after
    else
      local name, value, behind = rest:match '^[%s,]*([%w_-]+)%s*=%s*"([^"]*)"(.*)$'
      if not name then name, value, behind = rest:match "^[%s,]*([%w_-]+)%s*=%s*([^%s,]+)(.*)$" end
      if not name then return found end
      if current then current[name:lower()] = value end
      rest = behind
    end
  end
  return found
end

local function token_url(world, bearer, path)
  local url = bearer.realm .. (bearer.realm:find("?", 1, true) and "&" or "?") .. ("scope=%s"):format(world.http.escape(("repository:%s:pull,push"):format(path)))
  return bearer.service and ("%s&service=%s"):format(url, world.http.escape(bearer.service)) or url
end

--- Asks for a token, in the name of the user where a secret is configured.
local function fetch(o, bearer)
  local own = o.secret()
  for _, field in ipairs { "token", "access_token" } do
    local response, err = o.world.http.request {
      url = token_url(o.world, bearer, o.path), ca_file = o.ca_file, secret = own and { header = "Authorization", user = o.user, value = own } or nil,
      secret_field = { name = field, label = "token of " .. o.name },
    }
    if response and response.secret then return response.secret end
    if response and response.status >= 400 then
      return nil, errors.new { code = response.status == 429 and "registry.limited" or response.status < 500 and "registry.auth" or "registry.broken",
        message = ("%s: its token server answered %d"):format(o.name, response.status), retry = response.status >= 500 }
    end
    if not response and err.code ~= "http.no_secret" then return nil, err end
  end
  return nil, errors.new { code = "registry.malformed", message = o.name .. ": its token server gave no token" }
end

--- Gives `credential(fresh)`: the header for a request, nil when none is wanted. `fresh` fetches another token.
---@param o { world: table, name: string, base: string, path: string, user: string, ca_file: string?, secret: fun(): slipway.Secret? }
---@return fun(fresh: boolean?): table?, slipway.Error?
function M.new(o)
  local known, way, bearer
  return function(fresh)
    if not way then
      local response, err = o.world.http.request { url = o.base .. "/v2/", ca_file = o.ca_file }
      if not response then return nil, err end
      local offered = M.challenges(response.headers["www-authenticate"])
      bearer = offered.bearer and offered.bearer.realm and offered.bearer or nil
      way = response.status ~= 401 and "open" or bearer and "bearer" or "basic"
    end
    if way == "open" then
      local own = o.secret()
      return own and { header = "Authorization", user = o.user, value = own } or nil
    end
    if known and not fresh then return known end
    local value, err
    if way == "bearer" then value, err = fetch(o, bearer) else value = o.secret() end
    if not value then return nil, err end
    known = way == "bearer" and { header = "Authorization", prefix = "Bearer ", value = value } or { header = "Authorization", user = o.user, value = value }
    return known
  end
end

return M
