-- Every checker in pure/config is the checker of a key, and its key says so.
local here = debug.getinfo(1, "S").source:match "^@(.*)/[^/]*$"
local tree = assert(loadfile(here .. "/tree.lua", "t", _G))()
local config = require "pure.config"

test("a key of slipway.lua with a checker in pure/config is marked as shaped, and the other way round", function()
  local marked, files = {}, {}
  for _, key in ipairs(config.keys) do
    if key.shaped then marked[#marked + 1] = key.name end
  end
  for _, path in ipairs(tree.paths(tree.read(here .. "/../.."), "^stdlib/pure/config/")) do
    local name = path:match "([%w_]+)%.lua$"
    if name ~= "check" then files[#files + 1] = name end
  end
  table.sort(marked)
  table.sort(files)
  check.equal(marked, files)
end)
