-- Writes the new version into manifests, lock files and the changelog: one commit.
local changelog = require "pure.changelog"
local commit_on = require "repository.commit_on"
local errors = require "pure.errors"
local formats = require "manifest.formats"
local verb = require "pure.declare"

local function read_manifest(world, a, path)
  local text, err = world.repo:read { at = a.at, path = path }
  if text then return text end
  return nil, err or errors.new { code = "manifest.missing", message = ("%s is not in the commit %s"):format(path, a.at:sub(1, 10)) }
end

--- Without a package, everything listed is released together and requires each other at the new version.
local function options_of(world, a, texts)
  return {
    package = a.package, old = a.old, date = world.time and os.date("!%Y-%m-%dT%H:%M:%S", world.time),
    versions = not a.package and formats.released(texts, a.version) or nil,
  }
end

--- New texts of the manifests, in the order they are listed.
local function new_manifests(world, a)
  local texts, files = {}, {}
  for _, path in ipairs(a.manifests) do
    local text, err = read_manifest(world, a, path)
    if not text then return nil, err end
    texts[path] = text
  end
  local opts = options_of(world, a, texts)
  for _, path in ipairs(a.manifests) do
    local text, err = formats.set(path, texts[path], a.version, opts)
    if not text then return nil, err end
    files[#files + 1] = { path = path, content = text }
  end
  return files
end

local function new_changelog(world, a)
  local text = world.repo:read { at = a.at, path = a.changelog }
  return changelog.insert(text, a.notes, { version = a.version })
end

--- The changed files, computed from the commit the bump stands on.
local function files_of(world, a)
  local files, failed = new_manifests(world, a)
  if not files then return nil, failed end
  if a.changelog then
    local text, err = new_changelog(world, a)
    if not text then return nil, err end
    files[#files + 1] = { path = a.changelog, content = text }
  end
  return files
end

local function with_files(body)
  return function(world, a)
    local files, err = files_of(world, a)
    if not files then return nil, err end
    return body(world, a, files)
  end
end

return verb {
  name = "bump", class = "local", summary = "Write a version into manifests, lock files and changelog, as one commit.",
  params = {
    version = "version", on = "text", at = "commit", manifests = "list", message = "text", notes = "text?",
    changelog = "path?", package = "text?", old = "version?",
  },
  returns = { commit = "oid", tree = "oid" },
  tip = { branch = "on", at = "at", result = "commit" },
  undo_says = "move back",
  label = function() return "the release commit" end,
  example = 'p:bump { version = version, on = "main", manifests = facts.project.manifests, message = "Release 1.2.0" }',
  describe = function(a)
    local names = { table.unpack(a.manifests) }
    if a.changelog then names[#names + 1] = a.changelog end
    return ("%s: %s%s"):format(a.message, a.old and (a.old .. " → " .. a.version .. " in ") or "", #names > 0 and table.concat(names, ", ") or "no file")
  end,
  verify = function(world, a)
    local files, err = files_of(world, a)
    if not files then return "different", err end
    return commit_on.verify(world, a, files)
  end,
  apply = with_files(commit_on.apply),
  undo = commit_on.undo,
}
