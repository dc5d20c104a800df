-- The release page: there, public, and every file of it fetched as a user would fetch it. What is fetched is what the
-- checks after this one look at.
local schema = require "pure.schema"

local M = { name = "page" }

local function fetch(world, found, page, asset)
  local path = found.folder .. "/" .. asset.name
  world.progress("fetching " .. asset.name)
  -- without its own word about the digest, a forge is made to hand the bytes over
  local digest, err = world.forge.digest(page, setmetatable({ sha256 = false }, { __index = asset }), path)
  if not digest then return nil, err end
  local info = world.file.stat(path)
  if not info then return nil, "it could not be fetched" end
  digest = world.digest.sha256 { file = path }
  if asset.sha256 and asset.sha256 ~= digest then return nil, ("what was fetched is %s, the forge says %s"):format(digest:sub(1, 16), asset.sha256:sub(1, 16)), true end
  return { name = asset.name, path = path, size = info.size, sha256 = digest }
end

function M.look(world, found, report)
  if not world.config.forge then return report.absent("the release page", "no forge is configured") end
  local page, err = world.forge.release(found.tag)
  if err then return report.unknown("the release page", err) end
  if not page then return report.different("the release page", ("there is none for %s"):format(found.tag)) end
  found.page = page
  if page.draft then report.different("the release page", "it is a draft, not public") else report.same("the release page", page.url) end
  for _, asset in ipairs(page.assets) do
    if not schema.is_component(asset.name) then
      report.different(asset.name, "no file can have that name")
    elseif found.assets[asset.name] then
      report.different(asset.name, "it is on the page twice")
    else
      local file, why, wrong = fetch(world, found, page, asset)
      if file then found.assets[asset.name] = file end
      if not file then report[wrong and "different" or "unknown"](asset.name, why) end
    end
  end
end

return M
