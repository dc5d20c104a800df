-- Mattermost, by an incoming webhook. Its address is the credential. It tells nothing of what was posted.
-- Source: Mattermost's documentation, "Incoming webhooks".
local exchange = require "announce.exchange"

return function(place, world)
  return {
    limit = 16383,
    send = function(post)
      local done, err = exchange.call(world, place, { body = { text = post.text, username = place.user, channel = place.room }, expect = "ok" })
      return done and {}, err
    end,
    find = function() return nil end,
  }
end
