-- Looks into a built package: unpacks it below the run's folder, hands the folder over, and takes it away again.
local M = {}

--- Calls `body(folder)` with the unpacked file; what it returns is returned.
---@param world table
---@param path string  of the archive
---@param strip integer  leading components that are dropped
---@param body fun(folder: string): ...
function M.with(world, path, strip, body)
  local base = world.run.dir .. "/unpacked"
  local folder = ("%s/%s"):format(base, world.digest.sha256(path):sub(1, 16))
  local ok, err = world.file.mkdir { path = base, parents = true }
  if not ok then return nil, err end
  if world.file.stat(folder) then world.file.remove_tree { path = folder, below = base } end
  ok, err = world.archive.extract { file = path, to = folder, strip = strip }
  if not ok then return nil, err end
  local results = table.pack(body(folder))
  world.file.remove_tree { path = folder, below = base }
  return table.unpack(results, 1, results.n)
end

return M
