-- A released version, looked at again: does everything that was published still agree with the tag it came from? Each
-- file of this room is one check:
--
--   { name, look = function(world, found, report) end }
--
-- found  = { tag, version, commit, oid, page?, assets = { [name] = { name, path, size, sha256 } }, folder, record? }
-- report = { same(subject, text?), different(subject, why), unknown(subject, why), absent(subject, why) }
--
-- A check names every difference it finds; it never stops at the first.
local errors = require "pure.errors"
local tags = require "repository.tags"

local M = {}

M.checks = { "tag", "manifests", "page", "record", "checksums", "signatures", "provenance", "bill", "source", "members", "registries" }

--- Where the files of the page lie while they are looked at.
function M.folder(world) return world.run.dir .. "/inspected" end

local function text_of(why) return errors.is(why) and tostring(why) or tostring(why) end

local function reporter(list, check, on)
  local function add(state) return function(subject, text)
    local entry = { check = check, state = state, subject = subject, why = text and text_of(text) or nil }
    list[#list + 1] = entry
    on(entry)
  end end
  return { same = add "same", different = add "different", unknown = add "unknown", absent = add "absent" }
end

--- Looks at the release of a tag.
---@param world table
---@param o { tag: string, package: string?, record: table?, on: fun(entry: table)?, keep: boolean? }  keep: what was fetched stays in M.folder
---@return { tag: string, version: string, commit: oid, checks: table[], assets: table[], differences: integer, unknown: integer }?, slipway.Error?
function M.look(world, o)
  local version = tags.version_of(world.project, o.tag)
  local tag, err = world.repo:tag(o.tag)
  if err then return nil, err end
  if not tag or not tag.commit or not version then
    return nil, errors.new {
      code = "release.not_found", message = version and ("there is no release '%s' here"):format(o.tag) or ("'%s' is no release tag"):format(o.tag),
      hint = "git fetch --tags; git tag --list",
    }
  end
  local found = {
    tag = o.tag, version = tostring(version), commit = tag.commit, oid = tag.oid, annotated = tag.annotated, signed = tag.signed, assets = {},
    folder = M.folder(world), record = o.record, package = o.package,
  }
  local made, failed = world.file.mkdir { path = found.folder, parents = true }
  if not made then return nil, failed end
  local list = {}
  for _, name in ipairs(M.checks) do
    world.progress("looking at the " .. name)
    require("inspect." .. name).look(world, found, reporter(list, name, o.on or function() end))
  end
  if not o.keep then world.file.remove_tree { path = found.folder, below = world.run.dir } end
  local result = { tag = found.tag, version = found.version, commit = found.commit, checks = list, differences = 0, unknown = 0, assets = {} }
  for name, asset in pairs(found.assets) do -- order: sorted below
    result.assets[#result.assets + 1] = { name = name, sha256 = asset.sha256, size = asset.size }
  end
  table.sort(result.assets, function(x, y) return x.name < y.name end)
  for _, entry in ipairs(list) do
    if entry.state == "different" then result.differences = result.differences + 1 end
    if entry.state == "unknown" then result.unknown = result.unknown + 1 end
  end
  return result
end

--- The result as an error, or nil when everything agrees.
---@param result table
---@return slipway.Error?
function M.refusal(result)
  local lines = {}
  for _, entry in ipairs(result.checks) do
    if entry.state == "different" or entry.state == "unknown" then lines[#lines + 1] = ("%s: %s"):format(entry.subject, entry.why or entry.state) end
  end
  if #lines == 0 then return nil end
  local code = result.differences > 0 and "verify.different" or "verify.unknown"
  return errors.new { code = code, message = ("%s: %s"):format(result.tag, table.concat(lines, "; ")), hint = "slipway verify " .. result.tag }
end

return M
