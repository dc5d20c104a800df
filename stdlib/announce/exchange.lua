-- One request to a place, and what came of it: posted, certainly not posted, or not known.
local errors = require "pure.errors"
local json = require "door.json"

local M = {}

local SCHEME = "^%l[%l-]*:"

--- A credential of slipway.lua as the HTTP door takes it.
---@param world table
---@param reference string
local function resolve(world, reference) return errors.raise(world.secret.resolve { ref = reference, dir = world.project.root }) end

--- Is it a reference to a secret, and no address?
---@param text string
---@return boolean
function M.is_reference(text) return text:find(SCHEME) ~= nil and not text:find "^https?:" end

-- A status that says: not done. 408 and 5xx leave it open.
local function is_refusal(status) return status >= 300 and status < 500 and status ~= 408 end

local function refused(place, response)
  local code = (response.status == 401 or response.status == 403) and "announce.auth" or "announce.refused"
  local err = errors.new {
    code = code, message = ("%s (%s) answered %d"):format(place.name, place.kind, response.status), cause = (response.body or ""):sub(1, 200),
    hint = code == "announce.auth" and "slipway doctor" or nil,
  }
  err.sent = not is_refusal(response.status)
  return err
end

--- What came is not what the place's documentation says: perhaps somebody else has answered (a portal, a proxy).
local function strange(place, response)
  local err = errors.new {
    code = "announce.strange", message = ("%s (%s) answered something else than it is documented to"):format(place.name, place.kind), cause = (response.body or ""):sub(1, 200),
  }
  err.sent = true
  return err
end

--- Sends JSON. A certain refusal has err.sent == false. `expect`: what the answer must be, a text or a field of JSON.
---@param world table
---@param place table
---@param o { method: string?, url: string?, path: string?, body: table?, headers: table?, idempotent: boolean?, expect: string?, field: string? }
---@return any decoded, slipway.Error?
function M.call(world, place, o)
  local request = { method = o.method or "POST", headers = o.headers or {}, idempotent = o.idempotent, ca_file = place.ca_file }
  if o.body then
    request.body = json.encode(o.body)
    request.headers["Content-Type"] = "application/json"
  end
  local address = o.url or place.url
  if M.is_reference(address) then
    request.secret = { place = "address", value = resolve(world, address) }
  else
    request.url = address:gsub("/+$", "") .. (o.path or "")
    if place.token then request.secret = { header = "Authorization", prefix = "Bearer ", value = resolve(world, place.token) } end
  end
  local response, err = world.http.request(request)
  if not response then
    err = errors.adopt(err)
    err.sent = err.sent ~= false
    return nil, err
  end
  if response.status < 200 or response.status >= 300 then return nil, refused(place, response) end
  local decoded = response.body and json.decode(response.body) or nil
  if o.field and not (type(decoded) == "table" and decoded[o.field]) then return nil, strange(place, response) end
  if o.expect and (response.body or ""):lower():gsub("%s", "") ~= o.expect then return nil, strange(place, response) end
  if (response.headers["content-type"] or ""):find "^text/html" then return nil, strange(place, response) end
  return decoded or true
end

return M
