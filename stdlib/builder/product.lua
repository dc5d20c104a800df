-- Built files of a run: kept below the run's folder with their digests in a list, so that a resume finds what is
-- done and a later step gets exactly what was built.
local canon = require "door.canon"
local errors = require "pure.errors"
local json = require "door.json"

local M = {}

--- Where a step keeps its files. Each kind of step has a folder of its own: an archive may be called as a target is.
---@param world table
---@param kind string  the verb
---@param name string  one component of a path (type "name" of pure.schema)
---@return string
function M.folder(world, kind, name) return ("%s/files/%s/%s"):format(world.run.dir, kind, name) end

--- The files that were recorded, if all are there unchanged.
---@param world table
---@param kind string
---@param name string
---@return { name: string, path: string, size: integer, sha256: string }[]?  nil: not made, or not whole
---@return string? why
function M.read(world, kind, name)
  local text = world.file.read(M.folder(world, kind, name) .. "/list.json")
  local files = text and json.decode(text)
  if not files then return nil end
  for _, file in ipairs(files) do
    local digest = world.digest.sha256 { file = file.path }
    if digest ~= file.sha256 then return nil, ("%s has changed since it was built"):format(file.name) end
  end
  return files
end

--- What besides the files is known of how they were made: where, and how long it took. Written before the list.
---@param value table?  nil: read it
---@return table?, slipway.Error?
function M.made(world, kind, name, value)
  local path = M.folder(world, kind, name) .. "/made.json"
  if not value then return json.decode(world.file.read(path) or "{}") or {} end
  local ok, err = world.file.write { path = path, text = canon.encode(value) }
  if not ok then return nil, err end
  return value
end

--- Records files as the product of a step.
---@param world table
---@param kind string
---@param name string
---@param paths { name: string, path: string, about: table? }[]
---@return table[]? files, slipway.Error?
function M.write(world, kind, name, paths)
  local files = {}
  for i, entry in ipairs(paths) do
    local digest, err = world.digest.sha256 { file = entry.path }
    if not digest then return nil, err end
    files[i] = { name = entry.name, path = entry.path, size = world.file.stat(entry.path).size, sha256 = digest, about = entry.about }
  end
  local text = canon.encode(json.array(files))
  local ok, err = world.file.write { path = M.folder(world, kind, name) .. "/list.json", text = text }
  if not ok then return nil, err end
  return files
end

--- Files are handed from step to step with the digest they were built with; whoever packs, signs or uploads them looks
--- first whether they are still those.
---@param world table
---@param files any  artifacts, nested as they come
---@return table[]? files flat, slipway.Error?  build.changed
function M.frozen(world, files)
  local list = M.flatten(files)
  for _, file in ipairs(list) do
    local digest, err = world.digest.sha256 { file = file.path }
    if digest ~= file.sha256 then
      return nil, errors.new {
        code = "build.changed", cause = err and tostring(err) or ("it was %s, it is %s"):format(file.sha256:sub(1, 16), digest:sub(1, 16)),
        message = ("%s is not the file that was built and approved"):format(file.name), hint = "slipway undo, then release again; or put the file back: " .. file.path,
      }
    end
  end
  return list
end

--- Removes the product of a step.
function M.remove(world, kind, name)
  local folder = M.folder(world, kind, name)
  if not world.file.stat(folder) then return true end
  return world.file.remove_tree { path = folder, below = world.run.dir }
end

--- A flat list of the files in a list that may hold lists.
---@param value any
---@param found table[]?
---@return table[]
function M.flatten(value, found)
  found = found or {}
  if type(value) ~= "table" then return found end
  if value.sha256 and value.path then
    found[#found + 1] = value
    return found
  end
  for _, item in ipairs(value) do M.flatten(item, found) end
  return found
end

return M
