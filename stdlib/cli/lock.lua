-- slipway lock [show|break] [TARGET]: who holds the project's lock, here and on the remote, or the one of a target's
-- builds; break --reason TEXT takes it from a dead holder, with --channel the one on the remote.
local clock = require "door.clock"
local errors = require "pure.errors"
local lock = require "door.lock"
local remote_lock = require "run.remote_lock"
local store = require "run.store"

local M = {}

local function describe(holder)
  if holder.script then return ("a script since %s%s"):format(holder.since and clock.iso(holder.since) or "?", holder.alive and "" or ", left behind") end
  return ("process %s on %s since %s%s"):format(tostring(holder.pid), tostring(holder.host), holder.since and clock.iso(holder.since) or "?", holder.reason and ": " .. holder.reason or "")
end

local function describe_remote(record)
  return ("%s: held by %s on %s since %s, run %s, epoch %d"):format(record.channel, record.user, record.host, clock.iso(record.since) or "?", record.run, record.epoch)
end

--- The locks on the remote, where policy uses them. Asked of nobody with --offline.
local function remote_records(engine)
  if not remote_lock.is_wanted(engine.project) or engine.offline then return {} end
  return remote_lock.all(engine.project)
end

local function break_remote(context, engine, o)
  if engine.offline then return nil, errors.new { code = "run.offline", message = "a lock on the remote cannot be broken with --offline", hint = "again without --offline" } end
  local record, err = remote_lock.break_(engine.project, o.channel, o.reason)
  if err then return nil, err end
  context.out.object("lock", { held = false, broken = record ~= nil, remote = record })
  context.out.say(record and "broken: " .. describe_remote(record) or ("nobody holds the channel '%s' on the remote"):format(o.channel))
  return 0
end

--- The lock that is meant: the project's, or the one of a target.
local function path_of(engine, name)
  if not name then return store.dir(engine.project) .. "/lock" end
  local reader = require("run.engine").reader(engine)
  local builds, err = require("fact.builds").ask(reader, { version = "0.0.0", targets = { name } })
  if not builds then return nil, err end
  local args = builds[1]
  if not args.lock then return nil, errors.new { code = "usage.wrong", message = ("builds of %s take no lock"):format(name) } end
  return require("builder.locks").path(reader, args.lock), nil, true
end

local function break_lock(context, engine, o, path, of_build)
  if not o.reason then return nil, errors.new { code = "usage.wrong", message = "lock break needs --reason TEXT", hint = "slipway lock break --reason TEXT" } end
  if o.channel then return break_remote(context, engine, o) end
  local config = engine.project.config
  local ok, refused = lock.break_ { path = path, reason = o.reason, force = o.force, stale_after = of_build and require("builder.locks").stale_after(config) or nil }
  if not ok then return nil, refused end
  context.out.object("lock", { held = false, broken = true, path = path })
  context.out.say "the lock is free"
  return 0
end

function M.run(context, words)
  local o, err = context:parse("lock", words, function(parser)
    parser:argument("action"):args "?"
    parser:argument("target"):args "?"
    parser:option "--reason"
    parser:option "--channel"
    parser:flag "--force"
  end)
  if not o then return err == 0 and 0 or nil, err end
  if o.action and o.action ~= "show" and o.action ~= "break" then
    return nil, errors.new { code = "usage.wrong", message = ("lock knows show and break, not '%s'"):format(o.action), hint = "slipway lock" }
  end
  local engine, failed = context:engine()
  if not engine then return nil, failed end
  local path, unknown, of_build = path_of(engine, o.target)
  if not path then return nil, unknown end
  if o.action == "break" then return break_lock(context, engine, o, path, of_build) end
  local holder, unread = lock.show(path)
  if unread then return nil, unread end
  local records, unasked
  if of_build then records = {} else records, unasked = remote_records(engine) end
  if not records then return nil, unasked end
  context.out.object("lock", { held = holder ~= nil, holder = holder, path = path, remote = records })
  local free = of_build and "the lock is free: " .. path or "the lock is free"
  context.out.say(holder and "held by " .. describe(holder) or free)
  for _, record in ipairs(records) do context.out.say("on the remote, channel " .. describe_remote(record)) end
  return 0
end

return M
