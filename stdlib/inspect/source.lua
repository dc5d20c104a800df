-- Source archives on the page: made again from the tag; when the bytes differ, their content is compared file by file.
local source = require "builder.source"
local workspace = require "builder.workspace"

local M = { name = "source" }

-- Path → kind, and digest or target, of everything below a folder.
local function tree(world, folder, below, found)
  found = found or {}
  for _, name in ipairs(world.file.list(folder) or {}) do
    local path, shown = folder .. "/" .. name, below == "" and name or below .. "/" .. name
    local info = world.file.stat(path, { follow = false })
    if shown ~= ".git" and info then
      if info.kind == "folder" then
        tree(world, path, shown, found)
      elseif info.kind == "link" then
        found[shown] = "link to " .. tostring(world.file.realpath(path)):match "[^/]*$"
      else
        found[shown] = ((info.mode & 73) ~= 0 and "x " or "- ") .. tostring(world.digest.sha256 { file = path })
      end
    end
  end
  return found
end

local function differences(ours, theirs)
  local names, list = {}, {}
  for name in pairs(ours) do names[name] = true end -- order: a set
  for name in pairs(theirs) do names[name] = true end -- order: a set
  for name in pairs(names) do -- order: sorted below
    if ours[name] ~= theirs[name] then
      list[#list + 1] = name .. (not ours[name] and " is not in the tag" or not theirs[name] and " is missing" or " is not as in the tag")
    end
  end
  table.sort(list)
  return list
end

local function compare_content(world, found, name, folder, report)
  local unpacked = found.folder .. "/unpacked-" .. name
  local done, err = world.archive.extract { file = found.assets[name].path, to = unpacked, strip = 1 }
  if not done then return report.different(name, err) end
  local list = differences(tree(world, folder, ""), tree(world, unpacked, ""))
  world.file.remove_tree { path = unpacked, below = found.folder }
  if #list == 0 then return report.same(name, "the content is that of the tag, packed otherwise") end
  for i = 1, math.min(#list, 20) do report.different(name, list[i]) end
  if #list > 20 then report.different(name, ("and %d more"):format(#list - 20)) end
end

local function check_one(world, found, name, report)
  local folder, err = source.lay(world, found.commit, "verify-" .. name)
  if not folder then return report.unknown(name, err) end
  local again = found.folder .. "/again-" .. name
  local ok, failed = source.pack(world, { folder = folder, commit = found.commit, name = name, file = again })
  if not ok then
    report.unknown(name, failed)
  elseif world.digest.sha256 { file = again } == found.assets[name].sha256 then
    report.same(name, "packed again from the tag: the same bytes")
  else
    compare_content(world, found, name, folder, report)
  end
  world.file.remove(again)
  workspace.remove(world, folder)
end

function M.look(world, found, report)
  if not found.page then return end
  for _, artifact in ipairs(world.config.artifacts or {}) do
    if artifact.source and artifact.archive then
      local name = artifact.archive:gsub("{version}", (found.version:gsub("%%", "%%%%")))
      if found.assets[name] then check_one(world, found, name, report) else report.different(name, "slipway.lua promises it, and the page has none") end
    end
  end
end

return M
