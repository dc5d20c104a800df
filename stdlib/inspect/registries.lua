-- Package registries of slipway.lua: the version is there, not yanked, with the files it must have; each is fetched as a
-- user would, is what the index promises, what this clone uploaded, and what the page has under the same name.
local fact = require "fact.packages"
local open = require "registry.open"
local sorted_keys = require "pure.sorted_keys"

local M = { name = "registries" }

local function uploaded(found, entry, name)
  local list = found.record and found.record.uploads and found.record.uploads[entry.registry .. " " .. entry.package] or {}
  for _, file in ipairs(list) do
    if file.name == name then return file.digest end
  end
end

local function look_at(world, found, entry, registry, name, seen, report)
  local subject = ("%s: %s"):format(entry.registry, name)
  local ours = uploaded(found, entry, name)
  if ours and ours ~= seen.digest then return report.different(subject, ("it is %s there, this clone uploaded %s"):format(seen.digest:sub(1, 23), ours:sub(1, 23))) end
  local path = ("%s/from-registry-%s"):format(found.folder, (name:gsub("/", "-")))
  local digest, err = registry.fetch(entry.package, entry.version, name, seen, path)
  if not digest then return report.unknown(subject, err) end
  if digest ~= seen.digest then return report.different(subject, ("what was fetched is %s, the index says %s"):format(digest:sub(1, 23), seen.digest:sub(1, 23))) end
  local asset = found.assets[name]
  local fetched = asset and world.file.stat(path) and world.digest.sha256 { file = path }
  if fetched and fetched ~= asset.sha256 then return report.different(subject, "it is not the file of that name on the release page") end
  report.same(subject, digest:sub(1, 23))
end

-- An image has no files of its maker's: its manifest and what that names are what there is.
local function names_of(entry, published)
  if entry.kind ~= "oci" then return entry.names end
  local names = sorted_keys(published.files)
  return names
end

local function check_entry(world, found, entry, report)
  local subject = ("%s: %s %s"):format(entry.registry, entry.package, entry.version)
  local registry, err = open.open(world, entry.registry, entry.package)
  if not registry then return report.unknown(subject, err) end
  local published, failed = registry.look(entry.package, entry.version)
  if failed then return report.unknown(subject, failed) end
  if not published then return report.different(subject, "it is not there") end
  if published.yanked then return report.different(subject, type(published.yanked) == "string" and "it was yanked: " .. published.yanked or "it was yanked") end
  for _, name in ipairs(names_of(entry, published)) do
    local seen = published.files[name]
    if seen then look_at(world, found, entry, registry, name, seen, report) else report.different(("%s: %s"):format(entry.registry, name), "it is not there") end
  end
end

function M.look(world, found, report)
  if next(world.config.registries or {}) == nil then return end
  local entries, err = fact.ask(world, { releases = { { version = found.version, package = found.package } }, at = found.commit })
  if not entries then return report.unknown("the registries", err) end
  for _, entry in ipairs(entries) do check_entry(world, found, entry, report) end
end

return M
