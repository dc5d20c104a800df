---@meta door.git
-- Local work goes through libgit2; transport (fetch, push, ls-remote), hooks, ssh signatures and
-- moving the user's files go through the `git` program, by argv. Functions return `nil, err`.

---@class slipway.git
local git = {}

---@alias oid string  40 lower-case hexadecimal digits

--- Finds and opens the repository that contains `path`.
--- Errors: git.not_found, git.unsafe_owner, git.unsupported (SHA-256), git.broken
---@param o { path: string?, scratch: string? } scratch: a folder for looking ahead. Objects that the
---   handle fetches or makes are written below it, never into the repository, and no ref is written.
---@return slipway.Repo?, slipway.Error?
function git.open(o) end

--- git check-ref-format(1).
---@param name string
---@param o { onelevel: boolean?, pattern: boolean?, normalize: boolean? }?
---@return boolean valid, string? normalized
function git.is_valid_ref(name, o) end

---@class slipway.Repo
local repo = {}

---@return { git_dir: string, common_dir: string, work_dir: string?, bare: boolean, shallow: boolean,
---  partial: boolean, sparse: boolean, linked: boolean, empty: boolean,
---  head: { branch: string?, oid: oid?, detached: boolean } }   branch: short name ("main"); oid: nil while unborn
function repo:info() end

--- What git needs more than itself for at HEAD.
---@return { lfs: boolean, submodules: boolean }
function repo:uses() end

--- One value of the configuration as git sees it (worktree's own, includes, environment), or nil.
---@param key string
---@return string?
function repo:config(key) end

--- Who commits: user.name and user.email with git's environment overrides. Error: git.no_identity
---@return { name: string, email: string }?, slipway.Error?
function repo:identity() end

--- What git status --porcelain shows, submodules and ignored files as the user has configured.
---@return { clean: boolean, entries: { path: string, state: string }[] }?, slipway.Error?
function repo:status() end

--- Begins what the next repo:status() will answer, beside other work.
---@return true?, slipway.Error?
function repo:status_soon() end

--- Any revision text to the commit it names (tags peeled). Error: git.no_such_revision
---@param rev string
---@return oid?, slipway.Error?
function repo:resolve(rev) end

--- The object a ref points at (not peeled), or nil when there is no such ref.
---@param name string  full name, refs/…
---@return oid?, slipway.Error?
function repo:ref(name) end

--- A digest of what HEAD, refs, shallow edges and the repository's settings say: while it stays, questions about commits
--- have the same answers.
---@return string?, slipway.Error?
function repo:state() end

--- What a symbolic ref points at, or nil when it is none: "refs/remotes/origin/HEAD" → "refs/remotes/origin/main".
---@param name string
---@return string?, slipway.Error?
function repo:symbolic(name) end

--- Refs below a prefix, sorted by name. `commit` is the peeled commit (nil for tags of other things).
--- `quick` looks at no object that packed-refs has peeled: `commit` may then be another thing that a lightweight tag
--- names. For those who need names alone, or compare it with commits.
---@param prefix string
---@param o { quick: boolean?, limit: integer? }?  limit: only so many, the first
---@return { name: string, oid: oid, commit: oid? }[]?, slipway.Error?
function repo:refs(prefix, o) end

--- Release tags: those whose name is `before`, a semantic version and `after`, in the order of their names; one for
--- each commit, of several the highest version (that where the first of them stood), or with `all` every one. With
--- `fixes` every one that has another patch number than 0, or, of more, the `fixes` highest, highest first (0: all).
---@param o { before: string, after: string, all: boolean?, fixes: integer? }
---@return { commits: oid[], tags: string[], versions: string[] }?, slipway.Error?
function repo:releases(o) end

--- The same as `quick`, for thousands: names without the prefix, and beside each its commit; false where it has none.
---@param prefix string
---@return string[]? names, (oid|false)[]|slipway.Error commits
function repo:ref_names(prefix) end

--- One tag. nil without error when it does not exist.
---@param name string  without refs/tags/
---@return { name: string, oid: oid, commit: oid?, annotated: boolean, message: string?, signed: boolean,
---  tagger: slipway.Signature?, time: integer? }?, slipway.Error?
function repo:tag(name) end

---@alias slipway.Signature { name: string, email: string, time: integer, offset: integer } offset in minutes

---@class slipway.Commit
---@field oid oid
---@field tree oid
---@field parents oid[]
---@field author slipway.Signature
---@field committer slipway.Signature
---@field message string  whole, UTF-8
---@field subject string

---@param rev string
---@return slipway.Commit?, slipway.Error?
function repo:commit(rev) end

--- Commits reachable from `from` and not from any of `hide`, newest first in git log's order. Streams:
--- memory does not grow with the history. `paths`: files and folders (no wildcards), with git log's own
--- simplification of merges. A read error inside the loop raises the error value.
--- `brief`: only { oid, message, time (the committer's), parents (their number) }, for long histories.
---@param o { from: string, hide: string[]?, paths: string[]?, first_parent: boolean?, limit: integer?, brief: boolean? }
---@return (fun(): slipway.Commit?)?, slipway.Error?
function repo:log(o) end

--- What the commits reachable from `from` and not from `hide` vote for, in sum: how many there are, the highest level
--- of those that were not taken back, how many of each type ("other" where they follow no convention), and what the
--- newest Release-As footer asks for. `types` with their `levels`, and the levels of what has no type of these (pure.bump
--- says which). false where a commit says what only pure.commits reads.
---@param o { from: string, hide: string?, types: string[], levels: string[], other: string, unconventional: string, breaking: string, revert: string }
---@return { commits: integer, level: string, kinds: table<string, integer>, release_as: string?, release_as_by: oid? }|false|nil, slipway.Error?
function repo:votes(o) end

--- History for many folders at once, each with a release behind it: the commits reachable from `from`, newest
--- first, that concern a folder and are not reachable from its `since` (one text a folder, "" where all count),
--- each with the numbers of the folders it concerns. A path belongs to the deepest folder around it ("." is the
--- root). `rules`: "ignore N GLOB" and "add N GLOB", N the number of a folder or 0 for all; * and ? stay in one name,
--- ** does not, and a glob also matches what lies below. A merge is compared with its first parent. `all`: also
--- commits that concern none. `one`: the number of a folder, for those that concern it alone or with others. `brief`: as
--- for log. Errors: git.bad_rule
---@param o { from: string, folders: string[], since: string[]?, rules: string[]?, all: boolean?, brief: boolean?, one: integer? }
---@return (fun(): slipway.Commit?, integer[]?)?, slipway.Error?
function repo:touches(o) end

--- A search for changes in other words. What it learns of commits is kept for the next question.
---@return slipway.Similar?, slipway.Error?
function repo:similar() end

--- Which of some commits are reachable from `from`; one walk.
---@param o { from: string, among: oid[] }
---@return boolean[]?, slipway.Error?
function repo:reached(o) end

--- Begins to read what `reached` will read when it is asked the same; it need not be.
---@param o { from: string, among: oid[] }
---@return true?, slipway.Error?
function repo:reached_soon(o) end

--- Of some commits, which are not reached by any that stands before them in the list; one walk.
---@param oids oid[]
---@return boolean[]?, slipway.Error?
function repo:line_ends(oids) end

--- Do more than `most` of the commits that `from` reaches and `hide` does not (the newest `limit` of them) certainly
--- stand? Merges, reverts with what they may have taken back, and commits that speak of a version do not count.
---@param o { from: string, hide: string, limit: integer, most: integer }
---@return boolean?, slipway.Error?
function repo:line_is_long(o) end

--- The history from `from` back, as the sections of a changelog, newest release first: every commit stands in the
--- oldest release that contains it. `commits`, `versions` and `tags` tell the releases. `reading`: "marked" (nearly
--- every message is read by the door), "listed" (those with a list of commits are given to `split`) or "all";
--- `split` makes slipway.Change values of { oid, message, parents, time }. `people` is told who wrote each release,
--- { name, email } each, and answers whom its page names. `base` is the tag that `hide` leads to. `only` are the
--- commits that are told, where that is not all. The function answers a section, the number of its release (0: not
--- released) and the time of its commit, with `describe` a table in place of the text; nil at the end; false when clocks were wrong and it has to be begun again with `exact`. A read error raises the error value.
---@param style userdata  of door.page
---@param o { from: string, hide: string[]?, commits: oid[], versions: string[], tags: string[], reading: string?, split: function, people: (fun(release: integer, people: { name: string, email: string }[]): table?)?, base: string?, only: oid[]?, exact: boolean?, describe: boolean? }
---@return (fun(): (string|table|false)?, integer?, integer?)?, slipway.Error?
function repo:changelog(style, o) end

--- The nearest tag reachable from `from` for which `accept(name)` is true, as git describe finds it, and
--- the other accepted tags of that commit (annotated before lightweight, newest first). Does not read
--- history behind it. `distance` is nil when more than ten tags were met on the way.
---@param o { from: string, accept: fun(name: string): boolean }
---@return { name: string, commit: oid, distance: integer?, others: string[] }?, slipway.Error?  nil, nil: none
function repo:nearest_tag(o) end

---@param a string
---@param b string
---@return oid?, slipway.Error?  nil, nil: unrelated
function repo:merge_base(a, b) end

---@return boolean?, slipway.Error?
function repo:is_ancestor(ancestor, descendant) end

--- A file's bytes in a commit, as stored (an LFS file is its pointer, a link its target). nil, nil when it
--- is not there or no file.
---@param o { at: string, path: string }
---@return string?, slipway.Error?
function repo:read(o) end

--- Paths of the tree, or below `path`; only those called `name`, if that is given.
---@param o { at: string, path: string?, recursive: boolean?, name: string? }
---@return { path: string, kind: "file"|"folder"|"link"|"submodule", mode: integer, oid: oid }[]?, slipway.Error?
function repo:list(o) end

--- The files called `name` in the folders of a commit that fit one of the globs (* and ? stay in one name, ** does not),
--- with their content; never what stands at the root itself. `except`: names of folders below the first that are not opened.
---@param o { at: string, name: string, globs: string[], except: string[]? }
---@return { path: string, text: string }[]?, slipway.Error?
function repo:gather(o) end

--- Paths that differ between two commits (either may be nil: the empty tree).
---@return { path: string, change: "added"|"removed"|"changed" }[]?, slipway.Error?
function repo:changes(from, to) end

--- git patch-id --stable of one commit (nil, nil for merges and empty commits).
---@return string?, slipway.Error?
function repo:patch_id(rev) end

--- The same of many commits, none of them a merge, by few processes: commit → patch id.
---@param commits oid[]
---@return table<oid, string>?, slipway.Error?
function repo:patch_ids(commits) end

-- Writing objects ---------------------------------------------------------------------------------

--- A commit made in the object store: the tree of `base` with some files replaced. No ref moves.
--- Signed when the user's configuration says so (or `sign`). Same input, same oid (unsigned).
--- `parents` nil: `base` alone. `offset`: minutes, 0 unless given. The message is tidied as git commit does.
--- With `hooks`, the user's pre-commit and commit-msg hooks are asked (git.hook_refused); the latter may
--- change the message. Errors: git.bad_path, git.no_identity, git.sign_failed
---@param o { base: oid?, files: { path: string, content: string?, remove: boolean?, mode: integer? }[],
---  parents: oid[]?, message: string, time: integer, offset: integer?, sign: boolean?, hooks: boolean? }
---@return { commit: oid, tree: oid }?, slipway.Error?
function repo:write_commit(o) end

--- Cherry-picks in memory, oldest first; author kept, committer date = `time` or the picked commit's own.
--- A commit whose change is already there is left out. Signed when the user's configuration says so (never
--- on a scratch handle), or `sign`. Errors: git.conflict with `.paths`, git.is_merge
---@param o { commits: string[], onto: oid, time: integer?, sign: boolean? }
---@return { commit: oid, picked: integer, skipped: oid[] }?, slipway.Error?
function repo:pick(o) end

--- Rebases the commits of `branch` that `onto` lacks, in memory. Author, committer and dates stay, nothing is
--- signed unless `sign` is given: the same input makes the same commit, on any machine. Merges and changes
--- that `onto` has already are left out, as git rebase does. Error: git.conflict with `.paths`
---@param o { branch: oid, onto: oid, sign: boolean? }
---@return { commit: oid, moved: integer }?, slipway.Error?
function repo:rebase(o) end

--- A commit on top of `onto` that takes `commits` (newest first) back. Errors: git.conflict, git.is_merge
---@param o { commits: oid[], onto: oid, message: string, time: integer, sign: boolean? }
---@return { commit: oid }?, slipway.Error?
function repo:revert(o) end

--- An annotated tag, made and named. Signed when tag.gpgsign says so, or `sign`. Errors: tag.exists,
--- git.bad_name, git.sign_failed
---@param o { name: string, target: oid, message: string, time: integer, sign: boolean? }
---@return oid?, slipway.Error?
function repo:create_tag(o) end

-- Moving refs and files ----------------------------------------------------------------------------

--- Moves a ref with compare-and-swap. `expect` = "" means: must not exist; nil: whatever is there.
--- Errors: git.ref_moved, git.locked
---@param o { name: string, to: oid, expect: string?, reason: string }
---@return true?, slipway.Error?
function repo:update_ref(o) end

--- Deletes a ref that is where it is expected. One that is gone already is no error. Error: git.ref_moved
---@param o { name: string, expect: oid }
---@return true?, slipway.Error?
function repo:delete_ref(o) end

--- Moves index and work tree from one commit's tree to another's without touching what the user has
--- edited (git read-tree -m -u). Repeatable: a call that was killed half-way is finished by the next one.
--- Errors: git.would_overwrite with `.paths`, git.locked
---@param o { from: oid, to: oid }
---@return true?, slipway.Error?
function repo:move_files(o) end

--- Do index and work tree agree with commit `at` on everything that differs between `from` and `at`?
---@param o { from: oid, at: oid }
---@return "same"|"from"|"mixed"?, slipway.Error?
function repo:files_state(o) end

--- Makes HEAD point at a branch (short name) or a commit and moves the files there: files first, HEAD last.
--- Errors: git.would_overwrite with `.paths`, git.checked_out, git.no_such_revision
---@param o { branch: string?, detach: oid? }
---@return true?, slipway.Error?
function repo:switch(o) end

--- A clean checkout of a commit in a new folder with history and tags at hand, LFS and submodules included
--- when the repository uses them. Borrows this repository's objects: not for longer than it lives. `to` must
--- not exist, or be empty. Errors: git.folder_exists, git.no_lfs
---@param o { commit: oid, to: string }
---@return true?, slipway.Error?
function repo:checkout(o) end

--- Lock files left by a process that is gone: `index.lock`, `HEAD.lock`, `refs/**.lock` and the like, made at
--- `since` (seconds since the epoch) or later, that no living process has open. `remove` deletes them.
---@param o { since: integer, remove: boolean? }
---@return string[]?, slipway.Error?
function repo:stale_locks(o) end

-- Remotes (the git program) -------------------------------------------------------------------------

---@param name string
---@return { name: string, url: string, push_url: string }?, slipway.Error?  after insteadOf; git.no_remote
function repo:remote(name) end

--- What a remote has now. `patterns`: full names, "*" may stand in them. `head`: full name of its branch.
--- Errors: git.no_network, git.auth, git.remote_missing, git.tls
---@param o { remote: string, patterns: string[]?, credential: slipway.Credential? }
---@return { refs: table<string, oid>, peeled: table<string, oid>, head: string? }?, slipway.Error?
function repo:ls_remote(o) end

--- Fetches. On a scratch handle only objects are brought, into the scratch folder. Errors: those of
--- ls_remote, git.tags_differ
---@param o { remote: string, refs: string[]?, tags: boolean?, credential: slipway.Credential? }
---@return true?, slipway.Error?
function repo:fetch(o) end

--- Pushes with the expected old value of every ref and reads the answer for every ref.
--- `to = nil` deletes; `expect = ""`: must not exist there. `atomic` (default) falls back to one by one only
--- when the server cannot. Never forces without an expected value. Runs the user's pre-push hook.
--- `nil, err` only when nothing was sent or the answer is unknown (git.push_unknown; also after `within` milliseconds).
---@param o { remote: string, refs: { name: string, to: oid?, expect: string }[], atomic: boolean?,
---  credential: slipway.Credential?, within: integer? }
---@return { ok: boolean, refs: table<string, { state: "ok"|"same"|"rejected"|"unknown", why: string? }> }?, slipway.Error?
function repo:push(o) end

function repo:close() end

---@class slipway.Similar
local similar = {}

--- The first of the commits `among` that holds most of the lines which `commit` took away and brought, by itself or
--- together with the others: edited on the way, or squashed. nil: none does. Merges and roots are passed over.
---@param commit oid
---@param among oid[]
---@return oid?, slipway.Error?
function similar:find(commit, among) end

--- Those of the commits that change every file which `commit` changes: no other can be the same patch.
---@param commit oid
---@param among oid[]
---@return oid[]?, slipway.Error?
function similar:covering(commit, among) end

function similar:close() end

--- A secret for one remote, made by door.secret; handed to that one git child through its environment.
--- `user` nil: the one that came with the secret, else "x-access-token".
---@alias slipway.Credential { user: string?, secret: slipway.Secret }

return git
