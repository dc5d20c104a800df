-- The source of a commit as a folder and as an archive: what `git archive` would give, with its attributes export-ignore
-- and export-subst, packed so that the same commit gives the same bytes.
local errors = require "pure.errors"
local workspace = require "builder.workspace"

local M = {}

--- The folder that stands around everything in an archive of this name.
---@param name string
---@return string
function M.stem(name) return name:match "^(.+)%.tar%.%w+$" or name:match "^(.+)%.%a%w*$" or name end

--- The time that every entry gets: the commit's.
---@param world table
---@param commit oid
---@return integer
function M.time(world, commit)
  local found = world.repo:commit(commit)
  return found and found.committer.time or world.time
end

-- Attributes that say what belongs into an archive are rare: only then is git asked to make it.
local function has_attributes(world, commit)
  for _, entry in ipairs(world.repo:list { at = commit, recursive = true } or {}) do
    if entry.kind == "file" and entry.path:match "[^/]+$" == ".gitattributes" then
      local text = world.repo:read { at = commit, path = entry.path }
      if text and text:find "export%-[is]" then return true end
    end
  end
  return false
end

local function lay_exported(world, commit, folder)
  local packed = folder .. ".tar"
  local result, err = world.process.run { argv = { "git", "-C", world.project.root, "archive", "--format=tar", "--prefix=x/", "--output=" .. packed, commit } }
  if not result then return nil, err end
  if result.code ~= 0 then
    return nil, errors.new { code = "build.failed", message = ("git archive %s ended with %d"):format(commit:sub(1, 10), result.code), cause = result.err }
  end
  workspace.remove(world, folder)
  local done, failed = world.archive.extract { file = packed, to = folder, strip = 1 }
  world.file.remove(packed)
  return done and folder, failed
end

--- Lays the source of a commit into a fresh folder; workspace.remove takes it away.
---@param world table
---@param commit oid
---@param name string  of the folder
---@return string? folder, slipway.Error?
function M.lay(world, commit, name)
  local folder, err = workspace.checkout(world, commit, name)
  if not folder then return nil, err end
  if not has_attributes(world, commit) then return folder end
  return lay_exported(world, commit, folder)
end

--- Packs a laid source.
---@param world table
---@param o { folder: string, commit: oid, name: string, file: string, level: integer? }
---@return true?, slipway.Error?
function M.pack(world, o)
  local made, err = world.archive.create {
    from = o.folder, file = o.file, prefix = M.stem(o.name), time = M.time(world, o.commit), level = o.level, exclude = { ".git" },
  }
  return made and true, err
end

return M
