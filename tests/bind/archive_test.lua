local archive = require "door.archive"
local digest = require "door.digest"

local FORMATS = { "zip", "tar", "tar.gz", "tgz", "tar.xz", "tar.zst" }

local function sh(script, ...)
  local result = run { "sh", "-euc", script, "sh", ... }
  assert(result.code == 0, result.err)
  return result.out
end

local function write(path, bytes)
  local file = assert(io.open(path, "wb"))
  file:write(bytes)
  file:close()
end

-- A folder with everything an archive of ours may hold.
local function sample(room)
  sh([[
    mkdir -p "$1/src/bin" "$1/src/docs/ü" "$1/src/empty"
    echo hello > "$1/src/README"
    seq 1 100000 > "$1/src/docs/ü/seq.txt"
    head -c 700000 /dev/urandom > "$1/src/bin/tool"
    : > "$1/src/nothing"
    chmod 755 "$1/src/bin/tool"
    ln -s bin/tool "$1/src/link"
    ln -s ../README "$1/src/docs/up"
    long=$(printf 'n%.0s' $(seq 1 120)); mkdir -p "$1/src/$long/$long"; echo deep > "$1/src/$long/$long/$long"
  ]], room)
  return room .. "/src"
end

-- Names, kinds, modes and content below a folder.
local function picture(folder)
  return sh([[cd "$1"; find . -printf '%P %y %m %l\n' | LC_ALL=C sort; find . -type f -exec sha256sum {} + | LC_ALL=C sort]], folder)
end

for _, format in ipairs(FORMATS) do
  test("what is packed as " .. format .. " comes back the same", function()
    local room = scratch()
    local from = sample(room)
    local made = assert(archive.create { file = room .. "/a." .. format, from = from })
    check.equal(made.entries, 13)
    check.truthy(made.size > 700000)
    local got = assert(archive.extract { file = room .. "/a." .. format, to = room .. "/to" })
    check.equal(got.entries, made.entries)
    check.equal(picture(room .. "/to"), picture(from))
    check.equal(#archive.list { file = room .. "/a." .. format }, 13)
  end)
end

test("other programs read what is written", function()
  local room = scratch()
  local from = sample(room)
  for _, format in ipairs { "tar", "tar.gz", "tar.xz", "tar.zst" } do
    assert(archive.create { file = room .. "/a." .. format, from = from })
    sh([[rm -rf "$1/to"; mkdir "$1/to"; tar xf "$1/a.$2" -C "$1/to"]], room, format)
    check.equal(picture(room .. "/to"), picture(from))
  end
  assert(archive.create { file = room .. "/a.zip", from = from })
  sh([[rm -rf "$1/to"; unzip -tqq "$1/a.zip" && unzip -qq "$1/a.zip" -d "$1/to"]], room)
  check.equal(picture(room .. "/to"), picture(from))
end)

test("gzip, zstd and python find nothing wrong with the compressed stream", function()
  local room = scratch()
  local from = sample(room)
  assert(archive.create { file = room .. "/a.tar.gz", from = from })
  assert(archive.create { file = room .. "/a.tar.zst", from = from })
  assert(archive.create { file = room .. "/a.tar.xz", from = from })
  sh([[gzip -t "$1/a.tar.gz"; zstd -qt "$1/a.tar.zst"; xz -t "$1/a.tar.xz"
    python3 -c 'import sys,tarfile,gzip; tarfile.open(sys.argv[1]).getmembers(); gzip.open(sys.argv[1]).read()' "$1/a.tar.gz"]], room)
end)

-- Packs in a process of its own: another time zone, umask, number of cores, and folder order.
local function packed_elsewhere(room, format, prefix, copy)
  local script = ([[local a = require "door.archive" test("p", function() assert(a.create { file = %q, from = %q, time = 1700000000 }) end)]])
    :format(room .. "/other." .. format, copy)
  write(room .. "/pack_test.lua", script)
  sh(prefix .. [[ "$1" test "$2"]], slipway, room .. "/pack_test.lua")
  return digest.sha256 { file = room .. "/other." .. format }
end

test("the same input gives the same bytes in any time zone, under any umask, on any number of cores", function()
  local room = scratch()
  local from = sample(room)
  -- The same files made in another order, with other times and modes.
  sh([[mkdir "$1/copy"; cd "$1/src"; find . -mindepth 1 -type d | LC_ALL=C sort -r | while read -r d; do mkdir -p "$1/copy/$d"; done
    find . -mindepth 1 ! -type d | LC_ALL=C sort -r | while read -r f; do cp -P "$f" "$1/copy/$f"; done
    find "$1/copy" -type f -exec touch -d 2001-02-03 {} +; find "$1/copy" -type f -perm -100 -exec chmod 700 {} +
    find "$1/copy" -type f ! -perm -100 -exec chmod 600 {} +; find "$1/copy" -type d -exec chmod 700 {} +]], room)
  for _, format in ipairs(FORMATS) do
    assert(archive.create { file = room .. "/a." .. format, from = from, time = 1700000000 })
    local here = digest.sha256 { file = room .. "/a." .. format }
    check.equal(packed_elsewhere(room, format, "umask 077; TZ=Asia/Kathmandu LC_ALL=C taskset -c 0", room .. "/copy"), here)
    check.equal(packed_elsewhere(room, format, "umask 000; TZ=America/St_Johns", room .. "/copy"), here)
  end
end)

test("another time, level or executable bit gives other bytes", function()
  local room = scratch()
  local from = sample(room)
  local function pack(o)
    o.file, o.from = room .. "/a.zip", from
    assert(archive.create(o))
    return digest.sha256 { file = o.file }
  end
  local first = pack {}
  check.equal(pack { time = 315532800 }, first)
  check.truthy(pack { time = 1700000000 } ~= first)
  check.truthy(pack { level = 1 } ~= first)
  sh([[chmod +x "$1/README"]], from)
  check.truthy(pack {} ~= first)
end)

test("owners are 0, modes 644 and 755, the time is the one given", function()
  local room = scratch()
  assert(archive.create { file = room .. "/a.tar", from = sample(room), time = 1000000000, prefix = "p-1.0" })
  local seen = sh([[TZ=UTC tar tvf "$1/a.tar" --numeric-owner | cut -c1-48 | sort -u]], room)
  for line in seen:gmatch "[^\n]+" do check.match(line, "^[-dl]rw[x-]r[-w][x-]r[-w][x-] 0/0 +%d+ 2001%-09%-09 01:46") end
  check.match(sh([[tar tf "$1/a.tar" | head -2]], room), "^p%-1%.0/\np%-1%.0/README\n$")
end)

test("SOURCE_DATE_EPOCH is the time where none is named", function()
  local room = scratch()
  sh([[mkdir "$1/s"; echo a > "$1/s/a"]], room)
  local function pack(epoch, more)
    return run { slipway, "eval", ("print(archive.create { file = %q, from = %q %s })"):format(room .. "/a.tar", room .. "/s", more or ""),
      env = { SOURCE_DATE_EPOCH = epoch } }
  end
  local function shown() return sh([[TZ=UTC tar tvf "$1/a.tar" | cut -d' ' -f 4- | grep -o '[0-9]*-[0-9]*-[0-9]* [0-9:]*']], room) end
  check.equal(pack("1000000000").code, 0)
  check.equal(shown(), "2001-09-09 01:46\n")
  check.equal(pack("1000000000", ", time = 0").code, 0)
  check.equal(shown(), "1970-01-01 00:00\n")
  check.equal(pack("").code, 0)
  check.equal(shown(), "1980-01-01 00:00\n")
  check.match(pack("tomorrow").out, "SOURCE_DATE_EPOCH")
end)

test("named files get their names and modes", function()
  local room = scratch()
  local from = sample(room)
  assert(archive.create { file = room .. "/a.zip", files = {
    { path = from .. "/README", as = "z/tool", mode = 493 }, { path = from .. "/bin/tool", as = "b" },
    { path = from .. "/docs", as = "docs" }, { path = from .. "/link", as = "followed", mode = 420 },
  } })
  local lines = {}
  for i, entry in ipairs(archive.list { file = room .. "/a.zip" }) do lines[i] = ("%s %s %o"):format(entry.path, entry.kind, entry.mode) end
  check.equal(lines, { "b file 755", "docs folder 755", "docs/up symlink 755", "docs/ü folder 755", "docs/ü/seq.txt file 644", "followed file 644", "z/tool file 755" })
end)

test("exclude leaves out by last component or by path", function()
  local room = scratch()
  local from = sample(room)
  assert(archive.create { file = room .. "/a.tar", from = from, exclude = { "n*", "docs/ü", "lin?" } })
  check.equal(sh([[tar tf "$1/a.tar"]], room), "README\nbin/\nbin/tool\ndocs/\ndocs/up\nempty/\n")
end)

test("an archive inside the folder it packs does not pack itself", function()
  local room = scratch()
  local from = sample(room)
  local o = { file = from .. "/a.zip", from = from }
  local first = assert(archive.create(o))
  check.equal(archive.create(o), first)
end)

test("links that leave, pipes, .git and an empty folder are refused, and nothing stays", function()
  local room = scratch()
  sh([[mkdir "$1/s" "$1/p" "$1/g" "$1/e" "$1/o"; ln -s ../out "$1/s/x"; mkfifo "$1/p/x"; mkdir "$1/g/.git"]], room)
  check.fails("archive.link", archive.create { file = room .. "/o/a.zip", from = room .. "/s" })
  check.fails("archive.kind", archive.create { file = room .. "/o/a.zip", from = room .. "/p" })
  check.fails("archive.name", archive.create { file = room .. "/o/a.zip", from = room .. "/g" })
  check.fails("archive.empty", archive.create { file = room .. "/o/a.zip", from = room .. "/e" })
  check.fails("archive.io", archive.create { file = room .. "/o/a.zip", from = room .. "/none" })
  check.fails("archive.io", archive.create { file = room .. "/none/a.zip", files = { { path = "/etc/passwd", as = "x" } } })
  check.fails("archive.format", archive.create { file = room .. "/o/a.rar", from = room .. "/s" })
  check.fails("archive.format", archive.create { file = room .. "/o/a.tar.gz", from = room .. "/s", level = 10 })
  check.equal(sh([[ls -A "$1/o"]], room), "")
end)

test("what the project has is packed, also under names that extract refuses", function()
  local room = scratch()
  sh([[mkdir -p "$1/from/sub"; cd "$1/from"; echo 1 > aux.c; echo 2 > 'a:b'; echo 3 > 'back\\slash'; echo 4 > Makefile; echo 5 > makefile; echo 6 > sub/CON; echo 7 > "$(printf 'caf\351')"]], room)
  for _, format in ipairs { "tar.gz", "tar.zst", "tar.xz" } do
    assert(archive.create { file = room .. "/a." .. format, from = room .. "/from", prefix = "p-1.0" })
    local got = sh([[mkdir "$1/out"; tar -C "$1/out" -xf "$1/$2"; diff -r "$1/from" "$1/out/p-1.0" && rm -r "$1/out"; echo same]], room, "a." .. format)
    check.equal(got, "same\n")
    check.falsy(archive.extract { file = room .. "/a." .. format, to = room .. "/strict" })
  end
  os.remove(room .. "/from/caf\xe9")
  assert(archive.create { file = room .. "/a.zip", from = room .. "/from" })
  check.equal(sh([[unzip -Z1 "$1/a.zip" | grep -c 'aux.c\|a:b\|akefile']], room), "4\n")
  check.fails("archive.path", archive.create { file = room .. "/b.zip", files = { { path = "/etc/hostname", as = "../x" } } })
end)

test("a full disk leaves nothing behind", function()
  local room = scratch()
  local from = sample(room)
  sh([[mkdir "$1/o"]], room)
  write(room .. "/pack_test.lua", ([[local a = require "door.archive"
    for _, f in ipairs { "zip", "tar", "tar.gz", "tar.xz", "tar.zst" } do
      test(f, function() check.fails("archive.io", a.create { file = %q .. f, from = %q }) end)
    end]]):format(room .. "/o/a.", from))
  sh([[ulimit -f 100; "$1" test "$2"]], slipway, room .. "/pack_test.lua")
  check.equal(sh([[ls -A "$1/o"]], room), "")
end)

test("a payload of several hundred megabytes is streamed: no format takes more than 64 MiB of memory", { timeout = 300 }, function()
  local room = scratch()
  sh([[truncate -s 200M "$1/payload"]], room)
  -- the sanitizers keep what is freed for a while: then less than the payload will do
  local limit = run({ "sh", "-c", "ldd \"$0\" | grep -q asan", slipway }).code == 0 and 190 or 64
  local code = [[
    local file, from, to = ...
    assert(archive.create { file = file, files = { { path = from, as = "payload" } } })
    assert(archive.extract { file = file, to = to, max_ratio = 100000 })
    for line in io.lines "/proc/self/status" do
      local peak = line:match "^VmHWM:%s+(%d+)"
      if peak then print(peak) end
    end]]
  for _, format in ipairs { "zip", "tar.gz", "tar.zst", "tar.xz" } do
    local result = run { slipway, "eval", code, room .. "/a." .. format, room .. "/payload", room .. "/to-" .. format }
    check.equal(result.code, 0, result.out .. result.err)
    local peak = tonumber(result.out:match "%d+") // 1024
    check.truthy(peak <= limit, ("%s took %d MiB"):format(format, peak))
    check.equal(require("door.file").stat(room .. "/to-" .. format .. "/payload").size, 200 << 20)
    sh([[rm -r "$1"]], room .. "/to-" .. format)
  end
end)

test("unknown options and two sources are the caller's mistake", function()
  check.raises(function() archive.create { file = "a.zip", from = ".", wat = 1 } end, "wat")
  check.raises(function() archive.create { file = "a.zip" } end, "from")
  check.raises(function() archive.create { file = "a.zip", from = ".", files = {} } end, "from")
  check.raises(function() archive.extract { file = "a.zip" } end, "to")
end)

test("the destination must be new or empty, and its parent must exist", function()
  local room = scratch()
  assert(archive.create { file = room .. "/a.tar", from = sample(room) })
  sh([[mkdir "$1/empty" "$1/full"; echo mine > "$1/full/x"]], room)
  assert(archive.extract { file = room .. "/a.tar", to = room .. "/empty" })
  check.fails("archive.exists", archive.extract { file = room .. "/a.tar", to = room .. "/full" })
  check.fails("archive.io", archive.extract { file = room .. "/a.tar", to = room .. "/none/there" })
  check.equal(sh([[ls -A "$1/full"]], room), "x\n")
  check.falsy(sh([[ls -A "$1"]], room):find("%.full%."))
end)

test("strip drops leading folders, and links are judged where they land", function()
  local room = scratch()
  sh([[cd "$1"; mkdir -p s/top/d; echo a > s/top/d/a; ln -s ../../x s/top/d/l; tar cf a.tar -C s top; rm s/top/d/l; tar cf b.tar -C s top]], room)
  check.fails("archive.link", archive.extract { file = room .. "/a.tar", to = room .. "/to", strip = 1 })
  check.equal(archive.extract { file = room .. "/b.tar", to = room .. "/to", strip = 1 }, { entries = 3, size = 2 })
  check.equal(sh([[cat "$1/to/d/a"]], room), "a\n")
end)

test("the limits on entries, bytes and ratio hold", function()
  local room = scratch()
  sh([[mkdir "$1/s"; for i in 1 2 3 4 5; do head -c 400000 /dev/urandom > "$1/s/$i"; done; head -c 5000000 /dev/zero > "$1/z"]], room)
  for _, format in ipairs { "zip", "tar.gz" } do
    local file = room .. "/a." .. format
    assert(archive.create { file = file, from = room .. "/s" })
    check.fails("archive.limit", archive.list { file = file, max_entries = 4 })
    check.fails("archive.limit", archive.list { file = file, max_size = 1999999 })
    check.equal(#assert(archive.list { file = file, max_size = 2000000, max_entries = 5, max_ratio = 2 }), 5)
    assert(archive.create { file = file, files = { { path = room .. "/z", as = "z" } } })
    check.fails("archive.limit", archive.list { file = file })
    check.truthy(archive.list { file = file, max_ratio = 5000 })
  end
end)

test("a truncated archive is refused at every length", function()
  local room = scratch()
  sh([[mkdir "$1/s"; seq 1 300 > "$1/s/a"; seq 1 200 > "$1/s/b"]], room)
  for _, format in ipairs { "zip", "tar.gz", "tar.xz", "tar.zst" } do
    assert(archive.create { file = room .. "/a." .. format, from = room .. "/s" })
    local whole = assert(io.open(room .. "/a." .. format, "rb"):read "a")
    for length = 0, #whole - 1, format == "zip" and 7 or 13 do
      write(room .. "/cut." .. format, whole:sub(1, length))
      local got, err = archive.list { file = room .. "/cut." .. format }
      check.falsy(got, ("%s cut to %d of %d bytes was taken"):format(format, length, #whole))
      check.match(err.code, "^archive%.")
    end
  end
end)

test("one flipped byte is noticed, or changes nothing that is unpacked", function()
  local room = scratch()
  sh([[mkdir "$1/s"; seq 1 300 > "$1/s/a"; seq 1 200 > "$1/s/b"]], room)
  for _, format in ipairs { "zip", "tar.gz" } do
    assert(archive.create { file = room .. "/a." .. format, from = room .. "/s" })
    local whole = assert(io.open(room .. "/a." .. format, "rb"):read "a")
    for at = 1, #whole, 11 do
      local flipped = whole:sub(1, at - 1) .. string.char(whole:byte(at) ~ 0x41) .. whole:sub(at + 1)
      write(room .. "/bad." .. format, flipped)
      if archive.extract { file = room .. "/bad." .. format, to = room .. "/to" } then
        check.equal(sh([[cat "$1/to/a" "$1/to/b"]], room), sh([[cat "$1/s/a" "$1/s/b"]], room))
        sh([[rm -r "$1/to"]], room)
      end
    end
  end
end)

test("a hard link to a file of the archive is one, to anything else it is refused", function()
  local room = scratch()
  sh([[cd "$1"; mkdir s; echo a > s/a; ln s/a s/b; tar cf good.tar -C s a b
    python3 - <<'P'
import tarfile
for name, target in (("later.tar", "b"), ("self.tar", "a"), ("folder.tar", "d")):
    t = tarfile.open(name, "w")
    d = tarfile.TarInfo("d"); d.type = tarfile.DIRTYPE; t.addfile(d)
    h = tarfile.TarInfo("a"); h.type = tarfile.LNKTYPE; h.linkname = target; t.addfile(h)
    t.close()
P
  ]], room)
  assert(archive.extract { file = room .. "/good.tar", to = room .. "/to" })
  check.equal(sh([[stat -c %h "$1/to/a"]], room), "2\n")
  for _, name in ipairs { "later", "self", "folder" } do
    check.fails("archive.link", archive.extract { file = room .. "/" .. name .. ".tar", to = room .. "/no" })
  end
end)

-- name → code, packed by python so that nothing stands in the way
local NAMES = {
  ["../x"] = "archive.path", ["a/../../x"] = "archive.path", ["/x"] = "archive.path", ["a\\b"] = "archive.path", ["C:/x"] = "archive.path",
  ["a:b"] = "archive.path", ["con"] = "archive.name", ["a/NUL.txt"] = "archive.name", ["com1"] = "archive.name", ["LPT\u{b9}.txt"] = "archive.name", [".git/config"] = "archive.name",
  ["sub/.GIT/hooks/x"] = "archive.name", ["git~1/x"] = "archive.name", [".git . /x"] = "archive.name", [".g\u{200C}it/x"] = "archive.name",
  ["a\1b"] = "archive.name", ["a\127"] = "archive.name", ["a\u{85}"] = "archive.name", ["a\u{202E}txt.exe"] = "archive.name",
}
local FINE = { "com0", "console", "nul1", ".github/x", ".gitignore", "gitx", "a..b", "...", "-rf", "~/x", "ünïcode", "日本/語", "a b", ".git2/x" }

test("names that mean another place or another thing are refused, harmless ones are not", function()
  local room = scratch()
  write(room .. "/pack.py", [[
import sys, tarfile, zipfile, io
name = sys.stdin.buffer.read().decode("utf-8")
t = tarfile.open("a.tar", "w"); t.addfile(tarfile.TarInfo(name)); t.close()
z = zipfile.ZipFile("a.zip", "w"); i = zipfile.ZipInfo("x"); i.filename = name; z.writestr(i, b""); z.close()
]])
  local function pack(name) assert(run { "python3", "pack.py", dir = room, input = name }.code == 0) end
  for name, code in pairs(NAMES) do
    pack(name)
    for _, format in ipairs { "tar", "zip" } do
      local got, err = archive.list { file = room .. "/a." .. format }
      check.falsy(got, ("%q was taken from a %s"):format(name, format))
      check.equal(err.code, code)
    end
  end
  for _, name in ipairs(FINE) do
    pack(name)
    for _, format in ipairs { "tar", "zip" } do
      local got, err = archive.list { file = room .. "/a." .. format }
      check.truthy(got, ("%q was refused: %s"):format(name, err and err.message))
    end
  end
end)

test("names that are one on some file system are refused", function()
  local room = scratch()
  for _, pair in ipairs { { "A/x", "a/y" }, { "\u{e9}", "e\u{301}" }, { "ß", "SS" }, { "a", "a\u{200B}" }, { "d/", "D" } } do
    assert(run { "python3", "-c", "import sys,zipfile\nz=zipfile.ZipFile('a.zip','w')\nfor n in sys.stdin.read().split('|'): z.writestr(n,'')",
      dir = room, input = pair[1] .. "|" .. pair[2] }.code == 0)
    check.fails("archive.duplicate", archive.list { file = room .. "/a.zip" })
  end
end)

test("old zip names are code page 437, or what their Unicode path field says", function()
  local room = scratch()
  sh([[cd "$1"; python3 - <<'P'
import zipfile, zlib, struct
def pack(file, extra):
    z = zipfile.ZipFile(file, "w")
    i = zipfile.ZipInfo("AAAA"); i.extra = extra; z.writestr(i, b"x"); z.close()
    raw = open(file, "rb").read().replace(b"AAAA", b"\x81\xe1\x9b\xfd")
    open(file, "wb").write(raw)
def alias(crc_of, text):
    body = b"\1" + struct.pack("<I", zlib.crc32(crc_of)) + text
    return struct.pack("<HH", 0x7075, len(body)) + body
pack("old.zip", b"")
pack("alias.zip", alias(b"\x81\xe1\x9b\xfd", "имя".encode()))
pack("stray.zip", alias(b"other", "имя".encode()))
pack("slip.zip", alias(b"\x81\xe1\x9b\xfd", b"../x"))
P
  ]], room)
  check.equal(archive.list { file = room .. "/old.zip" }[1].path, "üß¢²")
  check.equal(archive.list { file = room .. "/alias.zip" }[1].path, "имя")
  check.fails("archive.corrupt", archive.list { file = room .. "/stray.zip" })
  check.fails("archive.path", archive.list { file = room .. "/slip.zip" })
end)

test("a program in front of a zip is passed over, another zip in front of it is not", function()
  local room = scratch()
  sh([[mkdir "$1/s"; echo a > "$1/s/a"]], room)
  assert(archive.create { file = room .. "/a.zip", from = room .. "/s" })
  sh([[cd "$1"; (head -c 5000 /dev/zero; cat a.zip) > self.zip; cat a.zip a.zip > two.zip; (cat a.zip; echo junk) > junk.zip]], room)
  check.equal(#assert(archive.list { file = room .. "/self.zip" }), 1)
  check.fails("archive.corrupt", archive.list { file = room .. "/two.zip" })
  check.fails("archive.corrupt", archive.list { file = room .. "/junk.zip" })
end)

test("no descriptor stays open, whatever happens", function()
  local room = scratch()
  local from = sample(room)
  -- What waits for the collector (pipes to ended children) is closed first.
  local function count()
    collectgarbage()
    collectgarbage()
    return #require("door.file").list "/proc/self/fd"
  end
  sh "true" -- the poll loop opens what it keeps
  local before = count()
  for _, format in ipairs(FORMATS) do
    local file = room .. "/a." .. format
    assert(archive.create { file = file, from = from })
    assert(archive.extract { file = file, to = room .. "/to-" .. format })
    check.falsy(archive.extract { file = file, to = room })
    check.falsy(archive.list { file = file, max_entries = 1 })
  end
  check.equal(count(), before)
end)

test("whoever is killed while packing leaves nothing behind", function()
  for _, name in ipairs { "a.zip", "a.tar.gz" } do
    local room = scratch()
    check.equal(run({ "mkdir", room .. "/in", room .. "/out" }).code, 0)
    check.equal(run({ "truncate", "-s", "64G", room .. "/in/large" }).code, 0) -- takes longer than it is given
    local code = ("archive.create { file = %q, from = %q }"):format(room .. "/out/" .. name, room .. "/in")
    check.equal(run({ "timeout", "-s", "KILL", "1", slipway, "eval", code }).code, 137)
    check.equal(require("door.file").list(room .. "/out"), {})
  end
end)
