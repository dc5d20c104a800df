-- A run whose journal is lost is found again by the tag it made: what the plan would make once more is there already,
-- and only the rest is done.
local projects = stand "project"

-- v1.2.0 is released, and its journal is gone.
local function forgotten(o)
  local p = projects.on_daemon {}
  p.commit("feat: a sea", { ["sea.txt"] = "storm\n" })
  local result = p.slipway { "run", "release", "--yes" }
  check.equal(result.code, 0, result.out .. result.err)
  if not (o and o.keep) then run { "rm", "-rf", p.dir .. "/.git/slipway" } end
  return p
end

local function adopt(p, tag)
  return p.slipway { "resume", "--adopt", tag, "--yes" }
end

local function remote(p, ref) return p.git("ls-remote", "origin", ref):match "^%x+" end

test("a release that was done is found done, and nothing is made twice", function()
  local p = forgotten()
  local before = p.world()
  local result = adopt(p, "v1.2.0")
  check.equal(result.code, 0, result.out .. result.err)
  check.equal(p.world(), before)
  check.match(p.slipway({ "runs" }).out, "release%-%x+ .- done ")
end)

test("what the lost run had not pushed is pushed now, though the trunk has moved on here", function()
  local p = forgotten()
  local tag, commit = p.git("rev-parse", "v1.2.0"), p.git("rev-parse", "v1.2.0^{commit}")
  p.git("push", "-q", "--force", "origin", ":refs/tags/v1.2.0", commit .. "~1:refs/heads/main")
  p.commit("docs: more", { ["more.txt"] = "more\n" })
  local result = adopt(p, "v1.2.0")
  check.equal(result.code, 0, result.out .. result.err)
  check.equal(remote(p, "refs/tags/v1.2.0"), tag)
  check.equal(remote(p, "refs/heads/main"), commit)
end)

test("a push counts as done when others have pushed on top of it since", function()
  local p = forgotten()
  p.commit("fix: a wave", { ["wave.txt"] = "wave\n" })
  p.git("push", "-q", "origin", "main")
  local before = p.world()
  local result = adopt(p, "v1.2.0")
  check.equal(result.code, 0, result.out .. result.err)
  check.match(result.out, "push main and v1%.2%.0 to origin, atomically +already there")
  check.equal(p.world(), before)
end)

test("a hotfix is known by its line, a pre-release by its identifier", function()
  local p = forgotten { keep = true }
  p.commit("fix: a wave", { ["wave.txt"] = "wave\n" })
  p.git("push", "-q", "origin", "main")
  check.equal(p.slipway({ "run", "hotfix", "--from", "v1.2.0", "--fix", "HEAD", "--yes" }).code, 0)
  check.equal(p.slipway({ "run", "alpha", "--yes" }).code, 0)
  p.commit("feat: a shore", { ["shore.txt"] = "shore\n" })
  p.git("push", "-q", "origin", "main")
  check.equal(p.slipway({ "run", "alpha", "--yes" }).code, 0)
  local before = p.world()
  for _, tag in ipairs { "v1.2.1", "v1.3.0-alpha.1" } do
    run { "rm", "-rf", p.dir .. "/.git/slipway" }
    local result = adopt(p, tag)
    check.equal(result.code, 0, tag .. "\n" .. result.out .. result.err)
    check.equal(p.world(), before)
  end
end)

test("a tag that no release made is refused, and so is one that is not there", function()
  local p = forgotten()
  local before = p.world()
  for tag, why in pairs {
    ["v1.1.0"] = "was not made by release",
    ["v9.9.9"] = "there is no such tag",
    nightly = "this is no release tag",
  } do
    local result = adopt(p, tag)
    check.equal(result.code, 4, tag .. "\n" .. result.out .. result.err)
    check.match(result.out .. result.err, why)
  end
  p.git("tag", "-d", "v1.2.0")
  check.match(adopt(p, "v1.2.0").err, "on the remote only.-git fetch origin tag v1%.2%.0")
  p.git("fetch", "-q", "origin", "tag", "v1.2.0")
  check.equal(p.world(), before)
end)

test("a run that is open here is resumed, not adopted", function()
  local p = forgotten { keep = true }
  p.commit("feat: a shore", { ["shore.txt"] = "shore\n" })
  p.slipway { "run", "release", "--until", "version", "--yes" }
  check.equal(p.git("tag", "--list", "v1.3.0"), "v1.3.0")
  local result = adopt(p, "v1.3.0")
  check.equal(result.code, 6, result.out .. result.err)
  check.match(result.err, "slipway resume")
end)
