-- Debian packages, made by a program that knows how: CPack from the project's own CMake install rules, or nfpm from its
-- file of settings. Both are told the commit's time, so that the same commit gives the same bytes.
local errors = require "pure.errors"
local workspace = require "builder.workspace"

local M = {}

local function found_in(world, folder)
  local names = {}
  for _, name in ipairs(world.file.list(folder) or {}) do
    if name:find "%.deb$" then names[#names + 1] = name end
  end
  return names
end

local function commands_of(o, out)
  if o.with == "nfpm" then return { { "nfpm", "package", "--config", o.config, "--packager", "deb", "--target", out } } end
  local build = out .. "/build"
  return {
    { "cmake", "-S", ".", "-B", build, "-DCMAKE_BUILD_TYPE=Release", "-DCMAKE_INSTALL_PREFIX=/usr" },
    { "cmake", "--build", build },
    { "cpack", "--config", o.config or build .. "/CPackConfig.cmake", "-G", "DEB", "-B", out },
  }
end

--- Makes one package in a checkout of the released commit.
---@param world table
---@param o { with: "cpack"|"nfpm", config: string?, folder: string, to: string, files: table[], version: string, time: integer, name: string }
---@return true?, slipway.Error?
function M.make(world, o)
  local out = o.folder .. "/.slipway-deb"
  local ok, err = world.file.mkdir { path = out }
  if not ok then return nil, err end
  for _, file in ipairs(o.files) do -- what the target built, for nfpm to find beside its settings
    ok, err = world.file.copy { from = file.path, to = o.folder .. "/" .. file.name }
    if not ok then return nil, err end
  end
  ok, err = workspace.run(world, o.folder, commands_of(o, out), {
    name = "deb-" .. o.name, env = { SOURCE_DATE_EPOCH = tostring(o.time), VERSION = o.version },
  })
  if not ok then return nil, err end
  local names = found_in(world, out)
  if #names ~= 1 then
    return nil, errors.new { code = "build.no_product", message = ("%s made %d packages for %s, not one: %s"):format(o.with, #names, o.name, table.concat(names, ", ")), hint = "slipway help config: artifacts" }
  end
  return world.file.copy { from = out .. "/" .. names[1], to = o.to }
end

return M
