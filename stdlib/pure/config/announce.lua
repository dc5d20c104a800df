-- slipway.lua, key `announce`: where releases are announced, a list of places.
local announcement = require "pure.announcement"
local check = require "pure.config.check"
local near = require "pure.near"
local sorted_keys = require "pure.sorted_keys"

local fields = {
  name = "string", kind = "string", url = "string", token = "string", room = "string", user = "string", to = { "table", "string" }, from = "string",
  smtp = "string", password = "string", visibility = "string", text = "string", subject = "string", on = "string", idempotent = "boolean", ca_file = "string",
}

-- kind → what it cannot do without, and what makes sense there besides.
local kinds = {
  slack = { "url" }, mattermost = { "url", "user?", "room?" }, discord = { "url", "user?" }, webhook = { "url", "token?", "idempotent?" },
  matrix = { "url", "room", "token" }, mastodon = { "url", "token", "visibility?" }, mail = { "to", "from", "smtp?", "user?", "password?" },
}
local everywhere = { name = true, kind = true, text = true, subject = true, on = true, ca_file = true }

local function check_kind(where, place)
  local ok, err = check.one_of(where .. ".kind", place.kind, sorted_keys(kinds))
  if not ok then return nil, err end
  local takes = {}
  for _, wanted in ipairs(kinds[place.kind]) do
    local field, optional = wanted:match "^(%l+)(%??)$"
    takes[field] = true
    if optional == "" and not place[field] then return check.refuse(("%s: %s needs the field '%s'"):format(where, place.kind, field)) end
  end
  for field in pairs(place) do -- order: any complaint is a complaint
    if not takes[field] and not everywhere[field] then return check.refuse(("%s: %s has no use for the field '%s'"):format(where, place.kind, field)) end
  end
  return true
end

local function check_texts(where, place)
  for _, field in ipairs { "text", "subject" } do
    local unknown = place[field] and announcement.unknown_field(place[field])
    if unknown then
      return check.refuse(("%s.%s: there is no {%s}%s"):format(where, field, unknown, near.suggest(unknown, announcement.fields)))
    end
  end
  return true
end

local function check_mail(where, place)
  if place.kind ~= "mail" then return true end
  if type(place.to) == "string" then return check.refuse(where .. '.to must be a list, such as { "all@example.org" }') end
  if not check.is_texts(place.to) then return check.refuse(where .. ".to must be a list of addresses") end
  for _, address in ipairs { place.from, table.unpack(place.to) } do
    if address:find "[%c]" or not address:find "@" or address:find "^%-" then return check.refuse(("%s: '%s' is no mail address"):format(where, (address:gsub("%c", "?")))) end
  end
  if place.smtp and not place.smtp:find "^smtps?://[%w.-]+:?%d*$" then return check.refuse(where .. '.smtp must be an address such as "smtps://mail.example:465"') end
  if place.password and not (place.smtp and place.user and place.user:find "^%S+$") then return check.refuse(where .. ".password needs smtp and user") end
  return true
end

---@param places { name: string, kind: string, text: string?, subject: string?, on: string? }[]
---@return true?, slipway.Error?
return function(places)
  local seen = {}
  for i, place in ipairs(places) do
    local where = ("announce[%d]"):format(i)
    local ok, err = check.fields(where, place, fields)
    if not ok then return nil, err end
    if not place.name or not place.name:find "^[%w_-]+$" then return check.refuse(where .. ".name is a word: it names the place in plans") end
    if seen[place.name] then return check.refuse("announce: two places are called " .. place.name) end
    seen[place.name] = true
    for _, test in ipairs { check_kind, check_texts, check_mail } do
      ok, err = test(where, place)
      if not ok then return nil, err end
    end
    if place.on then
      ok, err = check.one_of(where .. ".on", place.on, { "release", "prerelease", "always" })
      if not ok then return nil, err end
    end
  end
  if #places == 0 and next(places) then return check.refuse "announce is a list of places: { { name = …, kind = … } }" end
  return true
end
