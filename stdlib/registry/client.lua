-- Requests to a package registry: token, JSON, and errors that say what is wrong. Repeating is the business of
-- world.http, which repeats only what is safe; what was sent and not answered is looked for by verb.upload.
local errors = require "pure.errors"
local json = require "door.json"
local no_answer = require "pure.no_answer"
local retry = require "pure.retry"

local M = {}

local codes = { [401] = "registry.auth", [403] = "registry.forbidden", [404] = "registry.not_found", [409] = "registry.exists", [429] = "registry.limited" }

-- How registries say that a version is there, beside 409: npm and old indexes answer 400 or 403, cargo's 200.
local taken = { "already exists", "already uploaded", "previously published", "cannot publish over", "already been taken" }

--- The registry's own words: `errors[1].detail` (cargo), `.message` (OCI), `error`, `message`, `reason` (npm), else text.
---@param body string?
---@return string
function M.words(body)
  local decoded = body and body ~= "" and json.decode(body)
  if type(decoded) == "table" then
    local first = type(decoded.errors) == "table" and decoded.errors[1] or decoded
    for _, field in ipairs { "detail", "message", "error", "reason" } do
      if type(first[field]) == "string" and first[field] ~= "" then return first[field] end
    end
  end
  return ((body or ""):gsub("<[^>]*>", " "):gsub("%s+", " "):sub(1, 200))
end

--- Does an answer say that this very version is there already?
---@param words string
---@return boolean
function M.says_taken(words)
  local text = words:lower()
  for _, phrase in ipairs(taken) do
    if text:find(phrase, 1, true) then return true end
  end
  return false
end

--- When to go on, in words: "in 2 h 5 min".
local function patience(now, headers)
  local ms = retry.after(headers, now or 0)
  if not ms then return "slipway resume   a little later" end
  local minutes = math.max(1, math.ceil(ms / 60000))
  return ("slipway resume   in %s: the registry asks for that"):format(minutes >= 60 and ("%d h %d min"):format(minutes // 60, minutes % 60) or minutes .. " min")
end

local function refusal(client, what, response)
  local words = M.words(response.body)
  local code = codes[response.status] or (response.status >= 500 and "registry.broken" or "registry.refused")
  if response.status >= 400 and response.status < 500 and response.status ~= 401 and M.says_taken(words) then code = "registry.exists" end
  local hint
  if code == "registry.auth" then
    hint = client.token and ("the token (%s) is wrong or has expired: slipway doctor --rotate registries.%s.token"):format(client.token, client.name)
      or ("none is configured: registries.%s.token in slipway.lua"):format(client.name)
  end
  if code == "registry.limited" then hint = patience(client.now and client.now(), response.headers) end
  return errors.new {
    code = code, message = ("%s: %s answered %d"):format(what, response.url:match "^%a+://([^/]+)" or client.name, response.status),
    cause = words ~= "" and words or nil, hint = hint, retry = code == "registry.broken" or code == "registry.limited",
  }
end

-- The registry has not heard of it, or not said so: it is looked for before it is sent again.
local function evasion(client, what, request, response)
  local kind, address = no_answer(request, response)
  local place = response.url and response.url:match "^%a+://([^/]+)" or client.name
  if kind == "redirect" then
    return errors.new {
      code = "registry.refused", message = ("%s: %s answered %d: look at %s"):format(what, place, response.status, address),
      hint = "is the address of the registry in slipway.lua the one that takes uploads?", retry = false,
    }
  end
  if kind == "page" then
    return errors.new { code = "registry.malformed", message = ("%s: %s answered with a web page"):format(what, place), cause = M.words(response.body), hint = "does the network want a login first?", retry = true }
  end
end

-- A token of trusted publishing is for publishing: it is not fetched to read. What else is configured may read.
local function for_reading(refs)
  local list, trusted = {}, false
  for _, ref in ipairs(type(refs) == "table" and refs or { refs }) do
    if ref:find "^oidc:" then trusted = true else list[#list + 1] = ref end
  end
  return list, trusted
end

local function origin(url) return url:match "^(%a+://[^/?#]+)" end

--- A client. The token goes to the places that are configured (`urls`) and no further, whatever address an index names
--- for its files; `client.trust(url)` adds one. `credential(secret)` gives the header that carries the token; `login` does so where the registry says how.
---@param o { world: table, name: string, token: string|string[]|nil, url: string, urls: string[]?, package: string?, ca_file: string?,
---  credential: (fun(secret: slipway.Secret): table)?, login: (fun(fresh: boolean?): table?, slipway.Error?)? }
function M.new(o)
  local client = { name = o.name, token = type(o.token) == "table" and table.concat(o.token, ", ") or o.token, now = o.world.clock and function() return math.tointeger(o.world.clock.now() // 1) end }
  local secret, reader, lent
  local trusted = {}
  for _, url in ipairs { o.url, table.unpack(o.urls or {}) } do trusted[origin(url)] = true end

  --- The token may go to this place too.
  function client.trust(url) trusted[origin(url) or ""] = true end

  local function resolve(ref)
    return o.world.secret.resolve { ref = ref, dir = o.world.project.root, url = o.url, package = o.package, ca_file = o.ca_file }
  end

  --- The token as world.http and world.process take it; nil when none is configured. Raises when it cannot be had.
  ---@return slipway.Secret?
  function client.secret()
    if o.token and not secret then
      local value, used = resolve(o.token)
      secret = errors.raise(value, used)
      lent = type(used) == "string" and used:find "^oidc:" and used or nil
    end
    return secret
  end

  --- A token of trusted publishing is given back once the uploads are done; the next one gets its own.
  function client.done()
    if lent and o.world.secret.give_back then o.world.secret.give_back { ref = lent, value = secret, url = o.url, ca_file = o.ca_file } end
    if lent then secret, lent = nil, nil end
  end

  --- The same for requests that only read.
  ---@return slipway.Secret?
  function client.reader()
    if secret or reader or not o.token then return secret or reader end
    local refs, trusted = for_reading(o.token)
    if #refs == 0 then return nil end
    local value, err = resolve(refs)
    if not value and not trusted then errors.raise(nil, err) end
    reader = value
    return reader
  end

  local function credential_for(what, with, fresh)
    if o.login then return o.login(fresh) end
    local value = with == "must" and client.secret() or with == "token" and client.reader()
    if value then return o.credential(value) end
    if with ~= "must" then return nil end
    return nil, errors.new { code = "registry.auth", message = what .. ": no token is configured", hint = ('registries.%s.token = "env:…" in slipway.lua'):format(o.name) }
  end

  --- One request. `with` = "token" sends the credential, "must" refuses without one.
  ---@return slipway.Response?, slipway.Error?, integer? status
  function client.send(what, request, with)
    local refused
    request.ca_file = o.ca_file
    for _, fresh in ipairs { false, true } do
      request.secret, refused = nil, nil
      if with and trusted[origin(request.url) or ""] then request.secret, refused = credential_for(what, with, fresh) end
      if refused then return nil, errors.at(errors.adopt(refused), what) end
      local response, err = o.world.http.request(request)
      if not response then return nil, errors.at(errors.adopt(err), what) end
      local evaded = response.status < 400 and evasion(client, what, request, response)
      if evaded then return nil, evaded, response.status end
      if response.status < 400 then return response end
      local again = response.status == 401 and o.login and not fresh -- a token of an image registry lives for minutes
      if not again then return nil, refusal(client, what, response), response.status end
    end
  end

  --- JSON of an answer; nil, nil when it is 404 (or 410: gone).
  function client.find(what, url, o2)
    o2 = o2 or {}
    local response, err, status = client.send(what, { url = url, headers = o2.headers }, o2.with)
    if not response then
      if status == 404 or status == 410 then return nil end
      return nil, err
    end
    return M.decode(what, response)
  end

  --- Fetches a file; its SHA-256 in hexadecimal.
  function client.fetch(what, url, to, with)
    local response, err = client.send(what, { url = url, to_file = to }, with)
    if not response then return nil, err end
    return response.sha256 or o.world.digest.sha256 { file = to }
  end

  return client
end

---@param what string
---@param response slipway.Response
---@return any value, slipway.Error?
function M.decode(what, response)
  local value, malformed = json.decode(response.body or "", { big = "text" })
  if value ~= nil then return value end
  return nil, errors.new { code = "registry.malformed", message = what .. ": the answer is no JSON", cause = malformed.message, retry = true }
end

return M
