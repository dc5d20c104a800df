-- Posts one announcement to one place of slipway.lua's `announce`, at most once. What cannot be looked at is told by a
-- mark in the run's folder: "begun" before it is sent, "done" after; begun and no answer means that a person decides.
local announcement = require "pure.announcement"
local errors = require "pure.errors"
local json = require "door.json"
local places = require "announce.open"
local verb = require "pure.declare"

local function find_place(world, name)
  for _, place in ipairs(world.config.announce or {}) do
    if place.name == name then return place end
  end
end

local function no_place(a)
  return errors.new { code = "announce.no_place", message = ("slipway.lua announces on no place called '%s'"):format(a.to), hint = "slipway help config: announce" }
end

-- Two steps with the same words are two announcements, and so are two runs.
local function key_of(world, a)
  return world.digest.sha256(table.concat({ world.run.id, world.step and world.step.id or "", a.to, a.text }, "\0")):sub(1, 32)
end

local function mark(world, a) return ("%s/announced-%s"):format(world.run.dir, key_of(world, a)) end

local function read_mark(world, a)
  local text = world.file.read(mark(world, a))
  if not text then return nil end
  return json.decode(text) or { begun = true }
end

local function write_mark(world, a, value) return world.file.write { path = mark(world, a), text = json.encode(value) } end

local function page_url(world, a)
  if a.url or not (a.tag and world.config.forge) then return a.url end
  local page = world.forge.release(a.tag)
  return page and page.url or nil
end

local function make_post(world, a, channel)
  local url = page_url(world, a)
  local function filled(text) return announcement.without_gaps(announcement.fill(text, { url = url })) end
  return {
    text = announcement.cut(filled(a.text), channel.limit), subject = filled(a.subject or a.text:match "^[^\n]*"), key = key_of(world, a),
    values = { project = world.project.name, version = a.version, tag = a.tag, url = url },
  }
end

local function ask_a_person(a, why)
  return errors.new {
    code = "gate.waiting", retry = false, cause = why and tostring(why), message = ("whether %s got the announcement is not known; it is not sent twice unasked"):format(a.to),
    hint = "look, then: slipway resume --skip STEP --reason \"it is there\"   or, to send it: slipway resume --retry STEP",
  }
end

-- What was begun: does the place know it?
local function look(world, a, place)
  local channel = places(place, world)
  local state, value = channel.find(make_post(world, a, channel))
  if state == "same" then return "same", { to = a.to, url = value.url } end
  if state == "absent" then return "absent" end
  if channel.safe then return "absent", nil, { to = a.to } end -- perhaps it is there; sent again it is there once
  return "unknown", ask_a_person(a)
end

local function owe(world, a, err)
  local debt = ("not announced on %s: %s"):format(a.to, tostring(err))
  if world.run.note then world.run.note(debt) end
  local value = { to = a.to, debt = debt }
  local ok, failed = write_mark(world, a, { done = true, value = value })
  if not ok then return nil, failed end
  return value
end

return verb {
  name = "announce", class = "final", summary = "Post an announcement to a place of slipway.lua, at most once.",
  params = { to = "text", text = "text", subject = "text?", version = "text?", tag = "text?", url = "text?", failure = "text?" },
  returns = { to = "text", url = "text", debt = "text" },
  retract = "post a correction; what was read stays read",
  label = function(a) return "the announcement on " .. tostring(a.to) end,
  example = 'p:announce { to = "team", text = "pelican 1.2.0 is out: {url}", tag = "v1.2.0", failure = "debt" }',
  describe = function(a) return ("announce on %s: %s"):format(a.to, tostring(a.subject or a.text):match "^[^\n]*") end,
  verify = function(world, a)
    local place, said = find_place(world, a.to), read_mark(world, a)
    if said and said.done then return "same", said.value end
    if not place then return "different", no_place(a) end
    if not said or (world.step and world.step.again) then return "absent" end
    return look(world, a, place)
  end,
  apply = function(world, a)
    local said, place = read_mark(world, a), find_place(world, a.to)
    if said and said.done then return said.value end
    if not place then return nil, no_place(a) end
    local channel = places(place, world)
    local post = make_post(world, a, channel)
    local ok, err = write_mark(world, a, { begun = true })
    if not ok then return nil, err end
    if world.checkpoint then world.checkpoint "announce-begun" end
    local sent, failed = channel.send(post)
    if world.checkpoint then world.checkpoint "announce-sent" end
    if not sent then
      if failed.sent ~= false then
        local state = look(world, a, place)
        return nil, state == "unknown" and ask_a_person(a, failed) or failed
      end
      world.file.remove(mark(world, a))
      if a.failure == "debt" then return owe(world, a, failed) end
      return nil, failed
    end
    local value = { to = a.to, url = sent.url }
    ok, err = write_mark(world, a, { done = true, value = value })
    if not ok then return nil, err end
    return value
  end,
}
