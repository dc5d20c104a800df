-- The tools whose settings are read, those that decide versions first: where two of them differ, the first one counts.
local errors = require "pure.errors"

local M = {}

---@type { name: string, module: string, marks: string[] }[]  marks: names of its own files, as Lua patterns
M.list = {
  { name = "semantic-release", module = "semantic_release", marks = { "^%.releaserc", "^release%.config%.[cm]?[jt]s$" } },
  { name = "release-please", module = "release_please", marks = { "^release%-please%-config%.json$", "^%.release%-please%-manifest%.json$" } },
  { name = "changesets", module = "changesets", marks = { "^%.changeset$" } },
  { name = "python-semantic-release", module = "python_semantic_release", marks = { "^releaserc%.toml$" } },
  { name = "commitizen", module = "commitizen", marks = { "^%.?cz%.toml$", "^%.?cz%.json$", "^%.?cz%.yaml$" } },
  { name = "cocogitto", module = "cocogitto", marks = { "^cog%.toml$" } },
  { name = "release-it", module = "release_it", marks = { "^%.release%-it%." } },
  { name = "standard-version", module = "standard_version", marks = { "^%.versionrc" } },
  { name = "cargo-release", module = "cargo_release", marks = { "^release%.toml$" } },
  { name = "bump-my-version", module = "bump_my_version", marks = { "^%.bumpversion%." } },
  { name = "git-cliff", module = "git_cliff", marks = { "^%.?cliff%.toml$" } },
  { name = "towncrier", module = "towncrier", marks = { "^towncrier%.toml$" } },
  { name = "goreleaser", module = "goreleaser", marks = { "^%.?goreleaser%.ya?ml$" } },
  { name = "mise", module = "mise", marks = { "^%.?mise%.toml$" } },
}

---@return string[]
function M.names()
  local names = {}
  for i, entry in ipairs(M.list) do names[i] = entry.name end
  return names
end

--- Files of other release tools among the names of a folder: by name alone, nothing is read.
---@param names string[]
---@return string[]
function M.files(names)
  local found = {}
  for _, name in ipairs(names) do
    for _, entry in ipairs(M.list) do
      for _, mark in ipairs(entry.marks) do
        if name:find(mark) then found[#found + 1] = name end
      end
    end
  end
  return found
end

--- What one tool's settings become; nil when the project has none.
---@param name string
---@param files table
---@return slipway.importer.Entry[]?, slipway.Error?
function M.import(name, files)
  for _, entry in ipairs(M.list) do
    if entry.name == name then
      local ok, list, err = pcall(require("importer." .. entry.module).import, files)
      if ok then return list, err end
      return nil, errors.new {
        code = "import.unreadable", message = ("%s: its configuration is not shaped as %s reads it"):format(name, name),
        hint = "slipway init --import none   leaves it out",
      }
    end
  end
end

-- A configuration that is a program is told, not run; where it was named it is refused.
local function unread(name, err)
  return { tool = name, file = err.message:match "^(%S+):" or name, name = "the whole file", verdict = "none", why = err.message:match "^%S+: (.*)$", instead = "write it as data and run slipway init again" }
end

--- All entries of several tools, and the files they came from.
---@param names string[]
---@param files table
---@param named boolean?  must there be a configuration, and can it be read?
---@return slipway.importer.Entry[]?, string[]|slipway.Error sources
function M.import_all(names, files, named)
  local entries, sources, seen = {}, {}, {}
  for _, name in ipairs(names) do
    local list, err = M.import(name, files)
    if err and named then return nil, err end
    if err then list = { unread(name, err) } end
    if named and not list then
      return nil, errors.new { code = "import.not_found", message = ("there is no configuration of %s here"):format(name), hint = "slipway init" }
    end
    for _, entry in ipairs(list or {}) do
      entries[#entries + 1] = entry
      if not seen[entry.file] then seen[entry.file], sources[#sources + 1] = true, entry.file end
    end
  end
  return entries, sources
end

return M
