-- A run whose journal is lost, found again by the tag it made: its recipe is asked once more, in a clone that stands
-- where the project stood before the release, and what the plan says is compared with the world, step by step.
local clock = require "door.clock"
local digest = require "door.digest"
local errors = require "pure.errors"
local file = require "door.file"
local monorepo = require "repository.monorepo"
local perform = require "run.perform"
local projects = require "run.project"
local recipes = require "run.recipe"
local remote_view = require "repository.remote_view"
local schema = require "pure.schema"
local tags = require "repository.tags"
local version = require "pure.version"
local worlds = require "run.world"

local M = {}

local function refuse(tag, why, hint)
  return nil, errors.new { code = "run.not_adopted", message = ("%s: %s"):format(tag, why), hint = hint }
end

-- What was released -----------------------------------------------------------------------------

--- The release that a tag names: its version, its package where there are several, its commit.
local function released(world, name)
  local project = world.project
  local package = monorepo.of_tag(world, name)
  local pattern = package and package.tag or project.tag_pattern
  local v = tags.version_of({ tag_pattern = pattern, scheme = project.scheme }, name)
  if not v then return refuse(name, "this is no release tag of the project (tag = " .. pattern .. ")", "git tag --list") end
  local tag, err = world.repo:tag(name)
  if err then return nil, err end
  if not tag or not tag.commit then
    local view = project.remote and remote_view.get(world)
    local there = view and view.refs["refs/tags/" .. name]
    return refuse(name, there and "the tag is on the remote only" or "there is no such tag, so nothing shows what the run has done",
      there and ("git fetch %s tag %s"):format(project.remote, name) or "slipway run release")
  end
  local commit, unread = world.repo:commit(tag.commit)
  if not commit then return nil, unread end
  return { tag = name, version = v, package = package and package.name, pattern = pattern, commit = commit }
end

--- The recipe that made it, with its arguments: a line of its own tells a hotfix, an identifier a pre-release.
local function recipe_of(world, one)
  local line = "refs/heads/hotfix/" .. one.tag
  local view = world.project.remote and remote_view.get(world)
  local v = one.version
  if (world.repo:ref(line) or view and view.refs[line]) and v.patch and v.patch > 0 and not v.pre then
    local base = version.parse(("%d.%d.%d"):format(v.major, v.minor, v.patch - 1), world.project.scheme)
    return "hotfix", "hotfix/" .. one.tag, { from = tags.name_of({ tag_pattern = one.pattern }, base), package = one.package }
  end
  local id = v.pre and tostring(v):match "%-(%a+)"
  return "release", world.project.trunk, { version = v, pre = id, package = one.package and { one.package } or nil }
end

-- The project as it was ---------------------------------------------------------------------------

--- Refs as they stood before the release: its tag and what has been made on top of it are gone, its branch is back
--- where the release commit was made.
local function refs_before(world, one, branch, before, refs)
  local function on_top(oid)
    return oid == one.commit.oid or world.repo:commit(oid) ~= nil and world.repo:is_ancestor(one.commit.oid, oid) == true
  end
  local kept = {}
  for _, ref in ipairs(refs) do
    local of_branch = ref.name == "refs/heads/" .. branch or ref.name:match "^refs/remotes/[^/]+/(.+)$" == branch
    local oid = ref.oid
    if ref.name:find "^refs/tags/" then
      if on_top(ref.commit or oid) then oid = nil end
    elseif of_branch and on_top(oid) then
      oid = before
    end
    if oid then kept[#kept + 1] = { name = ref.name, oid = oid } end
  end
  return kept
end

local function all_refs(repo)
  local list = {}
  for _, prefix in ipairs { "refs/heads/", "refs/remotes/", "refs/tags/" } do
    for _, ref in ipairs(repo:refs(prefix) or {}) do list[#list + 1] = ref end
  end
  return list
end

--- A repository that borrows the project's objects and settings, with refs of its own and no files. Nothing that is
--- made in it can reach the project.
local function borrow(project, dir, branch, before, refs)
  local common = project.info.common_dir:gsub("/+$", "")
  local git_dir = dir .. "/.git"
  local packed, seen = {}, false
  for _, ref in ipairs(refs) do
    packed[#packed + 1] = ref.oid .. " " .. ref.name
    seen = seen or ref.name == "refs/heads/" .. branch
  end
  if not seen then packed[#packed + 1] = before .. " refs/heads/" .. branch end
  table.sort(packed, function(a, b) return a:sub(42) < b:sub(42) end)
  local config = project.root .. "/slipway.lua"
  local texts = {
    { "HEAD", "ref: refs/heads/" .. branch .. "\n" },
    { "config", ('[include]\n\tpath = "%s/config"\n[core]\n\trepositoryformatversion = 0\n\tbare = false\n'):format(common:gsub('[\\"]', "\\%0")) },
    { "objects/info/alternates", common .. "/objects\n" },
    { "packed-refs", table.concat(packed, "\n") .. "\n" },
    { "refs/heads/.keep", "" },
    file.stat(config) and { "../slipway.lua", (file.read(config)) } or nil,
  }
  for _, entry in ipairs(texts) do
    local path = git_dir .. "/" .. entry[1]
    local ok, err = file.mkdir { path = path:match "^(.*)/", parents = true }
    if ok then ok, err = file.write { path = path, text = entry[2] } end
    if not ok then return nil, err end
  end
  return projects.open { root = dir, load_table = function(text, name) return recipes.load_table(text, name) end }
end

--- The remote as it was, as far as planning asks: only the release's own refs are taken back.
local function view_before(view, world, one, branch, before)
  local refs, peeled = {}, {}
  for name, oid in pairs(view.refs) do -- order: a set
    local own_branch = name == "refs/heads/" .. branch and world.repo:commit(oid) and world.repo:is_ancestor(one.commit.oid, oid)
    if name ~= "refs/tags/" .. one.tag then
      refs[name] = own_branch and before or oid
      peeled[name] = view.peeled[name]
    end
  end
  return { refs = refs, peeled = peeled, head = view.head }
end

--- The commit that the recipe began with: what the release commit stands on, or the tagged one where none was made.
local function commit_before(world, one)
  local parent = one.commit.parents[1]
  if not parent or #one.commit.parents > 1 then return one.commit.oid end
  local subject = one.commit.subject:lower()
  return subject:find(tostring(one.version), 1, true) and parent or one.commit.oid
end

-- The plan ------------------------------------------------------------------------------------------

---@class slipway.Adoption
---@field plan table
---@field time integer  seconds; when the release commit was made
---@field take_over fun(ctx: table)  notes what the tag shows, before the run goes on
---@field close fun()

local function plan_of(engine, before, recipe, args, identity)
  local opened, err = recipes.open(engine.project, recipe)
  if not opened then return nil, err end
  local filled, wrong = schema.fill_params(opened.meta.params, args)
  local plan, failed
  if filled then
    plan, failed = recipes.plan(opened, {
      project = before.project, args = filled, world = before.world, verbs = engine.verbs, own_verbs = engine.own_verbs, identity = identity,
    })
  end
  opened.child:close()
  return plan, failed or wrong
end

--- Where the steps that lead to the tag have left the branch, told in the borrowed repository: there the branch can be
--- put back to where each of them found it.
local function take_over(ctx, before, one, branch)
  local writer = worlds.writer(before.project, { id = ctx.run.id, dir = ctx.run.dir, time = ctx.run.time, note = function() end, answers = {} }, function() end, { offline = true })
  local ref = "refs/heads/" .. branch
  file.write { path = before.project.root .. "/.git/HEAD", text = one.commit.oid .. "\n" } -- no files are there to be compared
  for _, step in ipairs(ctx.run.plan.steps) do
    local verb = ctx.verbs[step.verb]
    if step.verb == "tag" then return end
    if step.class == "local" and verb.tip then
      local args = perform.arguments(ctx.run, step)
      local state, value
      for _, at in ipairs { args[verb.tip.at] or before.oid, one.commit.oid } do
        before.project.repo:update_ref { name = ref, to = at, reason = "slipway: looking back" }
        state, value = verb.verify(writer, args)
        if state == "same" then break end
      end
      if state ~= "same" then
        errors.raise(refuse(one.tag, ("its commit %s was not made by %s: it is not \"%s\""):format(one.commit.oid:sub(1, 10), ctx.run.plan.recipe, step.describe),
          "slipway verify " .. one.tag .. "   tells what is there"))
      end
      perform.adopt(ctx, step, value)
    end
  end
end

--- Plans the release of a tag as it was planned then. Changes nothing; the caller closes it.
---@param engine slipway.Engine
---@param tag string
---@return slipway.Adoption?, slipway.Error?
function M.plan(engine, tag)
  local world = worlds.reader(engine.project, { offline = engine.offline, time = engine.time })
  local one, err = released(world, tag)
  if not one then return nil, err end
  local recipe, branch, args = recipe_of(world, one)
  local view, unseen
  if engine.project.remote then
    view, unseen = remote_view.get(world)
    if not view then return nil, unseen end
  end
  local oid = commit_before(world, one)
  local below = worlds.cache_dir() .. "/adopt"
  local dir = ("%s/%s"):format(below, digest.sha256(("%s %s %d"):format(engine.project.info.common_dir, tag, clock.wall_ms())):sub(1, 16))
  local function close() file.remove_tree { path = dir, below = below } end
  local function leave(failed)
    close()
    return nil, failed
  end
  local project, unmade = borrow(engine.project, dir, branch, oid, refs_before(world, one, branch, oid, all_refs(engine.project.repo)))
  if not project then return leave(unmade) end
  for _, key in ipairs { "name", "trunk", "remote", "tag_pattern" } do rawset(project, key, engine.project[key]) end
  local time = one.commit.committer.time
  local before = { project = project, oid = oid, world = worlds.reader(project, { offline = engine.offline, time = time }) }
  if view then rawset(before.world.project, "remote_view", view_before(view, world, one, branch, oid)) end
  local plan, failed = plan_of(engine, before, recipe, args, projects.identity(engine.project))
  if not plan then return leave(failed) end
  return { plan = plan, time = time, close = close, take_over = function(ctx) take_over(ctx, before, one, branch) end }
end

return M
