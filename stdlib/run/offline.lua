-- --offline: nobody is asked and nothing is sent. What needs the network says so, with exit 4, before anything is done.
local errors = require "pure.errors"

local M = {}

local function refuse(what)
  return errors.new { code = "run.offline", message = what .. " needs the network", hint = "again without --offline" }
end

--- A request that is never sent.
function M.request(o)
  local err = refuse((o.method or "GET") .. " " .. ((o.url or ""):match "^%a+://[^/]+" or "a request"))
  err.sent = false
  return nil, err
end

local travelling = { ls_remote = "asking", fetch = "fetching from", push = "pushing to" }

--- A repository, or a view of one, without the calls that travel.
---@param repo table
function M.repo(repo)
  return setmetatable({}, { __index = function(_, name)
    local doing = travelling[name]
    if doing then return function(_, o) return nil, refuse(("%s %s"):format(doing, tostring(o and o.remote))) end end
    return function(_, ...) return repo[name](repo, ...) end
  end })
end

--- What package managers are told, so that a build fails at once instead of waiting for a network.
M.variables = { CARGO_NET_OFFLINE = "true", UV_OFFLINE = "1", PIP_NO_INDEX = "1", npm_config_offline = "true", GOPROXY = "off" }

--- Runs programs with these variables.
---@param run fun(o: table): table?, slipway.Error?
function M.process(run)
  return function(o)
    local told = {}
    for key, value in pairs(o) do told[key] = value end -- order: a copy has none
    told.env = {}
    for name, value in pairs(M.variables) do told.env[name] = value end -- order: a set
    for name, value in pairs(o.env or {}) do told.env[name] = value end -- order: a set
    return run(told)
  end
end

-- Reading verbs that ask others while they wait.
local asks = { await = true, watch = true, dispatch = true, propose = true, milestone = true }

--- The first step of a plan that cannot be performed without the network.
---@param plan table
---@return slipway.Error?
function M.refusal(plan)
  for _, step in ipairs(plan.steps) do
    local leaves = (step.class == "remote" or step.class == "final") and step.verb ~= "run"
    if leaves or asks[step.verb] then return refuse(("%s (step %s)"):format(step.describe, step.id)) end
  end
end

return M
