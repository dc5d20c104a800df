-- Answers kept in the user's cache with their ETag, so that asking again costs the server nothing (RFC 9111; a 304 does
-- not count against GitHub's rate limit). What was answered to a credential is found again by that credential only: the
-- name of the entry holds its digest, made with a random salt that never leaves this machine.
local clock = require "door.clock"
local digest = require "door.digest"
local file = require "door.file"
local json = require "door.json"
local secret = require "door.secret"

local M = {}

local OWNER_ONLY <const> = 384 -- 0600
local LARGEST <const> = 1 << 20 -- bytes of a body; larger ones are asked for anew
local OLDEST <const> = 30 * 86400
local ENTRIES <const> = 1000

local function salt_of(dir)
  local path = dir .. "/salt"
  local text = file.read(path)
  if text and #text >= 32 then return text end
  text = clock.random_hex(32)
  local made = text and file.mkdir { path = dir, parents = true } and file.write { path = path, text = text, mode = OWNER_ONLY }
  return made and text or nil
end

-- Only a plain question has an answer that can be kept.
local function is_plain(o)
  return (o.method or "GET") == "GET" and o.url and not (o.body or o.body_file or o.form or o.to_file or o.secret_field or o.on_progress)
    and not (o.secret and o.secret.place and o.secret.place ~= "header")
end

local function name_of(o, salt)
  local parts = { o.url }
  local headers = {}
  for name, value in pairs(o.headers or {}) do headers[#headers + 1] = name:lower() .. ": " .. value end -- order: sorted below
  table.sort(headers)
  table.move(headers, 1, #headers, 2, parts)
  if o.secret then
    local who, err = secret.digest(o.secret.value, salt)
    if not who then return nil, err end
    table.move({ o.secret.header, o.secret.prefix or "", o.secret.user or "", who }, 1, 4, #parts + 1, parts)
  end
  return digest.sha256(table.concat(parts, "\0"))
end

local function prune(dir)
  local names = file.list(dir) or {}
  if #names < ENTRIES then return end
  for _, name in ipairs(names) do
    local info = name:find "%.json$" and file.stat(dir .. "/" .. name)
    if info and clock.now() - info.mtime > OLDEST then file.remove(dir .. "/" .. name) end
  end
end

local function keep(dir, path, answer)
  local tag, rules = answer.headers.etag, answer.headers["cache-control"] or ""
  if answer.status ~= 200 or not tag or not answer.body or #answer.body > LARGEST or rules:find "no%-store" then return end
  local text = json.encode { etag = tag, status = answer.status, headers = answer.headers, body = answer.body, url = answer.url }
  if text then file.write { path = path, text = text, mode = OWNER_ONLY } end -- what cannot be kept is asked again
  prune(dir)
end

local function kept(path)
  local text = file.read(path)
  local entry = text and json.decode(text)
  if type(entry) == "table" and type(entry.etag) == "string" and type(entry.body) == "string" then return entry end
end

local function asking(o, entry)
  local asked = {}
  for key, value in pairs(o) do asked[key] = value end -- order: a copy has none
  asked.headers = { ["If-None-Match"] = entry.etag }
  for name, value in pairs(o.headers or {}) do asked.headers[name] = value end -- order: a set
  return asked
end

--- A way to send requests that remembers answers in a folder.
---@param request fun(o: table): slipway.Response?, slipway.Error?
---@param dir string
---@return fun(o: table): slipway.Response?, slipway.Error?
function M.wrap(request, dir)
  local salt
  return function(o)
    salt = salt or is_plain(o) and salt_of(dir) or nil
    local name = salt and is_plain(o) and name_of(o, salt)
    if not name then return request(o) end
    local path = ("%s/%s.json"):format(dir, name)
    local entry = kept(path)
    local answer, err = request(entry and asking(o, entry) or o)
    if not answer then return nil, err end
    if entry and answer.status == 304 then
      local headers = entry.headers
      for key, value in pairs(answer.headers) do headers[key] = value end -- order: a set
      return { status = entry.status, headers = headers, body = entry.body, size = #entry.body, url = entry.url }
    end
    keep(dir, path, answer)
    return answer
  end
end

return M
