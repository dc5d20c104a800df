-- Waits for a condition with a limit: the tag is on the remote, the checks of a commit are green, the release
-- page shows exactly its assets, a package can be had from its registry. Undecided is not failed: the run parks and can be resumed.
local errors = require "pure.errors"
local publication = require "registry.publication"
local schema = require "pure.schema"
local verb = require "pure.declare"

local conditions = {}

function conditions.tag(world, a)
  local there, err = world.repo:ls_remote { remote = a.remote, patterns = { "refs/tags/" .. a.tag }, credential = world.credential() }
  if not there then return nil, err end
  local found = there.refs["refs/tags/" .. a.tag]
  if found == a.oid then return { oid = found } end
  if found then
    return false, errors.new { code = "await.different", message = ("%s on %s is %s, ours is %s"):format(a.tag, a.remote, found:sub(1, 10), a.oid:sub(1, 10)) }
  end
  return nil, ("%s is not on %s yet"):format(a.tag, a.remote)
end

function conditions.tags(world, a)
  local there, err = world.repo:ls_remote { remote = a.remote, patterns = { "refs/tags/*" }, credential = world.credential() }
  if not there then return nil, err end
  for _, tag in ipairs(a.tags) do
    local found = there.refs["refs/tags/" .. tag.name]
    if not found then return nil, ("%s is not on %s yet"):format(tag.name, a.remote) end
    if found ~= tag.oid then
      return false, errors.new { code = "await.different", message = ("%s on %s is %s, ours is %s"):format(tag.name, a.remote, found:sub(1, 10), tag.oid:sub(1, 10)) }
    end
  end
  return { oid = a.tags[1] and a.tags[1].oid }
end

function conditions.checks(world, a)
  local state, err = world.forge.checks(a.commit)
  if not state then return nil, err end
  if state.state == "green" then return { commit = a.commit } end
  if state.state == "red" then
    return false, errors.new { code = "await.red", message = ("checks of %s failed: %s"):format(a.commit:sub(1, 10), table.concat(state.failed or {}, ", ")), hint = state.url }
  end
  return nil, ("checks of %s: %s"):format(a.commit:sub(1, 10), state.state)
end

function conditions.page(world, a)
  local page, err = world.forge.release(a.page)
  if not page then return nil, err or ("the release page %s is not visible yet"):format(a.page) end
  if page.draft then return nil, "the release page is still a draft" end
  return { url = page.url }
end

--- The package is in its registry's index and can be downloaded as the index says.
function conditions.package(world, a)
  local registry, err = publication.open(world, a)
  if not registry then return false, err end
  local ok, why = publication.is_fetched(world, registry, a)
  if ok then return { url = registry.where } end
  return nil, why
end

local function kind_of(a) return a.package and "package" or a.checks and "checks" or a.page and "page" or a.tags and "tags" or "tag" end

return verb {
  name = "await", class = "read", summary = "Wait for a condition: a tag on the remote, green checks, a public page, a published package.",
  params = {
    tag = "text?", tags = "list?", oid = "oid?", remote = "text?", commit = "commit?", checks = "text?", page = "text?",
    registry = "text?", package = "text?", version = "text?", where = "text?", within = "duration?",
  },
  returns = { oid = "oid", commit = "oid", url = "text" },
  example = 'p:await { commit = bump.commit, checks = "green", within = "40m" }',
  describe = function(a)
    local kind = kind_of(a)
    if kind == "package" then return ("wait until %s %s can be had from %s (%s)"):format(a.package, a.version, a.registry, tostring(a.within or "10m")) end
    if kind == "checks" then return ("wait until the checks of %s are green (%s)"):format(tostring(a.commit):sub(1, 24), tostring(a.within or "10m")) end
    if kind == "page" then return ("wait until the page of %s is public"):format(a.page) end
    if kind == "tags" then return ("verify %s on %s"):format(#a.tags == 1 and a.tags[1].name or #a.tags .. " tags", a.remote) end
    return ("verify %s on %s"):format(a.tag, a.remote)
  end,
  verify = function() return "absent" end,
  apply = function(world, a)
    local limit = world.clock.now() + (schema.seconds(a.within) or 600)
    local pause, last = 500
    while true do
      local value, why = conditions[kind_of(a)](world, a)
      if value then return value end
      if value == false then return nil, why end
      if errors.is(why) and why.code == "git.auth" then return nil, why end
      last = tostring(why)
      if world.interrupted and world.interrupted() then
        return nil, errors.new { code = "run.interrupted", message = "interrupted while waiting: " .. last }
      end
      if world.clock.now() >= limit then break end
      world.progress(last)
      world.clock.sleep(pause)
      pause = math.min(pause * 2, 15000)
    end
    return nil, errors.new { code = "gate.waiting", message = ("undecided after %s: %s"):format(tostring(a.within or "10m"), last), hint = "slipway resume   waits again" }
  end,
}
