-- Requests to a forge: token, JSON, pages, and errors that say what is wrong. Repeating is the business of
-- world.http, which repeats only what is safe.
local errors = require "pure.errors"
local json = require "door.json"
local no_answer = require "pure.no_answer"

local M = {}

local codes = {
  [401] = "forge.auth", [403] = "forge.forbidden", [404] = "forge.not_found", [409] = "forge.conflict",
  [422] = "forge.conflict", [429] = "forge.limited",
}

-- What the forge says of it: a message, and the fields it complains of.
local function text_of(response)
  local decoded = response.body and json.decode(response.body)
  local message = type(decoded) == "table" and (decoded.message or decoded.error)
  if type(message) == "table" then message = json.encode(message) end
  if type(message) ~= "string" or message == "" then return (response.body or ""):sub(1, 200) end
  local first = type(decoded.errors) == "table" and decoded.errors[1]
  if type(first) == "table" and type(first.code) == "string" then message = ("%s (%s %s)"):format(message, tostring(first.field or ""), first.code) end
  return message
end

local function code_of(response, said)
  if response.status == 403 and (said:lower():find "rate limit" or response.headers["x-ratelimit-remaining"] == "0") then return "forge.limited" end
  if said:lower():find "immutable" then return "forge.immutable" end
  return codes[response.status] or (response.status >= 500 and "forge.broken" or "forge.refused")
end

local function hint_of(client, code, said)
  if code == "forge.auth" then
    return client.token and ("the token (%s) is wrong or has expired; slipway doctor --rotate forge.token"):format(client.token) or "no token is configured: forge.token in slipway.lua"
  end
  if code ~= "forge.forbidden" then return nil end
  local scope = said:match "required=%[([^%]]+)%]" or said:match "scope[s:]* ([%w_:]+)"
  if scope then return "make a token with " .. scope end
  return "the token lacks the right to write to this repository"
end

local function refusal(client, what, response)
  local said = text_of(response)
  local code = code_of(response, said)
  return errors.new {
    code = code, message = ("%s: %s answered %d"):format(what, client.base:match "^%a+://([^/]+)", response.status),
    cause = said ~= "" and said or nil, hint = hint_of(client, code, said), retry = code == "forge.broken" or code == "forge.limited",
  }
end

-- GitHub answers 307 when a repository was renamed.
local function evasion(client, what, request, response)
  local kind, address = no_answer(request, response)
  local place = client.base:match "^%a+://([^/]+)"
  if kind == "redirect" then
    return errors.new {
      code = "forge.refused", message = ("%s: %s answered %d: look at %s"):format(what, place, response.status, address),
      hint = "has the repository been renamed? mend forge.repo or forge.url in slipway.lua", retry = false,
    }
  end
  if kind == "page" then
    return errors.new { code = "forge.broken", message = ("%s: %s answered with a web page"):format(what, place), hint = "does the network want a login first?", retry = true }
  end
end

-- Does another page follow? A Link header says so; without one the total does, else a full page suggests it: as many
-- entries as were asked for, or a round number, since servers have limits of their own.
local function another(response, list, seen, size)
  local link, total = response.headers.link, math.tointeger(tonumber(response.headers["x-total-count"] or response.headers["x-total"]))
  if link then return link:find('rel="next"', 1, true) ~= nil end
  if total then return seen < total end
  return #list >= size or #list % 10 == 0
end

-- More pages than any forge gives; an endless list is a fault of the server.
local LAST_PAGE = 5000

---@class slipway.ForgeClient
---@field base string
---@field seen table<string, string>?  headers of the last answer
---@field token string?
---@field call fun(what: string, o: { method: string?, path: string, body: table?, idempotent: boolean? }): any, slipway.Error?, integer?
---@field find fun(what: string, path: string): any, slipway.Error?
---@field repository fun(path: string): any, slipway.Error?
---@field each fun(what: string, o: { path: string, size_name: string, size: integer?, key: string? }, visit: fun(entry: table): any): any, slipway.Error?
---@field pages fun(what: string, path: string, size_name: string, key: string?): table[]?, slipway.Error?

--- A client. `base` is the address of the interface without a slash at its end.
---@param o { world: table, base: string, token: string?, header: string?, prefix: string?, ca_file: string?, headers: table? }
---@return slipway.ForgeClient
function M.client(o)
  local client = { base = o.base, token = o.token }
  local secret

  local function credential()
    if not o.token then return nil end
    if not secret then secret = errors.raise(o.world.secret.resolve { ref = o.token, dir = o.world.project.root }) end
    return { header = o.header or "Authorization", prefix = o.prefix, value = secret }
  end

  local function send(what, request)
    request.headers = request.headers or {}
    for name, value in pairs(o.headers or {}) do request.headers[name] = request.headers[name] or value end -- order: a set
    request.secret, request.ca_file = credential(), o.ca_file
    local response, err = o.world.http.request(request)
    if not response then return nil, errors.at(errors.adopt(err), what) end
    client.seen = response.headers
    if response.status >= 400 then return nil, refusal(client, what, response), response.status end
    local evaded = evasion(client, what, request, response)
    if evaded then return nil, evaded, response.status end
    return response
  end

  local function address(path) return path:find "^https?://" and path or client.base .. path end

  local function decoded(what, response)
    if not response.body or response.body == "" then return true end
    local value, malformed = json.decode(response.body)
    if value == nil then return nil, errors.at(errors.adopt(malformed), what) end
    return value
  end

  --- Asks for JSON. Returns the decoded answer, true when it is empty; or nil, err, status.
  ---@param what string  for messages: "make the draft"
  function client.call(what, o2)
    local request = { method = o2.method or "GET", url = address(o2.path), idempotent = o2.idempotent, headers = { Accept = o2.accept or "application/json" } }
    if o2.body then
      request.body = assert(json.encode(o2.body))
      request.headers["Content-Type"] = "application/json"
    end
    local response, err, status = send(what, request)
    if not response then return nil, err, status end
    return decoded(what, response)
  end

  --- The repository itself. A private one is "not found" to who may not see it, so both reasons are named.
  ---@param path string  of the repository below the interface's address
  function client.repository(path)
    local name = path:gsub("^/repos/", ""):gsub("^/projects/", ""):gsub("%%2[Ff]", "/")
    local found, err, status = client.call("look at the repository " .. name, { path = path })
    if found ~= nil or status ~= 404 then return found, err end
    return nil, errors.new {
      code = err.code, message = err.message, cause = err.cause, retry = false,
      hint = ("is forge.repo in slipway.lua right, and may its token (%s) see it?"):format(client.token or "there is none"),
    }
  end

  --- nil, nil when the answer is 404.
  function client.find(what, path)
    local value, err, status = client.call(what, { path = path })
    if value == nil and status == 404 then return nil end
    return value, err
  end

  --- Visits the entries of a paged list until `visit` returns something, which is the answer; true at its end.
  --- `key`: where in the answer the list is, when it is not the answer itself.
  function client.each(what, o2, visit)
    local size, seen = o2.size or 100, 0
    for page = 1, LAST_PAGE do
      local url = address(("%s%s%s=%d&page=%d"):format(o2.path, o2.path:find("?", 1, true) and "&" or "?", o2.size_name, size, page))
      local response, err, status = send(what, { url = url, headers = { Accept = "application/json" } })
      if not response then return nil, err, status end
      local value, malformed = decoded(what, response)
      if value == nil then return nil, malformed end
      local list = o2.key and type(value) == "table" and value[o2.key] or value
      if type(list) ~= "table" or #list == 0 then return true end
      for _, entry in ipairs(list) do
        local found = visit(entry)
        if found ~= nil then return found end
      end
      seen = seen + #list
      if not another(response, list, seen, size) then return true end
    end
    return nil, errors.new { code = "forge.refused", message = ("%s: the list does not end"):format(what) }
  end

  --- All entries of a paged list.
  function client.pages(what, path, size_name, key)
    local all = {}
    local ok, err, status = client.each(what, { path = path, size_name = size_name, key = key }, function(entry) all[#all + 1] = entry end)
    if not ok then return nil, err, status end
    return all
  end

  --- Deletes; what is gone already is no error.
  function client.delete(what, path)
    local done, err, status = client.call(what, { method = "DELETE", path = path })
    if not done and status == 404 then return true end
    return done and true, err
  end

  --- Sends a file as it is, streamed from disk.
  ---@param o2 { path: string, file: string, type: string?, method: string?, progress: fun(sent: integer)? }
  function client.upload(what, o2)
    local response, err, status = send(what, {
      method = o2.method or "POST", url = address(o2.path), body_file = o2.file, idempotent = false,
      headers = { ["Content-Type"] = o2.type or "application/octet-stream", Accept = "application/json" },
      on_progress = o2.progress,
    })
    if not response then return nil, err, status end
    return decoded(what, response)
  end

  --- Fetches a file to disk; returns its SHA-256.
  function client.download(what, path, to, accept)
    local response, err, status = send(what, { url = address(path), to_file = to, headers = { Accept = accept or "*/*" } })
    if not response then return nil, err, status end
    return response.sha256 or o.world.digest.sha256 { file = to }
  end

  --- Text, at most `limit` bytes of it (logs).
  function client.text(what, path, limit, accept)
    local response, err, status = send(what, { url = address(path), headers = { Accept = accept or "*/*" }, max_size = limit })
    if not response then return nil, err, status end
    return response.body or ""
  end

  return client
end

return M
