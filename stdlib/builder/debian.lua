-- The inside of a Debian package: an `ar` archive (ar(5), deb(5)) of debian-binary, control.tar and data.tar. The two are
-- unpacked by our own archive door, which lets nothing out of its folder.
local errors = require "pure.errors"

local M = {}

-- As much as one piece of a file may be; the packed content of a package is taken apart in memory.
local LIMIT = 64 * 1024 * 1024

local function broken(path, why)
  return nil, errors.new { code = "archive.corrupt", message = ("%s is no Debian package: %s"):format(path:match "[^/]+$", why) }
end

--- Its members: { name, offset, size }.
---@param world table
---@param path string
---@return table[]? members, slipway.Error?
function M.members(world, path)
  local size = (world.file.stat(path) or {}).size or 0
  if world.file.piece { path = path, offset = 0, size = 8 } ~= "!<arch>\n" then return broken(path, "it is no ar archive") end
  local list, at = {}, 8
  while at < size do
    local head = world.file.piece { path = path, offset = at, size = 60 } or ""
    local name, length = head:match "^(%S+) *", tonumber(head:sub(49, 58):match "^%d+")
    if #head < 60 or head:sub(59, 60) ~= "`\n" or not name or not length or at + 60 + length > size then return broken(path, "a member of it is cut off") end
    list[#list + 1] = { name = name:gsub("/$", ""), offset = at + 60, size = length }
    at = at + 60 + length + length % 2
    if #list > 16 then return broken(path, "it has too many members") end
  end
  return list
end

local function take(world, path, members, stem, folder)
  for _, member in ipairs(members) do
    if member.name:sub(1, #stem) == stem then
      if member.size > LIMIT then return nil, errors.new { code = "archive.limit", message = ("%s in %s has more than %d bytes"):format(member.name, path:match "[^/]+$", LIMIT) } end
      local packed = folder .. "/" .. member.name
      local text, err = world.file.piece { path = path, offset = member.offset, size = member.size }
      if not text then return nil, err end
      local ok, failed = world.file.write { path = packed, text = text }
      if not ok then return nil, failed end
      local to = folder .. "/" .. stem
      local done, wrong = world.archive.extract { file = packed, to = to }
      if not done then return nil, wrong end
      return to
    end
  end
  return broken(path, "it has no " .. stem)
end

--- Unpacks it below a new folder.
---@param world table
---@param path string
---@param folder string
---@return { folder: string, name: string?, version: string?, architecture: string? }?, slipway.Error?
function M.unpack(world, path, folder)
  local members, err = M.members(world, path)
  if not members then return nil, err end
  local ok, failed = world.file.mkdir { path = folder, parents = true }
  if not ok then return nil, failed end
  local control, wrong = take(world, path, members, "control.tar", folder)
  if not control then return nil, wrong end
  local data, bad = take(world, path, members, "data.tar", folder)
  if not data then return nil, bad end
  local text = "\n" .. (world.file.read(control .. "/control") or "")
  local function field(name) return text:match("\n" .. name .. ":%s*([^\n]*)") end
  return { folder = data, name = field "Package", version = field "Version", architecture = field "Architecture" }
end

return M
