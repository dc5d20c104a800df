-- The whole changelog of a history, kept below the user's cache directory: printed again as it is while nothing has
-- changed, and only what is new is read when commits or releases were added in front. What is kept carries check sums;
-- whatever does not fit is made anew, and nobody is told.
--
--   NAME.json  what it was made from, and for each section its release, its length and the check sums of its pieces
--   NAME.md    the sections, one behind the other
local digest = require "door.digest"
local file = require "door.file"
local host = require "door.host"
local json = require "door.json"
local canon = require "door.canon"

local M = {}

---@class slipway.KeptPage
---@field tip oid
---@field releases string  "commit tag" lines
---@field sections { release: string?, commit: oid?, time: integer?, length: integer }[]  in order, with one byte between two
---@field length integer   bytes of all
---@field text string?      all of it, when it is short

local PIECE = 1 << 17 -- bytes under one check sum

--- A place for one project's page in one style.
---@param dir string   the cache directory
---@param name string  what the project and the page are called
---@param key table    everything else that the text depends on: any difference makes what is kept worthless
---@return table
function M.open(dir, name, key)
  local place = ("%s/changelog/%s-%08x"):format(dir, name:gsub("[^%w.-]", "_"):sub(-40), digest.crc32c(canon.encode(key.place)))
  key.program = host.version .. " " .. (host.executable or "")
  local about = file.stat(host.executable)
  if about then key.program = ("%s %d %d"):format(key.program, about.size, about.mtime) end
  return { json = place .. ".json", text = place .. ".md", key = canon.encode(key), dir = dir .. "/changelog" }
end

-- Calls `each` with the pieces of a part of a file; false when it ends before that.
local function pieces(path, from, length, each)
  local handle = io.open(path, "rb")
  if not handle then return false end
  handle:seek("set", from)
  local count = 0
  while length > 0 do
    local piece = handle:read(math.min(PIECE, length))
    if not piece or each(piece) == false then break end
    length, count = length - #piece, count + 1
    if count % 32 == 0 then collectgarbage() end -- pieces are large, and everything else is small
  end
  handle:close()
  return length == 0
end

--- What was kept, if it can be trusted.
---@return slipway.KeptPage?
function M.load(cache)
  local text = file.read(cache.json)
  local line, rest = (text or ""):match "^(%x+)\n(.*)$"
  if not line or line ~= ("%08x"):format(digest.crc32c(rest)) then return nil end
  local known = json.decode(rest)
  if not known or known.key ~= cache.key then return nil end
  local at = 0
  local whole = pieces(cache.text, 0, known.length, function(piece)
    at = at + 1
    if known.length <= PIECE then known.text = piece end
    return known.sums[at] == digest.crc32c(piece)
  end)
  local about = file.stat(cache.text)
  return whole and about and about.size == known.length and known or nil
end

--- Gives a part of a file to `write`.
---@param path string
---@param from integer
---@param length integer
---@param write fun(piece: string)
---@return boolean whole
function M.copy(path, from, length, write)
  return pieces(path, from, length, function(piece) write(piece) end)
end

---@class slipway.PageKeeper  takes a page piece by piece
---@field path string
---@field add fun(text: string, section: table?)
---@field restart fun()
---@field finish fun(): integer?  how long it became; nil: it could not be written
---@field text string?  when it is finished: all of it, when it is short
---@field keep fun(about: { tip: oid, releases: string }): boolean  makes it the one that is kept
---@field drop fun()

--- A new page for the cache; nil when nothing can be written there.
---@return slipway.PageKeeper?
function M.keeper(cache)
  if not file.mkdir { path = cache.dir, parents = true } then return nil end
  local path = ("%s.%08x.new"):format(cache.text, digest.crc32c(cache.key .. tostring({}) .. os.time() .. os.clock()))
  local handle = io.open(path, "wb")
  if not handle then return nil end
  local sums, sections, length, waiting, failed = {}, {}, 0, {}, false
  local size, keeper = 0, { path = path }
  local function flush(all)
    local text = table.concat(waiting)
    if all and #sums == 0 then keeper.text = text end
    while #text >= PIECE or (all and #text > 0) do
      local piece = text:sub(1, PIECE)
      sums[#sums + 1] = digest.crc32c(piece)
      failed = failed or not handle:write(piece)
      text = text:sub(PIECE + 1)
    end
    if failed then waiting, size = {}, 0 else waiting, size = { text }, #text end
    if #sums % 32 == 31 then collectgarbage() end
  end
  function keeper.add(text, section)
    waiting[#waiting + 1], size, length = text, size + #text, length + #text
    if section then sections[#sections + 1] = section end
    if size >= PIECE then flush(false) end
  end
  function keeper.restart()
    handle:close()
    handle = io.open(path, "wb")
    failed = not handle
    sums, sections, length, waiting, size = {}, {}, 0, {}, 0
  end
  function keeper.finish()
    flush(true)
    failed = not (handle and handle:close()) or failed
    return not failed and length or nil
  end
  function keeper.keep(about)
    local head = json.encode {
      key = cache.key, tip = about.tip, releases = about.releases, sections = json.array(sections), sums = json.array(sums), length = length,
    }
    local json_path = path .. ".json" -- no fsync: what a crash leaves does not fit its check sum
    local out = io.open(json_path, "wb")
    if not out then return false end
    out:write(("%08x\n%s"):format(digest.crc32c(head), head))
    return out:close() and os.rename(path, cache.text) and os.rename(json_path, cache.json) or false
  end
  function keeper.drop() os.remove(path) end
  return keeper
end

return M
