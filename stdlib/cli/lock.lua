-- slipway lock: who holds the project's lock; slipway lock break --reason TEXT takes it from a dead holder.
local clock = require "door.clock"
local errors = require "pure.errors"
local lock = require "door.lock"
local store = require "run.store"

local M = {}

local function describe(holder)
  return ("process %s on %s since %s%s"):format(tostring(holder.pid), tostring(holder.host), holder.since and clock.iso(holder.since) or "?", holder.reason and ": " .. holder.reason or "")
end

function M.run(context, words)
  local o, err = context:parse("lock", words, function(parser)
    parser:argument("action"):args "?"
    parser:option "--reason"
    parser:flag "--force"
  end)
  if not o then return err == 0 and 0 or nil, err end
  local engine, failed = context:engine()
  if not engine then return nil, failed end
  local path = store.dir(engine.project) .. "/lock"
  if o.action == "break" then
    if not o.reason then return nil, errors.new { code = "usage.wrong", message = "lock break needs --reason TEXT", hint = "slipway lock break --reason TEXT" } end
    local ok, refused = lock.break_ { path = path, reason = o.reason, force = o.force }
    if not ok then return nil, refused end
    context.out.object("lock", { held = false, broken = true })
    context.out.say "the lock is free"
    return 0
  elseif o.action and o.action ~= "show" then
    return nil, errors.new { code = "usage.wrong", message = ("lock knows show and break, not '%s'"):format(o.action), hint = "slipway lock" }
  end
  local holder, unread = lock.show(path)
  if unread then return nil, unread end
  context.out.object("lock", { held = holder ~= nil, holder = holder })
  context.out.say(holder and "held by " .. describe(holder) or "the lock is free")
  return 0
end

return M
