-- Announcements by `slipway run`: once on every place, never twice unasked, and never in the way of what has shipped.
-- The places are a fake written from their documentation; sendmail is a stand-in that keeps what it is given.
local file = require "door.file"
local host = require "door.host"
local json = require "door.json"
local projects = stand "project"
local servers = stand "servers"

local places

local function write(path, text, mode) assert(file.write { path = path, text = text, mode = mode or tonumber("600", 8) }) end

local all = [[
    { name = "team",   kind = "slack",      url = "file:%s/slack", on = "always", text = "{project} {version} is out: {url}" },
    { name = "crew",   kind = "mattermost", url = "file:%s/mattermost", user = "release" },
    { name = "club",   kind = "discord",    url = "file:%s/discord" },
    { name = "room",   kind = "matrix",     url = "%s", room = "!r:social.example", token = "file:%s/matrix" },
    { name = "social", kind = "mastodon",   url = "%s", token = "file:%s/mastodon", text = "Pelican {version}: fly & land\n\n{notes}" },
    { name = "feed",   kind = "webhook",    url = "%s/webhook/T0FAKEFAKE" },
    { name = "list",   kind = "mail", from = "Pelican <pelican@example.org>", to = { "all@example.org", "Möwen <gulls@example.org>" }, smtp = "%s", user = "pelican", password = "file:%s/mail",
      subject = "Pelikan {version} fliegt über Wasser", text = "Dear all,\n{project} {version} ({tag}).\n.\n{notes}" },
]]

local function only(name)
  for line in all:gmatch "[^\n]+\n" do
    if line:find('name = "' .. name .. '"', 1, true) then return line end
  end
end

--- A project on a git daemon that announces on these places of `all`.
local function project(entries)
  places = servers.fake_places()
  local p = projects.on_daemon()
  for _, kind in ipairs { "slack", "mattermost", "discord" } do write(("%s/%s"):format(p.home, kind), ("%s/%s/T0FAKEFAKE"):format(places.url, kind)) end
  write(p.home .. "/matrix", "syt_fakefakefake")
  write(p.home .. "/mastodon", "masto_fakefakefake")
  write(p.home .. "/mail", "mail-password-0123")
  local text = entries:gsub('"file:%%s/', '"file:' .. p.home .. "/"):gsub('smtp = "%%s"', ('smtp = "%s"'):format(places.smtp)):gsub('"%%s', '"' .. places.url)
  p.commit("chore: configure", { ["slipway.lua"] = ("return { changelog = false, announce = {\n%s} }\n"):format(text) })
  p.git("push", "-q", "origin", "main")
  p.fake = places
  return p
end

local function kinds(state)
  local names = {}
  for i, post in ipairs(state.posts) do names[i] = post.kind end
  table.sort(names)
  return names
end

test("a release ends in one post on every place, with its own words, and the credentials nowhere to be seen", function()
  local p = project(all)
  local planned = p.slipway { "plan", "release" }
  check.equal(planned.code, 0, planned.out .. planned.err)
  check.match(planned.out, "announce on team")
  check.equal(#places.arm().posts, 0)
  local result = p.slipway { "run", "release", "--yes", "-v" }
  check.equal(result.code, 0, result.out .. result.err)
  local state = places.arm()
  check.equal(kinds(state), { "discord", "mastodon", "matrix", "mattermost", "slack", "webhook" })
  for _, post in ipairs(state.posts) do
    if post.kind == "slack" then check.equal(post.text, "pelican 1.2.0 is out") end -- there is no page: no colon either
    if post.kind == "mastodon" then check.match(post.text, "^Pelican 1.2.0: fly & land\n\n.*fly over water") end
  end
  local mail = state.mails[1]
  check.equal(#state.mails, 1)
  check.equal(mail.login, "pelican")
  check.equal(mail.to, { "all@example.org", "gulls@example.org" })
  local lines = table.concat(mail.lines, "\n")
  check.match(lines, "Subject: =%?UTF%-8%?Q%?Pelikan=201=2E2=2E0")
  check.match(lines, "\nDate: Sat, 21 Nov 2026 12:00:00 %+0000\n")
  check.match(lines, "\nDear all,\npelican 1.2.0 %(v1.2.0%)%.\n=2E\n")
  local journal = file.read(("%s/.git/slipway/runs/%s/journal"):format(p.dir, p.runs()[1]))
  for _, secret in ipairs { "T0FAKEFAKE", "syt_fakefakefake", "masto_fakefakefake", "mail-password-0123" } do
    for _, text in ipairs { result.out, result.err, planned.out, journal } do
      if secret ~= "T0FAKEFAKE" then check.falsy(text:find(secret, 1, true), secret) end
    end
  end
end)

test("an answer that got lost is asked about: the run parks, and goes on as the person says", function()
  for _, said in ipairs { "--skip", "--retry" } do
    local p = project(only "team")
    places.arm { swallow = true }
    local result = p.slipway { "run", "release", "--yes" }
    check.equal(result.code, 11, result.out .. result.err)
    check.match(result.out .. result.err, "slipway resume %-%-skip")
    check.equal(p.slipway({ "resume" }).code, 11, "asked again, it waits again")
    check.equal(#places.arm().posts, 1)
    local words = { "resume", said, "announce" }
    if said == "--skip" then table.move({ "--reason", "it is there" }, 1, 2, 4, words) end
    local resumed = p.slipway(words)
    check.equal(resumed.code, 0, resumed.out .. resumed.err)
    check.equal(#places.arm().posts, said == "--skip" and 1 or 2)
  end
end)

test("a place that knows its posts is asked instead: nothing is posted twice", function()
  for _, name in ipairs { "social", "room" } do
    local p = project(only(name))
    places.arm { swallow = true }
    local result = p.slipway { "run", "release", "--yes" }
    if result.code ~= 0 then result = p.slipway { "resume" } end
    check.equal(result.code, 0, result.out .. result.err)
    check.equal(#places.arm().posts, 1, name)
  end
end)

test("a refusal is a debt, told at the end; what has shipped has shipped", function()
  local p = project(only "team" .. only "crew")
  places.arm { status = 404 }
  local result = p.slipway { "run", "release", "--yes" }
  check.equal(result.code, 0, result.out .. result.err)
  check.match(result.out, "debt%s+not announced on team")
  check.equal(kinds(places.arm()), { "mattermost" })
  local later = p.slipway { "run", "announce", "--place", "team", "--yes" }
  check.equal(later.code, 0, later.out .. later.err)
  check.equal(kinds(places.arm()), { "mattermost", "slack" })
end)

test("a pre-release is announced only where that is wanted", function()
  local p = project(only "team" .. only "crew")
  local result = p.slipway { "run", "alpha", "--yes" }
  check.equal(result.code, 0, result.out .. result.err)
  check.equal(kinds(places.arm()), { "slack" })
end)

test("killed before and after the post, then resumed: never twice unasked, never lost in silence", function()
  if not host.crash_points then skip "the crash points are in the dev build only" end
  for point, there in pairs { ["announce-begun"] = 0, ["announce-sent"] = 1 } do -- order: each alone
    local p = project(only "team")
    check.equal(p.slipway({ "run", "release", "--yes" }, { env = { SLIPWAY_CRASH = point } }).code, 137)
    check.equal(#places.arm().posts, there)
    local resumed = p.slipway { "resume" }
    check.equal(resumed.code, 11, resumed.out .. resumed.err)
    check.equal(#places.arm().posts, there)
  end
end)

test("mail goes through the machine's sendmail", function()
  local p = project '    { name = "list", kind = "mail", from = "pelican@example.org", to = { "all@example.org" } },\n'
  write(p.home .. "/sendmail", ("#!/bin/sh\necho \"$@\" >%s/argv\ncat >%s/mail.txt\n"):format(p.home, p.home), tonumber("755", 8))
  local result = p.slipway({ "run", "release", "--yes" }, { env = { PATH = p.home .. ":" .. os.getenv "PATH" } })
  check.equal(result.code, 0, result.out .. result.err)
  check.equal(file.read(p.home .. "/argv"), "-i -f pelican@example.org -- all@example.org\n")
  check.match(file.read(p.home .. "/mail.txt"), "^From: pelican@example.org\nTo: all@example.org\nSubject: pelican 1.2.0\n")
end)

test("an entry that cannot work is refused with its place", function()
  local p = projects.on_daemon()
  for entry, why in pairs {
    ['{ name = "a", kind = "slak", url = "env:A" }'] = "did you mean slack",
    ['{ name = "a", kind = "slack" }'] = "needs the field 'url'",
    ['{ name = "a", kind = "slack", url = "env:A", to = "x" }'] = "no use for the field 'to'",
    ['{ name = "a", kind = "slack", url = "env:A", text = "{verson}" }'] = "no {verson} %(did you mean version",
    ['{ name = "a", kind = "mail", from = "a@b", to = { "-oQ/tmp@x" } }'] = "is no mail address",
    ['{ kind = "slack", url = "env:A" }'] = "name is a word",
  } do -- order: each alone
    write(p.dir .. "/slipway.lua", ("return { announce = { %s } }\n"):format(entry))
    local result = p.slipway { "plan", "release", "--json" }
    check.equal(result.code, 2, entry .. result.out .. result.err)
    check.match(json.decode(result.out:match "^[^\n]*" or result.err).data and result.out or result.out .. result.err, why)
  end
end)
