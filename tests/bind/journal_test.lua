local clock = require "door.clock"
local digest = require "door.digest"
local file = require "door.file"
local journal = require "door.journal"
local json = require "door.json"

local function made(count)
  local path = scratch() .. "/journal"
  local j = assert(journal.create { path = path })
  for i = 1, count do
    assert(j:append { kind = i == 1 and "OPEN" or "NOTE", body = { step = ("%02d"):format(i), list = json.array {} }, time = 1000 + i })
  end
  return path, j
end

test("what was appended is read back, in order, with types kept", function()
  local path, j = made(1)
  local body = { name = "é", list = json.array {}, none = json.null, number = 12, half = 0.5, yes = true, deep = { a = { 1, 2 } } }
  local record = check.truthy(j:append { kind = "PLAN", body = body, sync = true, time = 7 })
  check.equal(j:append { kind = "SEAL", body = {}, time = 8 }, { seq = 3, kind = "SEAL", time = 8, body = {} })
  check.truthy(record)
  j:close()
  local again = journal.open { path = path }
  check.equal(again:count(), 3)
  check.equal(again:torn(), 0)
  check.equal(again:records()[2], { seq = 2, kind = "PLAN", time = 7, body = body })
  check.equal(again:records { kinds = { "SEAL", "OPEN" } }[2].kind, "SEAL")
  check.equal(#again:records { from = 3 }, 1)
  check.equal(#again:records { kinds = {} }, 0)
end)

test("a line is readable JSON and carries the digest of the line before", function()
  local path, j = made(3)
  local lines = {}
  for line in io.lines(path) do lines[#lines + 1] = line end
  local first, second = json.decode(lines[1]), json.decode(lines[2])
  check.equal(first.format, 1)
  check.equal(first.prev, ("0"):rep(64))
  check.equal(second.prev, digest.sha256(lines[1]))
  check.equal(second.format, nil)
  check.equal(second.kind, "NOTE")
  check.equal(j:head(), digest.sha256(lines[3]))
end)

test("without a time the record has the present one", function()
  local _, j = made(1)
  local record = j:append { kind = "NOTE", body = {} }
  check.truthy(math.abs(record.time - clock.now()) <= 1)
end)

test("a torn last line is cut when opened for writing, and only then", function()
  local path = made(3)
  local text = file.read(path)
  file.write { path = path, text = text:sub(1, -10) }
  local reader = journal.open { path = path }
  check.equal(reader:count(), 2)
  check.truthy(reader:torn() > 100)
  check.equal(#file.read(path), #text - 9)
  local writer = journal.open { path = path, write = true }
  check.equal(writer:torn(), reader:torn())
  check.truthy(writer:append { kind = "SEAL", body = {}, sync = true })
  writer:close()
  check.equal(journal.open { path = path }:records()[3].kind, "SEAL")
end)

test("damage is refused with the number of the record and left alone", function()
  local path, j = made(5)
  j:close()
  local text = file.read(path)
  local at = text:find('"step":"03"', 1, true) + 9
  file.write { path = path, text = text:sub(1, at - 1) .. "4" .. text:sub(at + 1) }
  local damaged = file.read(path)
  local none, err = journal.open { path = path, write = true }
  check.fails("journal.corrupt", none, err)
  check.match(err.message, "record 3 ")
  check.equal(file.read(path), damaged)
end)

test("a record taken out of the middle, or put twice, is damage", function()
  local path, j = made(4)
  j:close()
  local lines = {}
  for line in io.lines(path, "L") do lines[#lines + 1] = line end
  for _, order in ipairs { { 1, 3, 4 }, { 1, 2, 2, 3 }, { 2, 3 }, { 1, 3, 2, 4 } } do
    local text = {}
    for i, k in ipairs(order) do text[i] = lines[k] end
    file.write { path = path, text = table.concat(text) }
    check.fails("journal.corrupt", journal.open { path = path })
  end
end)

test("a newer format is told from damage", function()
  local path = scratch() .. "/journal"
  local function crc32c(text)
    local crc = 0xFFFFFFFF
    for i = 1, #text do
      crc = crc ~ text:byte(i)
      for _ = 1, 8 do crc = crc >> 1 ~ (crc & 1 == 1 and 0x82F63B78 or 0) end
    end
    return ("%08x"):format(crc ~ 0xFFFFFFFF)
  end
  local line = '{"seq":1,"format":2,"anything":"else"'
  file.write { path = path, text = ('%s,"crc":"%s"}\n'):format(line, crc32c(line)) }
  check.fails("journal.newer", journal.open { path = path })
  file.write { path = path, text = ('%s,"crc":"%s"}\n'):format(line, crc32c(line .. "x")) }
  check.fails("journal.corrupt", journal.open { path = path })
end)

test("a journal is made once and found only where it is", function()
  local path = made(1)
  check.fails("file.exists", journal.create { path = path })
  check.fails("journal.not_found", journal.open { path = path .. "x" })
  check.fails("file.not_found", journal.create { path = scratch() .. "/none/journal" })
  check.fails("file.not_a_file", journal.open { path = "/dev/null" })
end)

test("an empty file is a journal without records", function()
  local path = scratch() .. "/journal"
  file.write { path = path, text = "" }
  check.equal(journal.open { path = path }:records(), {})
  check.equal(journal.open { path = path }:head(), ("0"):rep(64))
end)

test("two cannot write, one may read beside the writer", function()
  local path, j = made(1)
  local _, err = journal.open { path = path, write = true }
  check.equal(err.code, "journal.busy")
  check.truthy(err.retry)
  check.equal(journal.open { path = path }:count(), 1)
  j:close()
  check.truthy(journal.open { path = path, write = true })
end)

test("reading is not writing", function()
  local path = made(1)
  local j = journal.open { path = path }
  check.fails("journal.not_writable", j:append { kind = "NOTE", body = {} })
  check.fails("journal.not_writable", j:reserve(10))
end)

test("a file that somebody else has changed or removed takes no record", function()
  local path, j = made(1)
  local other = io.open(path, "a")
  other:write "x"
  other:close()
  check.fails("journal.changed", j:append { kind = "NOTE", body = {} })
  check.fails("journal.failed", j:append { kind = "NOTE", body = {} })
  local path2, j2 = made(1)
  file.remove(path2)
  check.fails("journal.changed", j2:append { kind = "NOTE", body = {} })
end)

test("reserved space changes neither the size of the file nor its records", function()
  local path, j = made(2)
  local size = file.stat(path).size
  check.truthy(j:reserve(1 << 20))
  check.equal(file.stat(path).size, size)
  check.equal(journal.open { path = path }:count(), 2)
  check.truthy(j:append { kind = "NOTE", body = {}, sync = true })
  j:close()
  check.equal(journal.open { path = path }:count(), 3)
end)

test("a full disk refuses the record, keeps the others, and goes on when there is space", function()
  local dir = scratch()
  local program = ([[
    local journal = require "door.journal"
    local j = journal.create { path = %q }
    j:append { kind = "OPEN", body = {}, sync = true }
    local _, err = j:append { kind = "NOTE", body = { text = ("x"):rep(100000) }, sync = true }
    print(err.code, j:count())
    print(j:append { kind = "SEAL", body = {}, sync = true } ~= nil)
  ]]):format(dir .. "/journal")
  local out = run { "/bin/sh", "-c", 'ulimit -f 8; trap "" XFSZ; exec "$0" eval "$1"', slipway, program }
  check.match(out.out, "^file.no_space%s+1\ntrue\n$")
  local j = journal.open { path = dir .. "/journal" }
  check.equal({ j:count(), j:torn(), j:records()[2].kind }, { 2, 0, "SEAL" })
end)

--- Three synced appends under strace with faults injected: the code of each, or "ok".
local function appends(...)
  if run { "/bin/sh", "-c", "command -v strace" }.code ~= 0 then skip "no strace here" end
  local dir = scratch()
  local program = ([[
    local journal = require "door.journal"
    local j = journal.create { path = %q }
    local out = {}
    for i, kind in ipairs { "OPEN", "NOTE", "SEAL" } do
      local ok, err = j:append { kind = kind, body = {}, sync = true }
      out[i] = ok and "ok" or err.code
    end
    local ok, err = j:reserve(4096)
    out[4] = ok and "ok" or err.code
    print(table.concat(out, " "))
  ]]):format(dir .. "/journal")
  local words = { "strace", "-f", "-o", dir .. "/trace", env = { ASAN_OPTIONS = "detect_leaks=0" } }
  for _, fault in ipairs { ... } do table.move({ "-e", "inject=" .. fault }, 1, 2, #words + 1, words) end
  table.move({ slipway, "eval", program }, 1, 3, #words + 1, words)
  local result = run(words)
  if result.code ~= 0 then skip "strace may not trace here" end
  local j = assert(journal.open { path = dir .. "/journal" })
  return result.out:gsub("\n", ""), j:count(), j:torn()
end

test("a sync that fails is final", function()
  check.equal({ appends "fdatasync:error=EIO:when=2" }, { "ok journal.failed journal.failed journal.failed", 2, 0 })
end)

test("a write that finds no space is taken back, any other failure is final", function()
  check.equal({ appends "write:error=ENOSPC:when=2" }, { "ok file.no_space ok ok", 2, 0 })
  check.equal({ appends "write:error=EDQUOT:when=1" }, { "file.no_space ok ok ok", 2, 0 })
  check.equal({ appends "write:error=EINTR:when=2" }, { "ok ok ok ok", 3, 0 })
  check.equal({ appends "write:error=EIO:when=2" }, { "ok file.failed journal.failed journal.failed", 1, 0 })
  check.equal({ appends("write:error=ENOSPC:when=2", "ftruncate:error=EIO") }, { "ok file.no_space journal.failed journal.failed", 1, 0 })
end)

test("space is promised only where it can be", function()
  check.equal(appends "fallocate:error=ENOSPC", "ok ok ok file.no_space")
  check.equal(appends "fallocate:error=EOPNOTSUPP", "ok ok ok ok")
  check.equal(appends "fallocate:error=EIO", "ok ok ok file.failed")
end)

test("wrong bodies and kinds never reach the file", function()
  local path, j = made(1)
  check.raises(function() j:append { kind = "DONE", body = {} } end, "DONE")
  check.raises(function() j:append { kind = "NOTE" } end, "body")
  check.raises(function() j:records { kinds = { "all" } } end, "all")
  check.fails("journal.not_an_object", j:append { kind = "NOTE", body = { 1, 2 } })
  check.fails("canon.not_plain", j:append { kind = "NOTE", body = { f = print } })
  check.equal(journal.open { path = path }:count(), 1)
  j:close()
  check.raises(function() j:append { kind = "NOTE", body = {} } end, "closed")
end)
