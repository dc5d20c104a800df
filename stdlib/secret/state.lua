-- The state of one secret of slipway.lua, without showing it: is it there, does its service take it, what may it do,
-- until when? Presence is looked at in its place; a token of a CI's job is only exchanged when it is used.
local errors = require "pure.errors"

local M = {}

local SOON <const> = 14 * 86400

--- Seconds of "2026-12-01", "2026-12-01 12:00:00 UTC" or ISO 8601.
local function moment(world, text)
  if type(text) ~= "string" then return nil end
  return world.clock.parse((text:gsub(" UTC$", "Z"):gsub("^(%S+) (%d)", "%1T%2"):gsub(" ", "")))
end

local function days(seconds) return ("%d day%s"):format(seconds // 86400, seconds // 86400 == 1 and "" or "s") end

--- Adds what a service said of a token.
local function with_terms(world, state, terms)
  if terms.scopes and terms.scopes ~= "" then state.text = state.text .. ", scopes " .. terms.scopes end
  local ends = moment(world, terms.expires)
  if not ends then return state end
  local left = ends - world.time
  state.expires = ends
  if left <= 0 then
    return { ok = false, code = "secret.expired", text = ("%s, expired on %s"):format(state.text, world.clock.date(ends)), hint = "slipway doctor --rotate " .. state.name }
  end
  state.text = ("%s, expires on %s, in %s"):format(state.text, world.clock.date(ends), days(left))
  if left < SOON then state.ok, state.advice, state.hint = false, true, "slipway doctor --rotate " .. state.name end
  return state
end

-- place → how its service is asked whether it takes the secret. Each returns terms, or nil and an error.
local provers = {}

provers["forge.token"] = function(world)
  local ok, err = world.forge.check()
  if not ok then return nil, err end
  return world.forge.token and world.forge.token() or {}
end

provers["secrets.push"] = function(world)
  if not world.project.remote then return {} end
  local view, err = world.repo:ls_remote { remote = world.project.remote, patterns = { "HEAD" }, credential = world.credential() }
  return view and {}, err
end

---@param name string
---@return boolean
function M.can_prove(name) return provers[name] ~= nil end

local function failed(name, err)
  err = errors.adopt(err)
  return { name = name, ok = false, code = err.code, text = tostring(err), hint = err.hint }
end

--- Looks for it, and asks its service where there is a harmless question.
---@param world table  of facts
---@param entry { name: string, refs: string[] }
---@param o { prove: boolean, identity: fun(ref: string): boolean }  identity: does a CI vouch for an oidc: reference?
---@return { name: string, ok: boolean, text: string, hint: string?, code: string?, advice: boolean?, expires: integer?, secret: any }
function M.of(world, entry, o)
  local first = entry.refs[1]
  if first:find "^oidc:" and o.identity(first) then
    return { name = entry.name, ok = true, text = first .. ": this CI vouches for its job; the token is made when it is needed" }
  end
  local rest = {}
  for _, ref in ipairs(entry.refs) do
    if not ref:find "^oidc:" then rest[#rest + 1] = ref end
  end
  if #rest == 0 then
    return failed(entry.name, errors.new { code = "secret.no_identity", message = first .. ": no CI vouches for this process", hint = "outside a CI a token is needed: { \"" .. first .. "\", \"env:…\" }" })
  end
  local value, used = world.secret.resolve { ref = rest, dir = world.project.root }
  if not value then return failed(entry.name, used) end
  local state = { name = entry.name, ok = true, text = tostring(value), secret = value }
  if not o.prove or world.offline or not provers[entry.name] then return state end
  local asked, terms, err = pcall(provers[entry.name], world)
  if not asked then terms, err = nil, terms end
  if not terms then return failed(entry.name, err) end
  state.text = state.text .. ", accepted"
  return with_terms(world, state, terms)
end

return M
