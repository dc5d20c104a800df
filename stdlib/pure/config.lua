-- slipway.lua: which keys there are, what they mean, and that nothing else stands there. The same
-- declarations feed `slipway help config`.
local check = require "pure.config.check"
local near = require "pure.near"

local M = {}

---@class slipway.ConfigKey
---@field name string
---@field types string[]
---@field help string
---@field sample string
---@field shaped boolean?  its value has a shape of its own, checked by pure/config/<name>.lua

--- In the order in which they are explained.
---@type slipway.ConfigKey[]
M.keys = {
  { name = "project", types = { "string" }, help = "name of the project; default: the manifest's, else the folder's", sample = '"pelican"' },
  { name = "trunk", types = { "string" }, help = "branch that releases are made from; default: the remote's head, else main or master", sample = '"main"' },
  { name = "remote", types = { "string" }, help = "remote that releases are pushed to; default: the trunk's upstream, else origin", sample = '"origin"' },
  { name = "tag", types = { "string" }, help = "name of a release's tag; default: like the tags that are there, else v{version}", sample = '"v{version}"' },
  { name = "scheme", types = { "string" }, help = "how versions are counted: semver, pep440, calver or calver:YYYY.0M.MICRO", sample = '"semver"' },
  { name = "rules", types = { "table" }, help = "which commits raise what: types (a level for each type), breaking, other (types not listed), unconventional, when (a list of type, scope, breaking, revert, match and the level), zero (levels while the major number is 0), minimum, always, dependencies, notes (further footers that break), reverts (false: work taken back counts), scopes, header, comment, types_only; squash: commits that one message lists (listed, all: beside the first line, paragraphs: as release-please reads them)", sample = '{ types = { perf = "patch" } }' },
  {
    name = "packages", shaped = true, types = { "table", "boolean" },
    help = "packages of a repository with more than one, found from its workspaces where they have versions of their own: folders (globs), or tables with path and name, tag, changelog, depends, manifests, include, ignore, private; beside them shared and ignore (paths that concern all, or none), fixed and linked (lists of names that move together), dependants (patch, minor, same, needed, none: what they get when a package they need is released); false: one project",
    sample = '{ "crates/*", { path = "cli", tag = "v{version}" }, ignore = { "**/*.md" }, linked = { { "core", "cli" } } }',
  },
  {
    name = "manifests", shaped = true, types = { "table" },
    help = "files that carry the version; default: found. A table says where it stands: path, and pattern (the text around {version}), selector ($.a.b or //a/b), image (of a deployment file), marker or package",
    sample = '{ "Cargo.toml", { path = "docs/conf.py", pattern = "release = \'{version}\'" }, { path = "deploy/app.yaml", image = "pelican" } }',
  },
  { name = "changelog", shaped = true, types = { "string", "boolean", "table" }, help = "changelog file, or false for none; a table: file, style (keepachangelog or conventional), groups, links, template (a text or a file), contributors", sample = '"CHANGELOG.md"' },
  { name = "checks", types = { "table" }, help = "commands that must succeed on the released commit, each an argument list; secrets = { NAME } in one gives it those of `secrets`", sample = '{ { "cargo", "test" } }' },
  { name = "gates", shaped = true, types = { "table" }, help = "what must be true before a release: milestone (nothing open in it), changelog (notes by hand), checks (all green on the commit), known_issues (a file with a section for the version), blockers (labels of which no issue is open), features (under development, that are off: names of Cargo's, or { path, off }: the line that says so), cadence (is one due?)", sample = '{ milestone = "v{version}", changelog = true, checks = true, known_issues = "known-issues.md", blockers = { "P0", "P1" }, cadence = true }' },
  { name = "followup", shaped = true, types = { "table" }, help = "what is left to do after a release, for slipway run followup; default: README, website, posts, notes", sample = '{ "README.md, if the installation has changed", "the website" }' },
  { name = "loops", shaped = true, types = { "table" }, help = "long-running programs by name, for slipway run loop", sample = '{ serve = { "uv", "run", "fastapi", "dev" } }' },
  { name = "targets", shaped = true, types = { "table" }, help = "builds by name: builder (command, zig, cmake, cargo, cargo-zigbuild, maturin, sdist, go), platforms, variants, name, see help targets", sample = '{ pelican = { builder = "zig", platforms = { "linux-amd64", "windows-amd64" }, sources = { "src/*.c" } } }' },
  { name = "build", shaped = true, types = { "table" }, help = "how targets are built: jobs, strategy, places (ssh, container, slurm, actions), programs, environment", sample = '{ jobs = 2, strategy = { "here", "remote" }, places = { remote = { kind = "ssh", host = "bigblack" } } }' },
  { name = "artifacts", shaped = true, types = { "table" }, help = "files of the release page: archives of targets or of the source, debs (with cpack or nfpm); beside the list: checksums, checksum_each, sbom, provenance, sign, bundles",
    sample = '{ { archive = "pelican-{version}.tar.gz", source = true }, sbom = { "cyclonedx" }, sign = { { by = "gpg", key = "release@example.test" } } }' },
  { name = "signoff", shaped = true, types = { "table" }, help = "how quality assurance decides: command (asked instead of a person; {action}, {version}, {tag}), critical (commands that must work; SLIPWAY_ASSETS is the folder of what was published, SLIPWAY_VERSION its version), labels (of P0 and P1 issues)",
    sample = '{ critical = { { "sh", "tests/smoke.sh" } }, labels = { p0 = { "P0" }, p1 = { "P1" } } }' },
  { name = "forge", shaped = true, types = { "table" }, help = "release pages and CI runs: kind (github, gitlab, gitea, forgejo), url, repo, token (a secret reference), comment (said in issues and pull requests of what was released: {tag}, {version})", sample = '{ kind = "gitea", url = "https://git.example", repo = "me/pelican", token = "env:GITEA_TOKEN" }' },
  { name = "propose", shaped = true, types = { "boolean", "table" }, help = "true: the trunk is protected, releases go by pull request; a table: branch (default release/{tag}), approvals, within", sample = "true" },
  { name = "ci", shaped = true, types = { "table" }, help = "what a release tag starts: publishes (the workflow that publishes: the push cannot be taken back), workflows (watched, too), checks (all green before publishing), assets (names the page must have exactly; CI makes it), within, rerun",
    sample = '{ publishes = "publish.yml", workflows = { "release.yml" }, assets = { "pelican-{version}-linux-amd64" }, within = "40m", rerun = 1 }' },
  { name = "milestone", shaped = true, types = { "string", "table" }, help = "milestone that a release closes: title with {version}; a table: title, next (of the minor version after it), description", sample = '{ title = "v{version}", next = "v{version}" }' },
  { name = "registries", shaped = true, types = { "table" }, help = "package registries by name: crates (registry or index), pypi (url, index), npm (url), image (image, files, pointers); all: token (a secret reference), run or target (whose files are published: a name or a list), files, package, smoke, prereleases, within, see recipes/README.md", sample = '{ crates = { registry = "house", token = "env:CRATES_TOKEN" } }' },
  { name = "secrets", types = { "table" }, help = "references to secrets by name", sample = '{ push = "env:PUSH_TOKEN" }' },
  {
    name = "diagnosis", shaped = true, types = { "table" },
    help = "known failures of the project's own: match (a phrase of the log, or a list of them), cause, remedy; slipway help diagnosis lists the stock ones",
    sample = '{ { match = "cannot find -lpelican", cause = "the library is not installed", remedy = "make deps" } }',
  },
  { name = "policy", shaped = true, types = { "table" }, help = "move_back (undo of a pushed trunk may move it back), approval (confirm, none, or step: an approve step before anything final), unknown_wait, push_limit (how long a push may take), remote_lock (a lock that other machines see), mirror (the journal on the remote, so that another machine can go on)", sample = '{ move_back = true, approval = "confirm" }' },
  { name = "budgets", shaped = true, types = { "table" }, help = "expected durations of phases, targets, or all", sample = '{ build = "4m", ["pelican-linux-amd64"] = "55s" }' },
  { name = "lock", shaped = true, types = { "table" }, help = "build locks: dir, stale_after (10m)", sample = '{ dir = "/tmp/pelican-locks" }' },
  { name = "announce", shaped = true, types = { "table" }, help = "where releases are announced: name, kind (slack, mattermost, discord, matrix, mastodon, mail, webhook), text with {project} {version} {tag} {title} {url} {notes}, on (release, prerelease, always)", sample = '{ { name = "team", kind = "slack", url = "env:SLACK_WEBHOOK" } }' },
  { name = "minimum_slipway", types = { "string" }, help = "oldest Slipway that may release this project", sample = '"0.1.0"' },
}

--- Checks what slipway.lua returned.
---@param value table
---@return table?, slipway.Error?
function M.check(value)
  local names, known = {}, {}
  for _, key in ipairs(M.keys) do names[#names + 1], known[key.name] = key.name, key end
  for name, item in pairs(value) do -- order: any complaint is a complaint
    local key = known[name]
    if not key then return check.refuse(("there is no key '%s'%s"):format(tostring(name), near.suggest(tostring(name), names))) end
    if not near.contains(key.types, type(item)) then
      return check.refuse(("%s must be a %s, for example: %s = %s"):format(name, table.concat(key.types, " or "), name, key.sample))
    end
    if key.shaped then
      local ok, err = require("pure.config." .. name)(item)
      if not ok then return nil, err end
    end
  end
  if value.tag and not value.tag:find("{version}", 1, true) then return check.refuse "tag must contain {version}" end
  if value.scheme and not near.contains({ "semver", "pep440", "calver" }, value.scheme:match "^[^:]*") then
    return check.refuse "scheme must be semver, pep440, calver or calver:PATTERN"
  end
  if value.checks then
    local ok, err = check.commands("checks", value.checks, value.secrets or {})
    if not ok then return nil, err end
  end
  for name, target in pairs(value.targets or {}) do -- order: any complaint is a complaint
    local ok, err = true, nil
    if target.secrets then ok, err = check.secrets(("targets.%s.secrets"):format(name), target.secrets, value.secrets or {}) end
    if not ok then return nil, err end
  end
  return value
end

return M
