-- The lock that other machines see: refs/slipway/lock/<channel> on the remote, moved by compare-and-swap. Its record says
-- who holds it and carries an epoch that grows whenever the lock changes hands by force. Asked again before every final
-- step. It is kept while a run is unfinished and given back when the run is sealed; `policy.remote_lock = true` turns it on.
local channels = require "pure.channels"
local clock = require "door.clock"
local errors = require "pure.errors"
local host = require "door.host"
local json = require "door.json"
local remote_ref = require "run.remote_ref"

local M = {}

local PREFIX = "refs/slipway/lock/"

---@param channel string
---@return string
function M.ref(channel) return PREFIX .. channels.ref_name(channel) end

---@param project table
---@return boolean
function M.is_wanted(project) return (project.config.policy or {}).remote_lock == true and project.remote ~= nil and project.remote ~= false end

local function machine()
  local name = require("door.file").read "/proc/sys/kernel/hostname"
  return name and name:gsub("%s+$", "") or "?"
end

local function describe(record)
  return ("%s on %s since %s, run %s"):format(record.user, record.host, clock.iso(record.since) or "?", record.run)
end

local function held(record)
  local err = errors.new {
    code = "lock.remote_held", message = ("the channel '%s' is held by %s"):format(record.channel, describe(record)),
    hint = ("finish that run there; if it is gone: slipway lock break --channel %s --reason TEXT"):format(record.channel),
  }
  err.holder = record
  return err
end

local function lost(record)
  return errors.new {
    code = "lock.lost", hint = "slipway lock",
    message = record and ("the lock of the channel '%s' changed hands: %s%s"):format(record.channel, record.free and "broken by " or "held by ",
      record.free and ("%s on %s: %s"):format(record.user, record.host, tostring(record.reason)) or describe(record)) or "the lock on the remote is gone",
  }
end

local function new_record(o, epoch)
  return {
    channel = o.channel, run = o.run, epoch = epoch, user = host.getenv "USER" or "?", host = machine(), since = clock.now(),
    nonce = assert(clock.random_hex(8)), reason = o.reason, free = o.free,
  }
end

local function put(project, record, before)
  return remote_ref.put(project, M.ref(record.channel), {
    text = json.encode(record), expect = before, message = ("slipway lock of %s, epoch %d: %s"):format(record.channel, record.epoch, record.free and "free" or record.run),
  })
end

--- What the remote says of a channel's lock.
---@return { oid: oid, record: table }?, slipway.Error?  nil, nil: nobody has held it yet
function M.show(project, channel)
  local found, err = remote_ref.read(project, M.ref(channel))
  if not found then return nil, err end
  local record = json.decode(found.text)
  if type(record) ~= "table" or math.type(record.epoch) ~= "integer" then
    return nil, errors.new { code = "lock.remote_refused", message = ("%s on %s is no lock of slipway"):format(M.ref(channel), project.remote) }
  end
  return { oid = found.oid, record = record }
end

--- The records of all channels, by name.
---@return table[]?, slipway.Error?
function M.all(project)
  local refs, err = remote_ref.list(project, PREFIX .. "*")
  if not refs then return nil, err end
  local channels, records = {}, {}
  for name in pairs(refs) do channels[#channels + 1] = name:sub(#PREFIX + 1) end -- order: sorted below
  table.sort(channels)
  for _, channel in ipairs(channels) do
    local found, failed = M.show(project, channel)
    if failed then return nil, failed end
    if found and not found.record.free then records[#records + 1] = found.record end
  end
  return records
end

local handle = {}
handle.__index = handle

--- Is it still ours? Errors: lock.lost, those of asking a remote.
function handle:check()
  local refs, err = remote_ref.list(self.project, M.ref(self.channel))
  if not refs then return nil, err end
  if refs[M.ref(self.channel)] == self.oid then return true end
  local found = M.show(self.project, self.channel)
  return nil, lost(found and found.record)
end

--- Gives it back. What is no longer ours stays as it is.
function handle:release()
  if not self.oid then return true end
  local moved, err = remote_ref.move(self.project, M.ref(self.channel), nil, self.oid)
  self.oid = nil
  return moved ~= nil, err
end

-- The locks of several channels, as one.
local bundle = {}
bundle.__index = bundle

function bundle:check()
  for _, lock in ipairs(self) do
    local ok, err = lock:check()
    if not ok then return nil, err end
  end
  return true
end

function bundle:release()
  local all, err = true, nil
  for i = #self, 1, -1 do
    local ok, failed = self[i]:release()
    if not ok then all, err = nil, failed end
  end
  return all, err
end

--- Takes the locks of a plan's channels for a run, in an order that is everybody's; all or none.
---@param project table
---@param o { channel: string, run: string }
---@return table? handle, slipway.Error?
function M.acquire(project, o)
  local names = channels.names(o.channel)
  if #names == 1 then return M.acquire_one(project, o) end
  table.sort(names)
  local held_so_far = setmetatable({}, bundle)
  for _, name in ipairs(names) do
    local lock, err = M.acquire_one(project, { channel = name, run = o.run })
    if not lock then
      held_so_far:release()
      return nil, err
    end
    held_so_far[#held_so_far + 1] = lock
  end
  return held_so_far
end

--- Takes the lock of a channel for a run. A run gets its own lock again, whoever resumes it.
---@param project table
---@param o { channel: string, run: string }
---@return table? handle, slipway.Error?
function M.acquire_one(project, o)
  for _ = 1, 3 do
    local found, err = M.show(project, o.channel)
    if err then return nil, err end
    local record = found and found.record
    if record and not record.free and record.run ~= o.run then return nil, held(record) end
    local oid, failed = put(project, new_record(o, record and record.epoch + 1 or 1), found and found.oid or "")
    if oid == nil then return nil, failed end
    if oid then return setmetatable({ project = project, channel = o.channel, oid = oid }, handle) end
  end
  return nil, errors.new { code = "lock.remote_held", message = ("others keep taking the lock of the channel '%s'"):format(o.channel), hint = "slipway lock" }
end

--- Takes a channel's lock from whoever holds it; the holder finds lock.lost before its next final step.
---@param project table
---@param channel string
---@param reason string
---@return table? record  whose it was; nil, nil: nobody's
function M.break_(project, channel, reason)
  local found, err = M.show(project, channel)
  if not found then return nil, err end
  if found.record.free then return nil end
  local record = new_record({ channel = channel, run = found.record.run, reason = reason, free = true }, found.record.epoch + 1)
  local done, failed = put(project, record, found.oid)
  if done == nil then return nil, failed end
  if not done then return M.break_(project, channel, reason) end
  return found.record
end

return M
