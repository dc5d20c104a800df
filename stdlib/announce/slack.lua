-- Slack, by an incoming webhook. Its address is the credential. It tells nothing of what was posted.
-- Source: Slack's documentation, "Sending messages using incoming webhooks".
local exchange = require "announce.exchange"

return function(place, world)
  return {
    limit = 40000,
    send = function(post)
      local done, err = exchange.call(world, place, { body = { text = post.text }, expect = "ok" })
      return done and {}, err
    end,
    find = function() return nil end,
  }
end
