-- One suite for every forge: the real Gitea, and fakes of GitHub and GitLab written from their documentation. What
-- forge/open.lua promises is asked here of each.
local forges = stand "forges"
local asset, makers, open = forges.asset, forges.make, forges.open

local function find(page, name)
  for _, entry in ipairs(page.assets) do
    if entry.name == name then return entry end
  end
end

for _, kind in ipairs(forges.kinds) do
  local function on(title, body) test(("%s: %s"):format(kind, title), { timeout = 240 }, body) end

  on("an issue is filed, found by its state, and closed", function()
    local forge = makers[kind]()
    local made = assert(forge.make_issue { title = "1.1.0 loses data", body = "On Windows." })
    check.equal({ made.title, made.state, made.pull }, { "1.1.0 loses data", "open", false })
    local found = assert(forge.issues { state = "open", kind = "issue" })
    check.equal({ #found, found[1].number }, { 1, made.number })
    check.equal(assert(forge.set_issue(made, "closed")).state, "closed")
    check.equal(#assert(forge.issues { state = "open", kind = "issue" }), 0)
    check.equal(#assert(forge.issues { state = "all", kind = "issue" }), 1)
  end)

  on("a right token is accepted, a wrong one is a refused credential", function()
    check.equal(makers[kind]().check(), true)
    local ok, err = makers[kind](("0"):rep(40)).check()
    check.fails("forge.auth", ok, err)
  end)

  on("a tag without a page has none", function()
    local page, err = makers[kind]().release "v1.1.0"
    check.equal(page, nil)
    check.equal(err, nil)
  end)

  on("a draft is found by its tag, published, and found again", function()
    local forge = makers[kind]()
    local draft = assert(forge.make_draft { tag = "v1.1.0", title = "pelican 1.1.0", body = "Notes." })
    check.equal(draft.draft, true)
    local found = assert(forge.release "v1.1.0")
    check.equal(found.id, draft.id)
    check.equal(found.body, "Notes.")
    local public = assert(forge.publish(found, { latest = true }))
    check.equal(public.draft, false)
    check.equal(assert(forge.release "v1.1.0").id, draft.id)
    check.truthy(forge.withdraw(public))
    check.equal(assert(forge.release "v1.1.0").draft, true)
  end)

  on("an asset comes back with the digest it went out with, and is removed", function()
    local forge = makers[kind]()
    local page = assert(forge.make_draft { tag = "v1.1.0", title = "t", body = "b" })
    local one, empty = asset("one two+3.bin", ("\0\1\2"):rep(70000)), asset("plain.txt", "x")
    check.truthy(forge.upload(page, one))
    check.truthy(forge.upload(page, empty))
    page = assert(forge.release "v1.1.0")
    check.equal(#page.assets, 2)
    local there = find(page, one.name)
    check.truthy(there, "the name is kept")
    check.equal(there.size, one.size)
    check.equal(forge.digest(page, there, scratch() .. "/back"), one.sha256)
    check.truthy(forge.remove_asset(page, there))
    check.truthy(forge.remove_asset(page, there), "removed again")
    check.equal(#assert(forge.release "v1.1.0").assets, 1)
  end)

  on("a page is removed, and removing it again is no error", function()
    local forge = makers[kind]()
    local page = assert(forge.make_draft { tag = "v1.1.0", title = "t", body = "b" })
    check.truthy(forge.remove(page))
    check.truthy(forge.remove(page))
    check.equal(forge.release "v1.1.0", nil)
  end)

  on("a commit without checks is told apart from a red one", function()
    local forge, commit = makers[kind]()
    check.equal(assert(forge.checks(commit)).state, "none")
  end)
end

test("github: the digest is read back by download when the forge does not tell it, without the token", function()
  local forge = makers.github()
  local page = assert(forge.make_draft { tag = "v1.1.0", title = "t", body = "b" })
  local one = asset("one.bin", ("z"):rep(5000))
  assert(forge.upload(page, one))
  page = assert(forge.release "v1.1.0")
  local there = page.assets[1]
  check.equal(there.sha256, one.sha256)
  there.sha256 = nil
  check.equal(forge.digest(page, there, scratch() .. "/back"), one.sha256)
end)

test("github: an upload that was cut leaves a stub that does not count as the asset", function()
  local forge, _, server = makers.github()
  local page = assert(forge.make_draft { tag = "v1.1.0", title = "t", body = "b" })
  local one = asset("one.bin", "12345")
  server.arm { cut = true }
  local done, err = forge.upload(page, one)
  check.fails("forge.broken", done, err)
  page = assert(forge.release "v1.1.0")
  check.equal(page.assets[1].size, -1)
  local again, taken = forge.upload(page, one)
  check.fails("forge.conflict", again, taken)
  check.truthy(forge.remove_asset(page, page.assets[1]))
  check.truthy(forge.upload(page, one))
end)

test("github: a secondary rate limit is waited out", function()
  local forge, _, server = makers.github()
  server.arm { limit = 2 }
  check.equal(forge.check(), true)
end)

test("github: a token that may only read is a refused credential", function()
  local server_forge, _, server = makers.github()
  check.equal(server_forge.check(), true)
  local forge = open({ kind = "github", url = server.url, repo = "me/pelican" }, scratch(), server.read_only)
  local ok, err = forge.check()
  check.fails("forge.forbidden", ok, err)
end)

test("github: a pre-release never becomes the latest, a release does when asked", function()
  local forge, _, server = makers.github()
  local early = assert(forge.make_draft { tag = "v1.2.0-rc.1", title = "t", body = "b", prerelease = true })
  assert(forge.publish(early, { prerelease = true, latest = true }))
  check.equal(server.arm({}).latest, require("door.json").null)
  local page = assert(forge.make_draft { tag = "v1.1.0", title = "t", body = "b" })
  assert(forge.publish(page, { latest = true }))
  check.equal(server.arm({}).latest, "v1.1.0")
end)

test("github: checks are red when one failed, pending while one runs, else green", function()
  local forge, commit, server = makers.github()
  server.arm { checks = { runs = { { name = "build", status = "completed", conclusion = "success" } } } }
  check.equal(assert(forge.checks(commit)).state, "green")
  server.arm { checks = { runs = { { name = "build", status = "in_progress" } } } }
  check.equal(assert(forge.checks(commit)).state, "pending")
  server.arm { checks = { runs = { { name = "build", status = "in_progress" }, { name = "lint", status = "completed", conclusion = "failure" } } } }
  local red = assert(forge.checks(commit))
  check.equal(red.state, "red")
  check.equal(red.failed, { "lint" })
end)
