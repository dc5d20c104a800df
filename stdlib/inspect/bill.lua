-- Bills of materials on the page: those that the lock files of the released commit give, byte by byte.
local bills = require "builder.bill"
local json = require "door.json"
local sorted_keys = require "pure.sorted_keys"

local M = { name = "bill" }

local kinds = { { "%.cdx%.json$", "cyclonedx" }, { "%.spdx%.json$", "spdx" } }

-- The same but for who wrote it: another Slipway may lay a document out otherwise.
local function tool_of(document)
  if type(document) ~= "table" then return nil end
  local components = document.metadata and document.metadata.tools and document.metadata.tools.components
  local creators = document.creationInfo and document.creationInfo.creators
  return components and components[1] and components[1].version or creators and tostring(creators[1]):match "slipway%-(.*)$"
end

local function check_one(world, found, name, kind, report)
  local there = world.file.read(found.assets[name].path) or ""
  local expected, err = bills.text(world, { kind = kind, commit = found.commit, version = found.version })
  if not expected then return report.unknown(name, err) end
  if there == expected then return report.same(name, "as the lock files give it") end
  local tool = tool_of(json.decode((there:gsub("%s+$", ""))))
  if tool and tool ~= world.slipway then return report.unknown(name, ("it was written by slipway %s, this is %s"):format(tool, world.slipway)) end
  report.different(name, "the lock files of the tag give another one")
end

function M.look(world, found, report)
  local names = sorted_keys(found.assets)
  for _, name in ipairs(names) do
    for _, kind in ipairs(kinds) do
      if name:find(kind[1]) then check_one(world, found, name, kind[2], report) end
    end
  end
end

return M
