local file = require "door.file"

local function mode(path) return file.stat(path).mode end

test("what is written is read back, NUL bytes and all", function()
  local path = scratch() .. "/a"
  check.truthy(file.write { path = path, text = "one\0two\n" })
  check.equal(file.read(path), "one\0two\n")
  check.truthy(file.write { path = path, text = "" })
  check.equal(file.read(path), "")
end)

test("an existing file keeps its mode, a new one gets the asked or the usual mode", function()
  local dir = scratch()
  file.write { path = dir .. "/a", text = "x", mode = tonumber("750", 8) }
  check.equal(mode(dir .. "/a"), tonumber("750", 8))
  file.write { path = dir .. "/a", text = "y" }
  check.equal(mode(dir .. "/a"), tonumber("750", 8))
  file.write { path = dir .. "/secret", text = "x", mode = tonumber("600", 8) }
  check.equal(mode(dir .. "/secret"), tonumber("600", 8))
end)

test("writing through a symbolic link replaces its target and leaves the link", function()
  local dir = scratch()
  file.mkdir { path = dir .. "/real" }
  file.write { path = dir .. "/real/a", text = "old" }
  file.link { target = "real/a", path = dir .. "/a" }
  check.truthy(file.write { path = dir .. "/a", text = "new" })
  check.equal(file.stat(dir .. "/a", { follow = false }).kind, "link")
  check.equal(file.read(dir .. "/real/a"), "new")
  file.link { target = "real/b", path = dir .. "/b" }
  check.truthy(file.write { path = dir .. "/b", text = "made" })
  check.equal(file.read(dir .. "/real/b"), "made")
end)

test("a link that leads to itself is refused", function()
  local dir = scratch()
  file.link { target = "loop", path = dir .. "/loop" }
  check.fails("file.too_many_links", file.write { path = dir .. "/loop", text = "x" })
  check.fails("file.too_many_links", file.read(dir .. "/loop"))
end)

test("nothing is left behind beside a written file, also when writing fails", function()
  local dir = scratch()
  file.write { path = dir .. "/a", text = "x" }
  file.mkdir { path = dir .. "/folder" }
  check.fails("file.is_a_folder", file.write { path = dir .. "/folder", text = "x" })
  check.fails("file.not_found", file.write { path = dir .. "/none/x", text = "x" })
  check.equal(file.list(dir), { "a", "folder" })
end)

test("a device is not replaced by a file", function()
  check.fails("file.not_a_file", file.write { path = "/dev/null", text = "x" })
end)

test("each refusal has a code of its own", function()
  local dir = scratch()
  file.write { path = dir .. "/a", text = "x" }
  check.fails("file.not_found", file.read(dir .. "/none"))
  check.fails("file.is_a_folder", file.read(dir))
  check.fails("file.not_a_folder", file.read(dir .. "/a/b"))
  check.fails("file.exists", file.mkdir { path = dir .. "/a" })
  check.fails("file.not_a_folder", file.mkdir { path = dir .. "/a/b", parents = true })
  check.fails("file.not_a_folder", file.list(dir .. "/a"))
  check.fails("file.name_too_long", file.read(dir .. "/" .. ("x"):rep(300)))
  check.fails("file.not_found", file.stat(dir .. "/none"))
end)

test("a full disk is file.no_space, and the old content stays", function()
  local dir = scratch()
  file.write { path = dir .. "/a", text = "old" }
  local program = ([[local f = require "door.file"
    local ok, err = f.write { path = %q, text = ("x"):rep(100000) }
    print(ok, err and err.code)]]):format(dir .. "/a")
  local out = run { "/bin/sh", "-c", 'ulimit -f 8; trap "" XFSZ; exec "$0" eval "$1"', slipway, program }
  check.match(out.out, "nil%s+file.no_space")
  check.equal(file.read(dir .. "/a"), "old")
  check.equal(file.list(dir), { "a" })
end)

test("names come sorted by bytes", function()
  local dir = scratch()
  for _, name in ipairs { "b", "B", "a10", "a9", "ä" } do file.write { path = dir .. "/" .. name, text = "" } end
  check.equal(file.list(dir), { "B", "a10", "a9", "b", "ä" })
end)

test("folders are made with their parents, again without complaint", function()
  local dir = scratch()
  check.truthy(file.mkdir { path = dir .. "/a/b//c/", parents = true })
  check.truthy(file.mkdir { path = dir .. "/a/b/c", parents = true })
  check.equal(file.stat(dir .. "/a/b/c").kind, "folder")
end)

test("a tree is removed without following its links and without leaving its limit", function()
  local dir = scratch()
  file.mkdir { path = dir .. "/room/tree/deep", parents = true }
  file.mkdir { path = dir .. "/other" }
  file.write { path = dir .. "/other/kept", text = "x" }
  file.link { target = dir .. "/other", path = dir .. "/room/tree/deep/out" }
  file.write { path = dir .. "/room/tree/deep/a", text = "x" }
  file.chmod { path = dir .. "/room/tree/deep", mode = tonumber("555", 8) }
  check.truthy(file.remove_tree { path = dir .. "/room/tree", below = dir .. "/room" })
  check.equal(file.list(dir .. "/room"), {})
  check.equal(file.list(dir .. "/other"), { "kept" })
  check.truthy(file.remove_tree { path = dir .. "/room/tree", below = dir .. "/room" }, "again is no error")
  check.fails("file.outside", file.remove_tree { path = dir .. "/other", below = dir .. "/room" })
  check.fails("file.outside", file.remove_tree { path = dir .. "/room/../other", below = dir .. "/room" })
  check.fails("file.outside", file.remove_tree { path = dir .. "/room", below = dir .. "/room" })
  check.fails("file.bad_name", file.remove_tree { path = dir .. "/room/..", below = dir })
  file.link { target = dir .. "/other", path = dir .. "/room/link" }
  check.fails("file.outside", file.remove_tree { path = dir .. "/room/link/kept", below = dir .. "/room" })
  check.truthy(file.remove_tree { path = dir .. "/room/link", below = dir .. "/room" })
  check.equal(file.list(dir .. "/other"), { "kept" })
end)

test("a folder whose name only begins like the limit is outside", function()
  local dir = scratch()
  file.mkdir { path = dir .. "/room" }
  file.mkdir { path = dir .. "/workshop/x", parents = true }
  check.fails("file.outside", file.remove_tree { path = dir .. "/workshop/x", below = dir .. "/room" })
end)

test("a copy has content and mode, and does not appear half-made", function()
  local dir = scratch()
  file.write { path = dir .. "/a", text = ("x"):rep(700000), mode = tonumber("755", 8) }
  check.truthy(file.copy { from = dir .. "/a", to = dir .. "/b" })
  check.equal(#file.read(dir .. "/b"), 700000)
  check.equal(mode(dir .. "/b"), tonumber("755", 8))
  check.fails("file.is_a_folder", file.copy { from = dir, to = dir .. "/c" })
  check.fails("file.not_found", file.copy { from = dir .. "/none", to = dir .. "/c" })
  check.equal(file.list(dir), { "a", "b" })
end)

test("temporary folders are fresh and private", function()
  local one, two = file.temp_dir "slipway", file.temp_dir "slipway"
  check.truthy(one ~= two)
  check.equal(mode(one), tonumber("700", 8))
  check.fails("file.bad_name", file.temp_dir "a/b")
  check.truthy(file.remove(one))
  check.truthy(file.remove(two))
  check.fails("file.not_found", file.remove(two))
end)

test("misspelt fields and wrong types raise", function()
  check.raises(function() file.write { path = "x", text = "y", mod = 1 } end, "mod")
  check.raises(function() file.write { path = "x", text = 1 } end, "text")
  check.raises(function() file.read(1) end, "string")
  check.raises(function() file.read "a\0b" end, "NUL")
  check.raises(function() file.write { path = "x", text = "", mode = 99999 } end, "mode")
end)

test("a write that fails at any system call leaves the old content and no litter", function()
  if run { "/bin/sh", "-c", "command -v strace" }.code ~= 0 then skip "no strace here" end
  local dir = scratch()
  file.mkdir { path = dir .. "/room" }
  local path = dir .. "/room/a"
  local program = ([[local f = require "door.file"
    local ok, err = f.write { path = %q, text = ("x"):rep(100000) }
    print(ok, err and err.code)]]):format(path)
  local function with(fault)
    file.write { path = path, text = "old" }
    return run { "strace", "-f", "-o", dir .. "/trace", "-e", "inject=" .. fault, slipway, "eval", program,
      env = { ASAN_OPTIONS = "detect_leaks=0" } }
  end
  local faults = {
    { "fsync:error=EIO:when=1", "file.failed" }, { "fsync:error=ENOSPC:when=1", "file.no_space" },
    { "fchmod:error=EPERM:when=1", "file.denied" }, { "rename:error=EROFS:when=1", "file.read_only" },
    { "rename:error=EDQUOT:when=1", "file.no_space" }, { "getrandom:error=ENOSYS", "file.failed" },
  }
  for _, fault in ipairs(faults) do
    local result = with(fault[1])
    if result.code ~= 0 then skip "strace may not trace here" end
    check.equal(result.out, "nil\t" .. fault[2] .. "\n")
    check.equal(file.read(path), "old")
    check.equal(file.list(dir .. "/room"), { "a" })
  end
end)

test("a piece of a file is read where it lies, shorter at the end, empty behind it", function()
  local path = scratch() .. "/f"
  assert(file.write { path = path, text = "0123456789" })
  check.equal(file.piece { path = path, offset = 2, size = 3 }, "234")
  check.equal(file.piece { path = path, offset = 8, size = 100 }, "89")
  check.equal(file.piece { path = path, offset = 100, size = 5 }, "")
  check.equal(file.piece { path = path, offset = 0, size = 0 }, "")
  local none, err = file.piece { path = path .. ".no", offset = 0, size = 1 }
  check.falsy(none)
  check.equal(err.code, "file.not_found")
  check.equal(select(2, file.piece { path = path, offset = 0, size = 65 << 20 }).code, "file.too_large")
  check.raises(function() file.piece { path = path, offset = -1, size = 1 } end, "not negative")
end)
