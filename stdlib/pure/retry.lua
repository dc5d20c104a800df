-- Decides whether a request is tried again and how long to wait first. It only decides: who sends and
-- who sleeps is elsewhere (run.attempts), so every case can be tested without a clock or a server.
local M = {}

local BASE, CAP = 1000, 30000 -- back-off in milliseconds: the first ceiling, and the highest
local ATTEMPTS = 5
local LONGEST = 15 * 60 * 1000 -- a server that asks for more patience than this is reported instead

local repeatable = { GET = true, HEAD = true, OPTIONS = true, PUT = true, DELETE = true }
local months = { Jan = 1, Feb = 2, Mar = 3, Apr = 4, May = 5, Jun = 6, Jul = 7, Aug = 8, Sep = 9, Oct = 10, Nov = 11, Dec = 12 }

-- Days since 1970-01-01 of the proleptic Gregorian calendar; years begin in March so that the leap day is last.
local function days(year, month, day)
  if month <= 2 then year = year - 1 end
  local era = year // 400
  local of_era = year - era * 400
  local of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
  return era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719468
end

--- Seconds since the epoch of an HTTP date in any of its three forms (RFC 9110, 5.6.7), or nil.
---@param text string
---@return integer?
function M.date(text)
  local day, name, year, h, m, s = text:match "^%a+, (%d%d?) (%a%a%a) (%d%d%d%d) (%d%d):(%d%d):(%d%d) GMT$"
  if not day then
    day, name, year, h, m, s = text:match "^%a+, (%d%d)%-(%a%a%a)%-(%d%d) (%d%d):(%d%d):(%d%d) GMT$"
    if year then year = tonumber(year) < 70 and "20" .. year or "19" .. year end
  end
  if not day then
    name, day, h, m, s, year = text:match "^%a%a%a (%a%a%a) +(%d%d?) (%d%d):(%d%d):(%d%d) (%d%d%d%d)$"
  end
  local month = name and months[name]
  if not month then return nil end
  local whole = math.tointeger
  return days(whole(year), month, whole(day)) * 86400 + whole(h) * 3600 + whole(m) * 60 + whole(s)
end

--- Milliseconds to wait as the server asks: Retry-After (seconds or date), or the end of an exhausted
--- rate limit (x-ratelimit-reset). Nil when it does not say.
---@param headers table<string, string>  names in lower case
---@param now integer  seconds since the epoch
---@return integer?
function M.after(headers, now)
  local asked = headers["retry-after"]
  if asked then
    local seconds = asked:match "^%s*(%d+)%s*$"
    seconds = seconds and #seconds < 10 and math.tointeger(seconds)
    local date = not seconds and M.date(asked)
    if date then seconds = date - now end
    if seconds then return math.max(0, seconds) * 1000 end
  end
  local reset = headers["x-ratelimit-remaining"] == "0" and headers["x-ratelimit-reset"]
  local at = reset and #reset < 16 and math.tointeger(tonumber(reset))
  return at and math.max(0, at - now) * 1000 or nil
end

-- May it be sent again, and what wait did the server name? A limit that was hit means: not processed.
local function judge(o, safe)
  if o.error then return o.error.retry == true and (safe or o.error.sent == false), nil end
  local status, told = o.response.status, M.after(o.response.headers, o.now)
  if status == 429 then return safe or told ~= nil, told end
  if status == 403 then return told ~= nil, told end
  if status == 503 then return safe or o.response.headers["retry-after"] ~= nil and told ~= nil, told end
  return safe and (status == 502 or status == 504), told
end

--- How long to wait before the next attempt, or nil: take what came.
--- A request that may have had an effect is sent again only if repeating it is harmless.
---@param o { method: string, attempt: integer, response: slipway.Response?, error: slipway.Error?,
---  idempotent: boolean?, now: integer, random: number, attempts: integer?, longest: integer? }
---   attempt: the one that has just ended, from 1 · idempotent: overrides what the method says ·
---   now: seconds since the epoch · random: in [0, 1)
---@return integer? milliseconds
function M.wait(o)
  local safe = o.idempotent
  if safe == nil then safe = repeatable[o.method] or false end
  local again, told = judge(o, safe)
  if not again or o.attempt >= (o.attempts or ATTEMPTS) then return nil end
  if told then
    local wait = told + math.floor(o.random * 500)
    return wait <= (o.longest or LONGEST) and wait or nil
  end
  return math.floor(o.random * math.min(CAP, BASE * 2 ^ (o.attempt - 1)))
end

return M
