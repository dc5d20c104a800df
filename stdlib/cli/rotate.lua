-- slipway doctor --rotate NAME: the way from an old token to a new one, and the proof that the new one works. The token
-- itself is never typed here: it goes straight to the place where it is kept.
local errors = require "pure.errors"
local near = require "pure.near"
local oidc = require "secret.oidc"
local references = require "secret.references"
local states = require "secret.state"
local host = require "door.host"

local M = {}

-- How a new value gets to its place, by scheme.
local places = {
  env = function(rest) return { ("export %s to the new value where it is set (shell, CI settings); this process sees only what it was started with"):format(rest) } end,
  file = function(rest)
    return { ("umask 077; cat >%s.new     then paste the token, Enter, Ctrl-D"):format(rest), ("mv %s.new %s"):format(rest, rest) }
  end,
  op = function(rest)
    local vault, item, field = rest:match "^//([^/]+)/([^/]+)/(.+)$"
    return { ("op item edit %s --vault %s '%s'     and give the value when it asks, or edit it in the app"):format(tostring(item), tostring(vault), tostring(field)) }
  end,
  pass = function(rest) return { ("pass insert --force %s"):format(rest) } end,
  keyring = function(rest)
    return { ("secret-tool store --label=slipway service %s account %s"):format(rest:match "^(.*)/" or rest, rest:match "[^/]*$") }
  end,
  gh = function(rest) return { ("gh auth login --hostname %s"):format(rest) } end,
  ["git-credential"] = function(rest) return { ("printf 'url=%s\\n' | git credential reject"):format(rest), "git fetch     and give the new one when git asks" } end,
}

-- Where new tokens are made.
local makers = {
  github = function(url) return ((url or "https://api.github.com"):gsub("/api/v3$", ""):gsub("//api%.github%.com", "//github.com")) .. "/settings/tokens" end,
  gitlab = function(url) return (url or "https://gitlab.com") .. "/-/user_settings/personal_access_tokens" end,
  gitea = function(url) return (url or "") .. "/user/settings/applications" end,
}
makers.forgejo = makers.gitea

local function find(config, name)
  local list, names = references.list(config), {}
  for i, entry in ipairs(list) do
    if entry.name == name or entry.name == "secrets." .. name then return entry end
    names[i] = entry.name
  end
  return nil, errors.new {
    code = "usage.wrong", message = ("slipway.lua has no secret '%s'%s"):format(name, near.suggest(name, names)),
    hint = #names > 0 and "slipway doctor --rotate " .. table.concat(names, " | ") or "slipway help config: secrets",
  }
end

-- The reference whose value a person keeps.
local function kept(entry)
  for _, ref in ipairs(entry.refs) do
    if not ref:find "^oidc:" then return ref end
  end
end

--- What to do, line by line.
---@param config table
---@param entry { name: string, refs: string[] }
---@return string[]
local function steps(config, entry)
  local lines = {}
  local maker = entry.name:find "^forge%." and config.forge and makers[config.forge.kind]
  lines[1] = maker and ("make a new token with the same rights: %s"):format(maker(config.forge.url)) or "make a new token with the same rights where the old one was made; leave the old one alive"
  local scheme, rest = kept(entry):match "^([%l-]+):(.*)$"
  for _, line in ipairs(places[scheme](rest)) do lines[#lines + 1] = line end
  lines[#lines + 1] = "slipway proves the new one"
  lines[#lines + 1] = "then revoke the old token where it was made"
  return lines
end

local function fingerprint(state) return state.secret and tostring(state.secret):match "#(%x+)" end

--- Is the value another one, and does its service take it?
local function prove(context, engine, entry, before)
  local world = require("run.engine").reader(engine)
  local state = states.of(world, entry, { prove = true, identity = function(ref) return oidc.is_present(ref, host.getenv) end })
  local changed = fingerprint(state) ~= before
  local proven = state.ok and changed
  context.out.say(("  now      %s"):format(state.text))
  if not changed then context.out.say "  it is still the old one" end
  if proven then context.out.say(states.can_prove(entry.name) and "  the new token works; revoke the old one now" or "  it is another one; whether its service takes it shows its first use") end
  context.out.object("rotation", { name = entry.name, changed = changed, accepted = state.ok, proven = proven, text = state.text })
  if proven then return 0 end
  if not state.ok then return nil, errors.new { code = state.code or "secret.missing", message = ("%s: %s"):format(entry.name, state.text), hint = state.hint } end
  return nil, errors.new { code = "secret.unchanged", message = ("%s still holds the old value"):format(kept(entry)), hint = "store the new one, then again: slipway doctor --rotate " .. entry.name }
end

---@param context slipway.Context
---@param engine slipway.Engine
---@param name string  "forge.token", "push"
function M.run(context, engine, name)
  local entry, err = find(engine.project.config, name)
  if not entry then return nil, err end
  if not kept(entry) then
    return nil, errors.new { code = "usage.wrong", message = entry.name .. " is made anew for every CI job: there is nothing to rotate", hint = "slipway doctor" }
  end
  local world = require("run.engine").reader(engine)
  local before = states.of(world, { name = entry.name, refs = { kept(entry) } }, { prove = false })
  context.out.say(("%s, kept at %s"):format(entry.name, kept(entry)))
  context.out.say(("  before   %s"):format(before.text))
  for i, line in ipairs(steps(engine.project.config, entry)) do context.out.say(("  %d  %s"):format(i, line)) end
  local old = fingerprint(before)
  before.secret = nil
  if context:ask "Press Enter when the new token is in its place (Ctrl-C stops): " == nil then
    context.out.object("rotation", { name = entry.name, steps = steps(engine.project.config, entry), text = before.text })
    return 0
  end
  return prove(context, engine, { name = entry.name, refs = { kept(entry) } }, old)
end

return M
