---@meta door.journal
-- The journal of a run: an append-only file of chained records, one a line (runtime/core/journal.h has
-- the format and what is damage and what is a torn end).

---@class slipway.journal
local journal = {}

--- Makes a new journal, open for writing. Errors: file.exists, those of door.file
---@param o { path: string }
---@return slipway.Journal?, slipway.Error?
function journal.create(o) end

--- Opens and verifies a journal. With `write` a torn end is cut off and nobody else may write.
--- Errors: journal.not_found, journal.corrupt (names the record), journal.newer, journal.busy, journal.too_large
---@param o { path: string, write: boolean? }
---@return slipway.Journal?, slipway.Error?
function journal.open(o) end

---@alias slipway.RecordKind "OPEN"|"PLAN"|"GATE"|"INTENT"|"OUTCOME"|"NOTE"|"NEXT"|"SEAL"

---@class slipway.Record
---@field seq integer   from 1
---@field kind slipway.RecordKind
---@field time integer  seconds, wall clock
---@field body table

---@class slipway.Journal
local handle = {}

--- Adds a record; with `sync` it is on the disk when this returns. After journal.failed (a sync failed)
--- every later append is refused. Errors besides: journal.not_writable, journal.changed,
--- journal.too_large, journal.not_an_object, file.no_space, those of door.canon
---@param o { kind: slipway.RecordKind, body: table, time: integer?, sync: boolean? } time: default now
---@return slipway.Record?, slipway.Error?
function handle:append(o) end

--- Records in order, all or those of some kinds.
---@param o { kinds: slipway.RecordKind[]?, from: integer? }? from: first seq
---@return slipway.Record[]?, slipway.Error?
function handle:records(o) end

---@return integer
function handle:count() end

--- Bytes of a torn end that were found (and, when writing, cut) at opening; 0 when there was none.
---@return integer
function handle:torn() end

--- SHA-256 of the last line, which stands for the whole journal; 64 zeros when it is empty.
---@return string
function handle:head() end

--- Reserves space for this many bytes more; the size of the file does not change. Error: file.no_space
---@param bytes integer
---@return true?, slipway.Error?
function handle:reserve(bytes) end

function handle:close() end

return journal
