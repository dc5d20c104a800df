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

--- What is the same for all files, and what slipway.lua says of this one.
local function with_options(opts, own)
  if not own then return opts end
  local both = {}
  for key, value in pairs(opts) do both[key] = value end -- order: a set
  for key, value in pairs(own) do both[key] = value end -- order: a set
  return both
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
    local text, err = formats.set(path, texts[path], a.version, with_options(opts, a.options and a.options[path]))
    if not text then return nil, err end
    files[#files + 1] = { path = path, content = text }
  end
  return files
end

local function new_changelog(world, at, one, notes)
  local text = world.repo:read { at = at, path = one.changelog }
  return changelog.insert(text, notes, { version = one.version })
end

--- Several packages: each writes its own version into its own files; requirements on those that move follow in all
--- files, each in the manner in which it is written.
local function packages_files(world, a)
  local texts, order, versions = {}, {}, {}
  local function edit(path, version, opts)
    local text = texts[path]
    if not text then
      local unread
      text, unread = read_manifest(world, a, path)
      if not text then return nil, unread end
      order[#order + 1] = path
    end
    local err
    text, err = formats.set(path, text, version, opts)
    if not text then return nil, err end
    texts[path] = text
    return true
  end
  for _, one in ipairs(a.releases) do versions[one.name] = one.version end
  for _, one in ipairs(a.releases) do
    for _, path in ipairs(one.manifests) do
      local ok, err = edit(path, one.version, { old = one.old, versions = versions, needed = a.needed, peer = "needed", inherits = one.inherits and path == "Cargo.toml" or nil })
      if not ok then return nil, err end
    end
  end
  for _, path in ipairs(a.files or {}) do
    -- A line from an old release may not have all files of today.
    if not texts[path] and world.repo:read { at = a.at, path = path } then
      local ok, err = edit(path, nil, { versions = versions, needed = a.needed, peer = "needed" })
      if not ok then return nil, err end
    end
  end
  local files = {}
  for i, path in ipairs(order) do files[i] = { path = path, content = texts[path] } end
  return files
end

--- The changed files, computed from the commit the bump stands on.
local function files_of(world, a)
  local releases = a.releases or { a }
  local several = a.releases and a.releases[1] and a.releases[1].package
  local files, failed
  if several then
    files, failed = packages_files(world, a)
  else
    files, failed = new_manifests(world, { at = a.at, package = a.package, version = releases[1].version, old = releases[1].old, manifests = releases[1].manifests or {}, options = releases[1].options })
  end
  if not files then return nil, failed end
  for _, one in ipairs(releases) do
    if one.changelog then
      local text, err = new_changelog(world, a.at, one, a.releases and one.notes.section or a.notes)
      if not text then return nil, err end
      files[#files + 1] = { path = one.changelog, content = text }
    end
  end
  return files
end

--- "1.1.0 → 1.2.0 in Cargo.toml, CHANGELOG.md"; of several packages the folders.
local function describe(a)
  local names, title = {}, a.message:match "^[^\n]*"
  if a.releases and a.releases[1] and a.releases[1].package then
    for i, one in ipairs(a.releases) do
      local files = #one.manifests + (one.changelog and 1 or 0)
      if i <= 3 then names[i] = ("%s (%d file%s)"):format(one.path, files, files == 1 and "" or "s") end
    end
    local more = #a.releases - #names
    return ("%s: %s%s"):format(title, table.concat(names, ", "), more > 0 and (" and %d more"):format(more) or "")
  end
  local one = a.releases and a.releases[1] or a
  table.move(one.manifests or {}, 1, #(one.manifests or {}), 1, names)
  if one.changelog then names[#names + 1] = one.changelog end
  return ("%s: %s%s"):format(title, one.old and (one.old .. " → " .. one.version .. " in ") or "", #names > 0 and table.concat(names, ", ") or "no file")
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
    version = "version?", on = "text", at = "commit", manifests = "list?", message = "text", notes = "text?",
    changelog = "path?", package = "text?", old = "version?", releases = "list?", files = "list?", needed = "boolean?",
  },
  returns = { commit = "oid", tree = "oid" },
  tip = { branch = "on", at = "at", result = "commit" },
  undo_says = "move back",
  label = function() return "the release commit" end,
  example = 'p:bump { version = version, on = "main", manifests = facts.project.manifests, message = "Release 1.2.0" }',
  describe = describe,
  verify = function(world, a)
    local files, err = files_of(world, a)
    if not files then return "different", err end
    return commit_on.verify(world, a, files)
  end,
  apply = with_files(commit_on.apply),
  undo = commit_on.undo,
}
