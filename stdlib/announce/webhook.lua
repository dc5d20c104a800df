-- Any address that takes JSON: project, version, tag, url, title, text and notes, with a key that is the same for every
-- attempt, so that a receiver can tell a repetition.
local exchange = require "announce.exchange"

return function(place, world)
  return {
    safe = place.idempotent,
    send = function(post)
      local body = { text = post.text, title = post.subject, key = post.key }
      for name, value in pairs(post.values) do body[name] = body[name] or value end -- order: a set
      local done, err = exchange.call(world, place, { body = body, headers = { ["Idempotency-Key"] = post.key }, idempotent = place.idempotent })
      return done and {}, err
    end,
    find = function() return nil end,
  }
end
