-- Mastodon and what speaks its interface. A repeated Idempotency-Key gives the first post back for an hour; after that
-- our own last posts are read. Source: docs.joinmastodon.org, "Post a new status", "Get account's statuses".
local announcement = require "pure.announcement"
local exchange = require "announce.exchange"

return function(place, world)
  local function own_posts()
    local me, err = exchange.call(world, place, { method = "GET", path = "/api/v1/accounts/verify_credentials" })
    if type(me) ~= "table" or not me.id then return nil, err end
    return exchange.call(world, place, { method = "GET", path = ("/api/v1/accounts/%s/statuses?limit=40&exclude_reblogs=true"):format(world.http.escape(me.id)) })
  end

  return {
    limit = 500,
    send = function(post)
      local made, err = exchange.call(world, place, {
        path = "/api/v1/statuses", headers = { ["Idempotency-Key"] = post.key }, idempotent = true,
        body = { status = post.text, visibility = place.visibility or "public" }, field = "id",
      })
      if not made then return nil, err end
      return { url = made.url, id = made.id }
    end,
    find = function(post)
      local list = own_posts()
      if type(list) ~= "table" then return nil end
      for _, status in ipairs(list) do
        if announcement.gist(status.content or "") == announcement.gist(post.text) then return "same", { url = status.url, id = status.id } end
      end
      return "absent"
    end,
  }
end
