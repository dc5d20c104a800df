-- Sends a request until it is answered, refused for good, or not worth another attempt (pure.retry).
local loop = require "door.loop"
local retry = require "pure.retry"

--- Two fields more than door.http knows: `idempotent` (repeating it is harmless, or is not) and `attempts`.
---@param send fun(o: table): slipway.Response?, slipway.Error?  one attempt
---@param clock { now: (fun(): integer), sleep: fun(ms: integer) }
---@param tell fun(text: string)?  told before each pause
---@return fun(o: table): slipway.Response?, slipway.Error?
return function(send, clock, tell)
  return function(o)
    local request = {}
    for key, value in pairs(o) do request[key] = value end -- order: a copy has none
    request.idempotent, request.attempts = nil, nil
    local attempt = 0
    while true do
      attempt = attempt + 1
      local answer, err = send(request)
      local wait = retry.wait {
        method = o.method or (o.form and "POST" or "GET"), attempt = attempt, attempts = o.attempts,
        response = answer, error = err, idempotent = o.idempotent, now = math.tointeger(clock.now() // 1), random = math.random(),
      }
      if not wait or loop.interrupted() then return answer, err end
      if tell then
        tell(("%s; trying again in %.1f s"):format(err and err.message or "the server answered " .. answer.status, wait / 1000))
      end
      clock.sleep(wait)
      if loop.interrupted() then return answer, err end
    end
  end
end
