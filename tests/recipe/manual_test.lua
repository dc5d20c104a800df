-- What the engineering manual asks of a project's daily life, where no server is needed: features, flags, the shape
-- of the code, deployment files, and a command for every line of its quick reference.
local json = require "door.json"
local projects = stand "project"

local function checks_of(p, ...)
  local result, checks = p.slipway { "plan", "release", "--json", ... }, {}
  for _, entry in ipairs(json.decode(result.out).checks or {}) do checks[entry.say] = entry end
  return checks, result
end

test("a piece of work begins on a branch from the up-to-date trunk", function()
  local p = projects.on_daemon {}
  local other = scratch() .. "/other"
  p.git("clone", "-q", p.url, other)
  p.git("-C", other, "-c", "user.name=B", "-c", "user.email=b@example.test", "commit", "-q", "--allow-empty", "-m", "fix: elsewhere")
  p.git("-C", other, "push", "-q", "origin", "main")
  local result = p.slipway { "run", "feature", "--name", "Login button", "--yes" }
  check.equal(result.code, 0, result.out .. result.err)
  check.equal(p.git("branch", "--show-current"), "feat/login-button")
  check.equal(p.git("rev-parse", "HEAD"), p.git("-C", other, "rev-parse", "HEAD"))
  check.equal(p.slipway({ "undo" }).code, 0)
  check.equal(p.git("branch", "--show-current"), "main")
  p.git("branch", "feat/login-button")
  result = p.slipway { "run", "feature", "--name", "login-button", "--yes" }
  check.equal(result.code, 4)
  check.match(result.err, "a branch of that name exists")
end)

test("a feature under development that a release would switch on refuses it, also by way of another feature", function()
  local p = projects.on_daemon { kind = "cargo" }
  local manifest = p.git("show", "HEAD:Cargo.toml") .. "\n"
  local settings = 'return { gates = { features = { "new_billing" } } }'
  p.commit("feat: billing", { ["slipway.lua"] = settings, ["Cargo.toml"] = manifest .. "[features]\ndefault = []\nnew_billing = []\n" })
  check.equal(checks_of(p)["new_billing is off in the release"].ok, true)
  p.commit("feat: more", { ["Cargo.toml"] = manifest .. '[features]\ndefault = ["full"]\nfull = ["new_billing"]\nnew_billing = []\n' })
  local checks, result = checks_of(p)
  check.equal(checks["new_billing is off in the release"].ok, false)
  check.match(checks["new_billing is off in the release"].why, "new_billing is among the default features of Cargo%.toml")
  check.equal(result.code, 4)
end)

test("a feature that a line of a file switches off is off in the release, or the release is refused", function()
  local p = projects.on_daemon {}
  p.commit("feat: billing", {
    ["flags.py"] = "# later\nNEW_BILLING = False\n", ["slipway.lua"] = 'return { gates = { features = { { path = "flags.py", off = "NEW_BILLING = False" } } } }',
  })
  check.equal(checks_of(p)["NEW_BILLING is off in the release"].ok, true)
  p.commit("feat: billing is on", { ["flags.py"] = "NEW_BILLING = True\n" })
  local checks, result = checks_of(p)
  check.equal(checks["NEW_BILLING is off in the release"].why, "flags.py has no line 'NEW_BILLING = False'")
  check.equal(result.code, 4)
  p.commit("chore: settings", { ["slipway.lua"] = 'return { gates = { features = { { path = "flags.py", of = "x" } } } }' })
  check.match(p.slipway({ "plan", "release" }).err, "did you mean off")
end)

test("the same code is checked with the flag and without it", function()
  if run({ "cargo", "--version" }).code ~= 0 then skip "cargo is not installed (apt-get install cargo)" end
  local p = projects.on_daemon { kind = "cargo" }
  local manifest = p.git("show", "HEAD:Cargo.toml") .. "\n[features]\ndefault = []\nnew_billing = []\n"
  p.commit("feat: billing", {
    ["Cargo.toml"] = manifest, [".gitignore"] = "target\n",
    ["src/lib.rs"] = '#[cfg(feature = "new_billing")]\npub fn bill() -> u32 { 2 }\n#[cfg(not(feature = "new_billing"))]\npub fn bill() -> u32 { 1 }\n'
      .. '#[cfg(test)]\nmod tests {\n  #[test]\n  fn billed() { assert_eq!(super::bill(), if cfg!(feature = "new_billing") { 2 } else { 1 }); }\n}\n',
    ["slipway.lua"] = 'return { checks = { { "cargo", "test", "--offline" }, { "cargo", "test", "--offline", "--features", "new_billing" } } }',
  })
  -- rustup's own cargo looks for its toolchains below the true home.
  local result = p.slipway({ "run", "prepush", "--yes" }, { env = { HOME = os.getenv "HOME" } })
  check.equal(result.code, 0, result.out .. result.err)
  check.match(result.out, "check: cargo test %-%-offline %-%-features new_billing")
end)

-- A sample of a check on the shape of the code: the library holds the logic, the program only starts it.
local SHAPE <const> = [[
return {
  checks = {
    { "sh", "-c", "! grep -nE 'fn (calculate|validate|store)_' src/main.rs" },      -- domain logic belongs into the library
    { "sh", "-c", "test $(wc -l < src/main.rs) -le 40" },                             -- configuration, start-up and one call
    { "sh", "-c", "test -z \"$(ls src/bin/*/types.rs src/bin/*/store.rs 2>/dev/null)\"" },  -- shared types and data layers too
  },
}
]]

test("checks that a project declares keep domain logic and data layers out of its programs", function()
  local p = projects.on_daemon {}
  p.commit("chore: shape", { ["slipway.lua"] = SHAPE, ["src/main.rs"] = "fn main() { pelican::run() }\n" })
  check.equal(p.slipway({ "run", "prepush", "--yes" }).code, 0)
  p.commit("feat: logic in the wrong place", { ["src/main.rs"] = "fn calculate_billing() {}\nfn main() {}\n" })
  local result = p.slipway { "run", "prepush", "--yes" }
  check.truthy(result.code ~= 0)
  check.match(result.out, "fn calculate_billing")
  p.commit("refactor: a data layer in a program", { ["src/main.rs"] = "fn main() {}\n", ["src/bin/tool/store.rs"] = "" })
  check.truthy(p.slipway({ "run", "prepush", "--yes" }).code ~= 0)
  p.commit("refactor: a long program", { ["src/main.rs"] = ("// x\n"):rep(60) })
  check.truthy(p.slipway({ "run", "prepush", "--yes" }).code ~= 0)
end)

test("deployment files move to the new version with the release, and nothing else in them changes", function()
  local p = projects.on_daemon {}
  local kubernetes = 'apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - name: app\n          image: registry.example/team/pelican:1.1.0 # ours\n        - name: side\n          image: redis:7.2\n'
  local compose = 'services:\n  app:\n    image: "registry.example/team/pelican:1.1.0"\n  db:\n    image: postgres:16.2\n'
  p.commit("feat: deploy", {
    ["deploy/app.yaml"] = kubernetes, ["compose.yaml"] = compose, ["slipway.lua"] = 'return { manifests = { "Cargo.toml", "Cargo.lock", { path = "deploy/app.yaml", image = "pelican" }, { path = "compose.yaml", image = "pelican" } } }',
  })
  local result = p.slipway { "run", "release", "--yes" }
  check.equal(result.code, 0, result.out .. result.err)
  check.equal(p.git("show", "v1.2.0:deploy/app.yaml") .. "\n", (kubernetes:gsub("pelican:1%.1%.0", "pelican:1.2.0")))
  check.equal(p.git("show", "v1.2.0:compose.yaml") .. "\n", (compose:gsub("pelican:1%.1%.0", "pelican:1.2.0")))
end)

test("a place that slipway.lua names by pattern or selector moves, agrees with the others, and nothing else changes", function()
  local p = projects.on_daemon {}
  local docs = 'release = "1.1.0"\ntheme = "9.9.9"\n'
  local meta = '{\n  "other": "1.1.0",\n  "app": { "version": "1.1.0" }\n}\n'
  p.commit("feat: docs", {
    ["docs/conf.txt"] = docs, ["meta.json"] = meta,
    ["slipway.lua"] = [[return { manifests = { "Cargo.toml", "Cargo.lock",
      { path = "docs/conf.txt", pattern = 'release = "{version}"' }, { path = "meta.json", selector = "$.app.version" } } }]],
  })
  local result = p.slipway { "run", "release", "--yes" }
  check.equal(result.code, 0, result.out .. result.err)
  check.equal(p.git("show", "v1.2.0:docs/conf.txt") .. "\n", (docs:gsub("1%.1%.0", "1.2.0")))
  check.equal(p.git("show", "v1.2.0:meta.json") .. "\n", (meta:gsub('"app": { "version": "1%.1%.0"', '"app": { "version": "1.2.0"')))
  p.commit("fix: by hand", { ["docs/conf.txt"] = 'release = "1.3.0"\n' })
  result = p.slipway { "plan", "release" }
  check.equal(result.code, 4)
  check.match(result.err, "docs/conf%.txt:1 says 1%.3%.0")
  p.commit("chore: settings", { ["slipway.lua"] = 'return { manifests = { { path = "docs/conf.txt", patern = "x" } } }' })
  check.match(p.slipway({ "plan", "release" }).err, "manifests%[1%] has no field 'patern' %(did you mean pattern%?%)")
end)

test("every line of the runbook's quick reference is one recipe or one call", function()
  local p = projects.on_daemon {}
  for _, words in ipairs {
    { "next" }, { "help", "release" }, { "help", "watch" }, { "help", "verify" }, { "help", "dispatch" }, { "help", "bundle" }, { "help", "rollback" },
    { "help", "yank" }, { "help", "monitor" }, { "help", "retag" }, { "help", "signoff" },
  } do
    local result = p.slipway(words)
    check.equal(result.code, 0, table.concat(words, " ") .. ": " .. result.out .. result.err)
  end
end)
