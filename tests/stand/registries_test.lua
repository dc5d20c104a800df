-- A crate, a Python wheel with its source archive, an npm package and an image, released by `slipway run release` to real
-- registries, and read from there by the ecosystems' own clients.
local file = require "door.file"
local packages = stand "packages"

local function ok(result, what)
  if result.code ~= 0 then error(("%s: exit %s\n%s%s"):format(what or "", tostring(result.code), result.out, result.err), 0) end
  return result
end

test("one release publishes a crate, a wheel with sdist, an npm package and an image, and their own clients get them", { timeout = 600 }, function()
  local p = packages.new { only = { "crates", "pypi", "npm", "image" } }
  local planned = ok(p.slipway { "plan", "release" }, "plan")
  for _, text in ipairs { "upload pelican 1.2.0 to crates", "yanked", "72 hours", "never free again", "point latest" } do check.match(planned.out, text) end
  local result = ok(p.slipway { "run", "release", "--yes" }, "run")
  check.match(result.out, "upload pelican 1.2.0 to npm")

  local base, dir = p.url_of_registries .. "/api/packages/rel", scratch()
  assert(file.mkdir { path = dir .. "/rust/src", parents = true })
  assert(file.mkdir { path = dir .. "/rust/.cargo", parents = true })
  assert(file.write { path = dir .. "/rust/.cargo/config.toml", text = ('[registries.other]\nindex = "sparse+%s/cargo/"\n'):format(base) })
  assert(file.write { path = dir .. "/rust/Cargo.toml", text = '[package]\nname = "user"\nversion = "0.1.0"\nedition = "2021"\n[dependencies]\npelican = { version = "1.2", registry = "other" }\n' })
  assert(file.write { path = dir .. "/rust/src/main.rs", text = "fn main() { println!(\"{}\", pelican::wings()); }\n" })
  check.equal(ok(p.client(dir .. "/rust", { "cargo", "run", "--quiet" }), "cargo").out, "2\n")

  ok(p.client(dir, { "uv", "--quiet", "venv", "py" }), "uv venv")
  ok(p.client(dir, { "uv", "--quiet", "pip", "install", "--python", dir .. "/py/bin/python", "--default-index", base .. "/pypi/simple", "pelican==1.2.0" }), "uv pip")
  check.equal(ok(p.client(dir, { dir .. "/py/bin/python", "-c", "import pelican; print(pelican.wings())" })).out, "2\n")
  local page = ok(p.client(dir, { "curl", "-sS", "--noproxy", "*", base .. "/pypi/simple/pelican/" })).out
  check.match(page, "pelican%-1.2.0%-py3%-none%-any.whl")
  check.match(page, "pelican%-1.2.0.tar.gz")

  assert(file.mkdir { path = dir .. "/js" })
  assert(file.write { path = dir .. "/js/package.json", text = '{ "private": true }' })
  ok(p.client(dir .. "/js", { "npm", "install", "--silent", "--registry", base .. "/npm/", "pelican" }), "npm") -- latest
  check.equal(ok(p.client(dir .. "/js", { "node", "-e", "console.log(require('pelican').wings())" })).out, "2\n")

  local host = p.url_of_registries:gsub("^http://", "")
  local function digest(tag) return ok(p.client(dir, { "skopeo", "inspect", "--tls-verify=false", "--creds", "rel:s3cretS3cret", "--format", "{{.Digest}}", ("docker://%s/rel/pelican:%s"):format(host, tag) }), "skopeo").out end
  check.equal(digest "latest", digest "1.2.0")

  local verified = p.slipway { "verify", "v1.2.0" }
  for _, name in ipairs { "crates: pelican%-1.2.0.crate", "pypi: pelican%-1.2.0.tar.gz", "npm: pelican%-1.2.0.tgz", "image: " } do check.match(verified.out, "ok +" .. name) end
  check.equal(verified.code, 0, verified.out .. verified.err)
  ok(p.slipway { "run", "yank", "--version", "1.2.0", "--registry", "crates", "--yes" }, "yank")
  verified = p.slipway { "verify", "v1.2.0" }
  check.equal(verified.code, 8, verified.out)
  check.match(verified.out, "crates: pelican 1.2.0 +it was yanked")
end)

-- Gitea keeps the index of its crates in a repository, too, once there is one of that name.
local function git_index(gitea)
  local _, status, text = gitea.api("POST", "/user/repos", { name = "_cargo-index", default_branch = "main" })
  check.equal(status, 201, text)
  local config = ('{"dl":"%s/api/packages/rel/cargo/api/v1/crates","api":"%s/api/packages/rel/cargo"}'):format(gitea.url, gitea.url)
  _, status, text = gitea.api("POST", "/repos/rel/_cargo-index/contents/config.json", { message = "index", content = run({ "base64", "-w0", input = config }).out })
  check.equal(status, 201, text)
  return gitea.url .. "/rel/_cargo-index.git"
end

test("a cargo registry whose index is in git takes a release, once, and cargo gets it from there", { timeout = 600 }, function()
  local gitea = (stand "servers").gitea()
  local index = git_index(gitea)
  local p = packages.new { only = { "crates" }, gitea = gitea, index = index }
  local result = ok(p.slipway { "run", "release", "--yes" }, "run")
  check.match(result.out, "upload pelican 1.2.0 to crates")
  ok(p.client(p.home, { "git", "clone", "-q", index, p.home .. "/index" }), "git")
  check.match(assert(file.read(p.home .. "/index/pe/li/pelican")), '"vers":"1%.2%.0"')

  local again = ok(p.slipway { "run", "publish", "--version", "1.2.0", "--yes" }, "again")
  check.match(again.out, "upload pelican 1%.2%.0 to crates[^\n]*\n?[^\n]* already there")
  local verified = p.slipway { "verify", "v1.2.0" }
  check.match(verified.out, "ok +crates: pelican%-1.2.0.crate")
  ok(p.slipway { "run", "yank", "--version", "1.2.0", "--registry", "crates", "--yes" }, "yank")
  check.match(p.slipway({ "verify", "v1.2.0" }).out, "crates: pelican 1.2.0 +it was yanked")
end)

test("an index that is no address is refused with the form it must have, and one that is not there by name", function()
  local p = packages.new { only = { "crates" }, index = "crates.example/index" }
  local result = p.slipway { "plan", "release" }
  check.match(result.out .. result.err, "'crates.example/index' is no address of an index.-sparse%+https://")
  p = packages.new { only = { "crates" }, index = "http://127.0.0.1:1/none.git" }
  result = p.slipway { "plan", "release" }
  check.equal(result.code, 4, result.out .. result.err)
  check.match(result.out .. result.err, "127%.0%.0%.1:1/none%.git cannot be reached")
end)
