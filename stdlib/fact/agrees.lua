-- Do the manifests carry the version of the last release? A version edited by hand, or a tag made by hand,
-- shows here.
local formats = require "manifest.formats"
local history = require "repository.history"
local remote_view = require "repository.remote_view"

--- The manifests of one project: do they say the same, and what the last tag says?
local function judge(world, at)
  local repo = remote_view.reader(world, at)
  local texts, first = {}, nil
  for _, path in ipairs(world.project.manifests) do
    local text, err = repo:read { at = at, path = path }
    if err then return nil, err end
    if not text then return { ok = false, why = path .. " is not in the repository", hint = "mend manifests in slipway.lua" } end
    texts[path], first = text, first or path
  end
  if not first then return { ok = true } end
  local agreed, err, core_only = formats.agree(texts, world.project.manifests, world.project.manifest_options or nil)
  if not agreed and err then return { ok = false, why = err.message, hint = err.hint, code = err.code } end
  local last = history.last_release(world, at, history.is_any)
  local same = agreed and last and formats.same({ version = agreed, core_only = core_only }, { version = tostring(last.version) })
  if not agreed or not last or same then return { ok = true, version = agreed and tostring(agreed) } end
  return {
    ok = false, why = ("%s says %s, the last tag is %s"):format(first, tostring(agreed), last.tag),
    hint = ("set the version in %s back to %s and let the release change it"):format(first, tostring(last.version)),
  }
end

--- Lock files that list the packages say what their manifests say.
local function locked(world, at, versions)
  local repo = remote_view.reader(world, at)
  for _, path in ipairs { "Cargo.lock", "uv.lock" } do
    local text = repo:read { at = at, path = path }
    local level = text and formats.set(path, text, nil, { versions = versions })
    if level and level ~= text then
      return { ok = false, why = path .. " does not carry the versions of the manifests", hint = path == "uv.lock" and "uv lock, and commit it" or "cargo update --workspace, and commit it" }
    end
  end
  return { ok = true }
end

local function judge_packages(world, at, names)
  local read, err = require("repository.monorepo").read(world, at, { commits = false })
  if not read then return nil, err end
  local versions = {}
  for _, name in ipairs(names) do
    local view = read.by_name[name]
    local one, failed = judge(view.world, at)
    if not one then return nil, failed end
    if not one.ok then return one end
    versions[name] = one.version
  end
  return locked(world, at, versions)
end

return {
  name = "agrees", summary = "Do the manifests agree with each other and with the last tag?",
  signature = "facts:agrees(commit, packages?) → check",
  ask = function(world, at, names)
    if names then return judge_packages(world, at, names) end
    return judge(world, at)
  end,
}
