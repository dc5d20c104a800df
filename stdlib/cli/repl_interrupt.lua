-- Ctrl-C while an entry runs: it raises in the entry, wherever that is, but not inside the engine.
local loop = require "door.loop"

local M = {}

--- What is raised.
M.raised = setmetatable({}, { __tostring = function() return "interrupted" end })

local function watch()
  if loop.interrupted() then error(M.raised, 0) end
end

-- The engine looks for Ctrl-C itself, between steps: it must not be torn out of one.
---@param body function
function M.unwatched(body, ...)
  local hook, mask, count = debug.gethook()
  debug.sethook()
  local results = table.pack(pcall(body, ...))
  debug.sethook(hook, mask, count)
  if not results[1] then error(results[2], 0) end
  return table.unpack(results, 2, results.n)
end

--- Runs a body that Ctrl-C ends.
---@param body function
---@param handler fun(raised: any): any
function M.watched(body, handler)
  loop.forget_interrupt()
  debug.sethook(watch, "", 10000)
  local results = table.pack(xpcall(body, handler))
  debug.sethook()
  loop.forget_interrupt()
  return results
end

--- The coroutine library, whose coroutines are watched too.
function M.coroutines()
  local copy = {}
  for name, value in pairs(coroutine) do
    copy[name] = value
  end -- order: a copy has none
  function copy.create(body)
    local thread = coroutine.create(body)
    debug.sethook(thread, watch, "", 10000)
    return thread
  end
  function copy.wrap(body)
    local thread = copy.create(body)
    return function(...)
      local results = table.pack(coroutine.resume(thread, ...))
      if not results[1] then error(results[2], 0) end
      return table.unpack(results, 2, results.n)
    end
  end
  return copy
end

return M
