-- Matrix, with an access token. A transaction's name makes a repeated sending one event.
-- Source: Matrix client-server specification, "PUT /_matrix/client/v3/rooms/{roomId}/send/{eventType}/{txnId}".
local exchange = require "announce.exchange"

return function(place, world)
  local escape = world.http.escape
  return {
    limit = 30000, safe = true,
    send = function(post)
      local made, err = exchange.call(world, place, {
        method = "PUT", path = ("/_matrix/client/v3/rooms/%s/send/m.room.message/%s"):format(escape(place.room), escape(post.key)),
        body = { msgtype = "m.notice", body = post.text }, field = "event_id",
      })
      if not made then return nil, err end
      return { id = type(made) == "table" and made.event_id or nil }
    end,
    find = function() return nil end,
  }
end
