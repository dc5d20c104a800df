-- Opens a place of slipway.lua's `announce`. Every place (announce/<kind>.lua) has the same functions:
--
--   send(post) → { url?, id? } | nil, err    err.sent == false, or a refusal: it is certain that nothing was posted
--   find(post) → "same", value | "absent" | nil     what the place itself says of our post; nil when it cannot say
--   safe                                      sending the same post again posts it once (the place recognises it)
--
-- post = { text, subject, key, values }: `key` is the same for every attempt of one announcement, and only for these.
local kinds = { slack = true, mattermost = true, discord = true, matrix = true, mastodon = true, webhook = true, mail = true }

---@param place { kind: string }  an entry of slipway.lua's `announce`
---@param world table
---@return { send: function, find: function, safe: boolean? }
return function(place, world)
  assert(kinds[place.kind], "pure.config.announce lets no other kind pass")
  return require("announce." .. place.kind)(place, world) -- arrow: announce
end
