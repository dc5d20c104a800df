-- The third sample project (samples/service): a Python service whose image and deployment files follow its releases, by the
-- engineering manual's scenarios. Stock recipes and one slipway.lua, from the first commit to a patched second release.
local file = require "door.file"
local samples = stand "samples"
local servers = stand "servers"

samples.need("python3", "skopeo")
local gitea, images, uv = servers.gitea(), servers.docker_registry(), servers.pypiserver() -- which brings uv
local repo = gitea.new_repo "cormorant"
local p = samples.project { remote = repo.auth_url, env = { CORMORANT_FORGE_TOKEN = gitea.token, PATH = uv.bin .. ":" .. os.getenv "PATH" } }
local files = samples.files("service", {
  ["https://forge.example"] = gitea.url, ['"team/cormorant"'] = ('"%s/%s"'):format(repo.owner, repo.name), ["registry.example"] = images.host,
})

local function ok(words)
  local result = p.slipway(words, { timeout = 600 })
  if result.code ~= 0 then error(("slipway %s: exit %s\n%s%s"):format(table.concat(words, " "), tostring(result.code), result.out, result.err), 2) end
  return result.out
end

local function refused(code, words, ...)
  local result = p.slipway(words, { timeout = 600 })
  check.equal(result.code, code, result.out .. result.err)
  for _, pattern in ipairs { ... } do check.match(result.out .. result.err, pattern) end
  return result
end

local function commit(message, changed)
  local oid = p.commit(message, changed)
  p.git("push", "-q", "origin", "HEAD")
  return oid
end

--- The digest of an image's tag; nil when it is not there.
local function image(tag)
  local got = run { "skopeo", "inspect", "--tls-verify=false", "--format", "{{.Digest}}", ("docker://%s/team/cormorant:%s"):format(images.host, tag) }
  return got.code == 0 and got.out or nil
end

--- The image that the deployment files of a tag name, in both.
local function deployed(tag)
  local kubernetes, compose = p.git("show", tag .. ":deploy/app.yaml"), p.git("show", tag .. ":compose.yaml")
  local named = kubernetes:match "image: %S+/team/cormorant:(%S+)"
  check.equal(compose:match "image: %S+/team/cormorant:(%S+)", named)
  check.match(kubernetes, "nginx:1.25", "nothing else in them moves")
  check.match(compose, "redis:7.2")
  return named
end

local function core(name_, text) return { ["src/cormorant/core/" .. name_] = text } end

test("init takes commitizen over: the same version and tag, the two differences told; doctor tries the layout", function()
  local sample = {}
  for path, text in pairs(files) do sample[path] = path ~= "slipway.lua" and text or nil end
  p.commit("feat: counts fish", sample)
  p.git("push", "-q", "-u", "origin", "main")
  gitea.settle(repo)
  local told = ok { "init" }
  check.match(told, "8 settings: 6 taken, 2 changed, 0 without equivalent")
  check.match(told, "goes on so at 1.x")
  local text = assert(file.read(p.dir .. "/slipway.lua"))
  for _, taken in ipairs { 'tag = "v{version}"', 'scheme = "semver"', 'changelog = "CHANGELOG.md"' } do check.truthy(text:find(taken, 1, true), text) end
  check.equal(ok { "next" }, "1.0.0\n")
  assert(os.remove(p.dir .. "/slipway.lua"))
  commit("build: released by slipway", { ["slipway.lua"] = files["slipway.lua"] })
  local well = ok { "doctor" }
  for _, line in ipairs { "container file", "python layout", "coverage +80 %%, with an XML report", "lint settings +88 columns", "registry image" } do check.match(well, "ok +" .. line) end
end)

test("the first release: the dry run changes nothing, the release is the image, latest with its digest, and the deployment files", function()
  local before = p.world()
  check.match(ok { "plan", "release" }, "Nothing was written")
  check.equal(p.world(), before)
  ok { "run", "release", "--yes" }
  check.truthy(image "1.0.0")
  check.equal(image "latest", image "1.0.0")
  check.equal(deployed "v1.0.0", "1.0.0")
  check.match(ok { "verify", "v1.0.0" }, "everything agrees")
end)

test("scenario A: a branch from the up-to-date trunk, the pre-push gate, and an image under its name that the next push overwrites", function()
  ok { "run", "feature", "--name", "Login button", "--yes" }
  check.equal(p.git("branch", "--show-current"), "feat/login-button")
  p.commit("feat: a login button", core("login.py", "def button(:\n"))
  refused(4, { "run", "prepush", "--yes" }, "major_version_zero is set at 1.0.0") -- at 1.x it would be a breaking change as a minor
  local settled = assert(file.read(p.dir .. "/pyproject.toml")):gsub("major_version_zero = true\n", "")
  p.commit("build: breaking changes are major from now on", { ["pyproject.toml"] = settled })
  refused(4, { "run", "prepush", "--yes" }, "compileall", "login.py")
  p.commit("fix: a login button that compiles", core("login.py", "def button():\n    return 1\n"))
  ok { "run", "prepush", "--yes" }
  p.git("push", "-q", "origin", "HEAD")
  check.match(ok { "run", "image", "--yes" }, "deploy [^\n]*team/cormorant:feat%-login%-button")
  local first = image "feat-login-button"
  p.commit("feat: a larger button", core("login.py", "def button():\n    return 2\n"))
  ok { "run", "image", "--yes" }
  check.truthy(first and image "feat-login-button" ~= first, "it was overwritten")
  check.equal(image "latest", image "1.0.0")
  p.git("switch", "-q", "main")
  p.git("merge", "-q", "--ff-only", "feat/login-button")
  p.git("push", "-q", "origin", "main")
end)

test("scenario B: the train waits until it is due; early, it leaves with everything as one minor version", function()
  refused(4, { "plan", "train" }, "the next is due after")
  local before = p.world()
  check.match(ok { "plan", "train", "--early" }, "1.0.0 → 1.1.0")
  check.equal(p.world(), before)
  ok { "run", "train", "--early", "--yes" }
  check.equal(deployed "v1.1.0", "1.1.0")
  check.equal(image "latest", image "1.1.0")
  check.match(p.git("show", "v1.1.0:CHANGELOG.md"), "1.1.0.-a larger button.-a login button.-1.0.0")
end)

test("scenario E: what is under development is off in the release, or the release is refused", function()
  local flags = files["src/cormorant/core/flags.py"]
  commit("feat: billing, not yet", core("flags.py", (flags:gsub("NEW_BILLING = False", "NEW_BILLING = True"))))
  refused(4, { "run", "alpha", "--yes" }, "NEW_BILLING is off in the release", "has no line 'NEW_BILLING = False'")
  commit("fix: billing is off", core("flags.py", flags .. "\nSOON = 0\n"))
end)

test("scenarios C and D: alphas leave latest alone; a hotfix of what is out, forgotten, is shown and refuses the next release", function()
  ok { "run", "alpha", "--yes" }
  commit("fix: billing rounds", core("rounding.py", "digits = 2\n"))
  ok { "run", "alpha", "--yes" }
  check.truthy(image "1.2.0-alpha.1" and image "1.2.0-alpha.2")
  check.equal(image "latest", image "1.1.0")

  ok { "run", "hotfix", "--from", "v1.1.0", "--start-only", "--yes" }
  check.equal(p.git("branch", "--show-current"), "hotfix/v1.1.1")
  local fix = p.commit("fix: fish are not negative", core("fish.py", (files["src/cormorant/core/fish.py"]:gsub("return fish", "fish = max(fish, 0)\n    return fish"))))
  ok { "run", "hotfix", "--from", "v1.1.0", "--home", "later", "--yes" }
  check.equal(deployed "v1.1.1", "1.1.1")
  check.equal(image "latest", image "1.1.1")
  p.git("switch", "-q", "main")
  local owed = fix:sub(1, 10)
  check.match(ok {}, "owed +" .. owed)
  check.match(ok { "graph" }, owed .. "  fix: fish are not negative   NOT on main")
  refused(4, { "run", "promote", "--yes" }, "every hotfix has reached main", owed)
  p.git("cherry-pick", "-x", fix)
  p.git("push", "-q", "origin", "main")
  check.falsy(ok({ "graph" }):find("NOT on main", 1, true))
  ok { "run", "promote", "--yes" }
  check.equal(image "latest", image "1.2.0")
  check.equal(deployed "v1.2.0", "1.2.0")
end)

test("an older line is repaired without moving latest, and the second release is patched with its fix brought home", function()
  local fix = commit("fix: no fish, no price", core("price.py", "none = 0\n"))
  commit("feat: for the next train", core("next.py", "next = 1\n"))
  ok { "run", "hotfix", "--fix", fix, "--yes" }
  check.equal(image "latest", image "1.2.1")
  check.equal(deployed "v1.2.1", "1.2.1")
  check.equal(p.git("ls-tree", "--name-only", "v1.2.1", "src/cormorant/core/next.py"), "")
  ok { "run", "hotfix", "--from", "v1.1.1", "--fix", fix, "--yes" }
  check.truthy(image "1.1.2")
  check.equal(image "latest", image "1.2.1")
  check.falsy(ok({ "graph" }):find("NOT on main", 1, true))
  check.match(ok {}, "next +1.3.0")
end)

test("made by hand: a tag, a version, an image; an old branch; a version's image built anew. All are found", function()
  refused(4, { "run", "publish", "--version", "1.0.0", "--dir", p.dir .. "/other", "--yes" }, "SW%-REGISTRY%-NO%-FILE")
  assert(file.mkdir { path = p.dir .. "/.venv" })
  check.equal(run({ "python3", "deploy/image.py", dir = p.dir }).code, 0)
  assert(file.mkdir { path = p.dir .. "/.venv/other" })
  check.equal(run({ "mv", p.dir .. "/image.tar", p.dir .. "/.venv/other" }).code, 0)
  local released = image "1.0.0"
  refused(4, { "run", "publish", "--version", "1.0.0", "--dir", p.dir .. "/.venv/other", "--yes" }, "never overwritten")
  check.equal(image "1.0.0", released)

  run { "skopeo", "copy", "-q", "--src-tls-verify=false", "--dest-tls-verify=false", ("docker://%s/team/cormorant:latest"):format(images.host), ("docker://%s/team/cormorant:7.7.7"):format(images.host) }
  p.git("tag", "v1.2.9", "HEAD~1")
  p.git("branch", "feat/forgotten", "v1.0.0")
  p.git("switch", "-q", "feat/forgotten")
  commit("feat: forgotten", core("forgotten.py", "x = 1\n"))
  p.git("switch", "-q", "main")
  local told = ok { "doctor" }
  check.match(told, "old branches +[^\n]*feat/forgotten %(%d+ days, Ada Example%)")
  check.match(told, "tags made by hand +[^\n]*v1.2.9")
  check.match(told, "images made by hand +image has 7.7.7")
  p.git("tag", "-d", "v1.2.9")
  commit("build: a version by hand", { ["pyproject.toml"] = (assert(file.read(p.dir .. "/pyproject.toml")):gsub('version = "[%d.]+"', 'version = "3.0.0"', 1)) })
  refused(4, { "plan", "release" }, "3.0.0")
end)
