-- Asks an ecosystem's own client what it takes for granted: where it publishes when nobody names a place.
local M = {}

-- A client answers the same for as long as this process lives.
local answers = {}

--- What a client prints; nil when it is not there or refuses.
---@param world table
---@param argv string[]
---@return string?
function M.output(world, argv)
  if not world.process.which(argv[1]) then return nil end
  local key = table.concat(argv, "\0")
  if answers[key] == nil then
    local result = world.process.ask and world.process.ask(argv) or world.process.run and world.process.run { argv = argv, dir = "/", timeout = 30000 }
    answers[key] = result and result.code == 0 and result.out or false
  end
  return answers[key] or nil
end

return M
