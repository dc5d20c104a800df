-- Waits for a condition with a limit: the tag is on the remote, the checks of a commit are green, the release
-- page shows exactly its assets, a package can be had from its registry. Undecided is not failed: the run parks and can be resumed.
local errors = require "pure.errors"
local follow = require "forge.follow"
local publication = require "registry.publication"
local verb = require "pure.declare"

local conditions = {}

function conditions.tags(world, a)
  local patterns = {}
  for i, tag in ipairs(a.tags) do patterns[i] = "refs/tags/" .. tag.name end
  local there, err = world.repo:ls_remote { remote = a.remote, patterns = patterns, credential = world.credential() }
  if not there then
    if err.code == "git.auth" then return false, err end
    return nil, tostring(err)
  end
  for _, tag in ipairs(a.tags) do
    local found = there.refs["refs/tags/" .. tag.name]
    if not found then return nil, ("%s is not on %s yet"):format(tag.name, a.remote) end
    if found ~= tag.oid then
      return false, errors.new { code = "await.different", message = ("%s on %s is %s, ours is %s"):format(tag.name, a.remote, found:sub(1, 10), tag.oid:sub(1, 10)) }
    end
  end
  return { oid = a.tags[1] and a.tags[1].oid }
end

function conditions.tag(world, a)
  return conditions.tags(world, { remote = a.remote, tags = { { name = a.tag, oid = a.oid } } })
end

-- The CI run behind a red check tells more than its name.
local function red(world, a, state)
  local runs = world.forge.runs { commit = a.commit } or {}
  for _, run in ipairs(runs) do
    if run.state == "done" and run.verdict == "failure" then
      local err = follow.failure(world, run)
      err.code = "await.red"
      err.message = ("checks of %s failed: %s; %s"):format(a.commit:sub(1, 10), table.concat(state.failed, ", "), err.message)
      return err
    end
  end
  return errors.new { code = "await.red", message = ("checks of %s failed: %s"):format(a.commit:sub(1, 10), table.concat(state.failed, ", ")), hint = state.url }
end

function conditions.checks(world, a)
  local state, err = world.forge.checks(a.commit)
  if not state then return nil, err end
  if state.state == "green" then return { commit = a.commit } end
  if state.state == "red" then return false, red(world, a, state) end
  if state.state == "none" then return nil, ("%s has no checks yet"):format(a.commit:sub(1, 10)) end
  return nil, ("checks of %s: waiting for %s"):format(a.commit:sub(1, 10), table.concat(state.pending, ", "))
end

-- Names that are expected, or files with their digests.
local function expected(a)
  local by_name = {}
  for _, asset in ipairs(a.assets) do
    if type(asset) == "table" then by_name[asset.name] = asset else by_name[asset] = { name = asset } end
  end
  return by_name
end

local function asset_set(world, a, page)
  local wanted, seen, missing, extra = expected(a), {}, {}, {}
  for _, asset in ipairs(page.assets) do
    local file = wanted[asset.name]
    if not file or seen[asset.name] then
      extra[#extra + 1] = asset.name
    elseif asset.size ~= -1 then
      seen[asset.name] = true
      local digest = file.sha256 and world.forge.digest(page, asset, ("%s/read-back-%s"):format(world.run.dir, tostring(asset.id)))
      if digest and digest ~= file.sha256 then return false, ("%s on the page is not what was built"):format(asset.name) end
    end
  end
  if #extra > 0 then return false, "the page has, beyond what is expected: " .. table.concat(extra, ", ") end
  for name in pairs(wanted) do -- order: sorted below
    if not seen[name] then missing[#missing + 1] = name end
  end
  table.sort(missing)
  if #missing > 0 then return nil, "the page still lacks: " .. table.concat(missing, ", ") end
  return true
end

function conditions.page(world, a)
  local page, err = world.forge.release(a.page)
  if not page then return nil, err or ("the release page %s is not visible yet"):format(a.page) end
  if page.draft then return nil, "the release page is still a draft" end
  if a.assets then
    local whole, why = asset_set(world, a, page)
    if whole == false then return false, errors.new { code = "await.different", message = ("the release page of %s: %s"):format(a.page, why) } end
    if not whole then return nil, why end
  end
  return { url = page.url }
end

--- The package is in its registry's index and can be downloaded as the index says.
function conditions.package(world, a)
  local registry, err = publication.open(world, a)
  if not registry then return false, err end
  local ok, why = publication.is_fetched(world, registry, a)
  if ok then return { url = registry.where } end
  return nil, tostring(why) -- an index lags behind: what is not there yet may come
end

local function kind_of(a) return a.package and "package" or a.checks and "checks" or a.page and "page" or a.tags and "tags" or "tag" end

return verb {
  name = "await", class = "read", summary = "Wait for a condition: a tag on the remote, green checks, a public page with exactly its assets, a published package.",
  params = {
    tag = "text?", tags = "list?", oid = "oid?", remote = "text?", commit = "commit?", checks = "text?", page = "text?", assets = "list?",
    registry = "text?", package = "text?", version = "text?", where = "text?", within = "duration?",
  },
  returns = { oid = "oid", commit = "oid", url = "text" },
  example = 'p:await { commit = bump.commit, checks = "green", within = "40m" }',
  describe = function(a)
    local kind = kind_of(a)
    if kind == "package" then return ("wait until %s %s can be had from %s (%s)"):format(a.package, a.version, a.registry, tostring(a.within or "10m")) end
    if kind == "checks" then return ("wait until the checks of %s are green (%s)"):format(tostring(a.commit):sub(1, 24), tostring(a.within or "10m")) end
    if kind == "page" then return ("wait until the page of %s is public%s"):format(a.page, a.assets and (" with exactly %d assets"):format(#a.assets) or "") end
    if kind == "tags" then return ("verify %s on %s"):format(#a.tags == 1 and a.tags[1].name or #a.tags .. " tags", a.remote) end
    return ("verify %s on %s"):format(a.tag, a.remote)
  end,
  verify = function() return "absent" end,
  apply = function(world, a)
    return follow.wait(world, { within = a.within, default = "10m" }, function() return conditions[kind_of(a)](world, a) end)
  end,
}
