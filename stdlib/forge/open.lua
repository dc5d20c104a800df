-- Opens the forge that slipway.lua names. All forges have the same functions; this is their interface. They return
-- nil, err when the forge refuses or does not answer.
--
-- Pages
--   check()                           → true              is the repository there and may this token write to it?
--   token()                           → { expires?, scopes? }   what the forge says of the token, as text; after check()
--   release(tag)                      → Page | nil        the page of a tag, draft or public
--   releases()                        → Page[]            the public ones, newest first
--   latest()                          → tag | nil         what the forge shows as its latest release
--   make_draft{ tag, title, body, prerelease, target } → Page
--   edit(page, { title, body, prerelease }) → Page        what is left out stays
--   upload(page, file, progress)      → true              file = { name, path, size, sha256 }; progress(bytes sent)
--   remove_asset(page, asset)         → true
--   digest(page, asset, scratch)      → sha256            what the forge has, by its word or by downloading it
--   asset_text(asset)                 → text              of a small file
--   publish(page, { prerelease, latest }) → Page          latest = false keeps a backport off the mark, where the forge can
--   point_latest(page)                → true
--   withdraw(page)                    → true              makes a page that became public too early a draft again
--   remove(page)                      → true
-- Planning
--   milestones{ state }               → Milestone[]       state: open, closed, all
--   make_milestone{ title, description, due } · set_milestone(milestone, state) → Milestone · remove_milestone(milestone) → true
--   issues{ labels, any, milestone, state, kind, since }  → Item[]   labels: all of them; any: one of them; kind: issue or pull
--   make_issue{ title, body } → Item · set_issue(item, state) → Item      state: open, closed
--   comments(item) → { id, body }[] · comment(item, text) → { id, url } · remove_comment(item, id) → true
--   pulls_of(commit)                  → Item[]            pull requests that brought it
--   find_pull{ head, base, commit }   → Pull | nil        the open one, else one that was merged with that commit as its head
--   pull(number) → Pull · make_pull{ head, base, title, body } → Pull · edit_pull(pull, { title, body, state }) → Pull
--   reviews(pull)                     → { approved, rejected, missing }   counts of persons
--   tags()                            → { name, commit }[]
--   authors(base, head)               → logins by e-mail address, of those who wrote what lies between (GitHub, Gitea)
--   checks(commit)                    → { state = "green"|"red"|"pending"|"none", failed = names, pending = names, url }
-- CI runs
--   runs{ commit, ref, event, workflow, after } → Run[]   newest first; after: only those with a larger id
--   run(id) → Run · jobs(run) → Job[] · log(run, job) → text
--   rerun_failed(run) → true · cancel(run) → true
--   dispatch{ workflow, ref, inputs } → { id? }           forge.cannot_dispatch when a person has to do it
--   dispatch_page(workflow)           → url               where a person does it
--   artifacts(run) → Artifact[] · fetch_artifact(artifact, path) → sha256     what a run has kept, as zip files (GitHub, Gitea)
--
-- Page = { id, tag, title, body, draft, prerelease?, url, assets = { { id, name, size, sha256?, url, downloads? } } };
--   an asset of size -1 is the stub of an upload that was cut off; prerelease is nil where the forge has no such mark
-- Milestone = { id, title, state, description, open, closed, url? }
-- Item = { number, title, state, labels, pull, author, created, url, milestone? }
-- Pull = { number, title, body, state = "open"|"merged"|"closed", head, base, head_commit, merge_commit?, url, blocked? }
-- Run = { id, workflow, event, ref, commit, state = "queued"|"running"|"done", verdict?, attempt, title, url }
--   verdict: success, failure, cancelled, skipped
-- Job = { id, name, state, verdict?, step?, failed_step?, started?, ended?, url }   step: the one it is at, or that failed;
--   failed_step: has one failed at all, where the forge tells; started, ended: seconds
-- Artifact = { id, name, size, expired, sha256?, url }
-- Besides: `can` = { point, prerelease, cancel, artifacts } and `parallel_uploads`.
local errors = require "pure.errors"
local near = require "pure.near"

-- Forgejo keeps the interface of the Gitea it came from.
local kinds = { gitea = "gitea", forgejo = "gitea", github = "github", gitlab = "gitlab" }
local names = { "github", "gitlab", "gitea", "forgejo" }

-- What changes nothing; facts get only these.
local reading = {
  "check", "token", "release", "asset_text", "releases", "latest", "milestones", "issues", "comments", "pulls_of", "find_pull", "pull", "reviews",
  "tags", "authors", "checks", "runs", "run", "jobs", "log", "dispatch_page", "artifacts",
}

--- The path of the repository: configured, or read off the remote's address. GitLab's may have folders.
local function repository(settings, world)
  local path = settings.repo
  if path then return path end
  local remote = world.project.remote and world.repo:remote(world.project.remote)
  local plain = remote and remote.url:gsub("/+$", ""):gsub("%.git$", "")
  if not plain then return nil end
  local long = plain:match "^%a[%w+.-]*://[^/]+/(.+)$" or plain:match "^[^/:]+:(.+)$"
  if settings.kind == "gitlab" and long then return (long:gsub("^/+", "")) end
  return plain:match "[:/]([^/:]+/[^/]+)$"
end

---@param settings { kind: string, url: string?, repo: string?, token: string?, ca_file: string? }
---@param world table
---@return table? forge, slipway.Error?
return function(settings, world)
  local kind = kinds[settings.kind]
  if not kind then
    return nil, errors.new {
      code = "forge.unknown_kind", message = ("forge.kind is '%s'; it must be one of %s%s"):format(tostring(settings.kind), table.concat(names, ", "), near.suggest(tostring(settings.kind), names)),
      hint = "slipway help config",
    }
  end
  local path = repository(settings, world)
  local owner, name = (path or ""):match "^(.+)/([^/]+)$"
  if not owner or (kind ~= "gitlab" and owner:find("/", 1, true)) then
    return nil, errors.new { code = "forge.no_repository", message = "which repository of the forge is meant is not known", hint = 'set forge.repo = "owner/name" in slipway.lua' }
  end
  local forge, err = require("forge." .. kind) { settings = settings, world = world, owner = owner, name = name }
  if not forge then return nil, err end
  function forge.reading()
    local view = { can = forge.can }
    for _, each in ipairs(reading) do view[each] = forge[each] end
    return view
  end
  return forge
end
