-- Discord, by a webhook. Its address is the credential; nobody is pinged by what stands in the text.
-- Source: Discord's documentation, "Execute Webhook".
local exchange = require "announce.exchange"
local json = require "door.json"

return function(place, world)
  return {
    limit = 2000,
    send = function(post)
      local made, err = exchange.call(world, place, {
        body = { content = post.text, username = place.user, allowed_mentions = { parse = json.array {} } },
      })
      if not made then return nil, err end
      return { id = type(made) == "table" and made.id or nil }
    end,
    find = function() return nil end,
  }
end
