-- Headers of built files: real ones of this machine, and ones that are broken on purpose.
local binary = require "pure.binary"
local file = require "door.file"

local function reader(path) return function(offset, size) return file.piece { path = path, offset = offset, size = size } end end
local function of_text(text) return function(offset, size) return text:sub(offset + 1, offset + size) end end

test("a program of this machine says its format, its machine and what it is linked with", function()
  local about = binary.inspect(reader "/bin/sh")
  check.equal(about.format, "elf")
  check.truthy(about.arch == "amd64" or about.arch == "arm64")
  check.match(table.concat(about.libraries, " "), "libc%.so%.6")
  check.match(about.glibc, "^2%.%d+$")
  check.match(about.interpreter, "ld%-linux")
end)

test("a text is no program, an archive is one only in name", function()
  check.equal(binary.inspect(of_text "#!/bin/sh\necho\n").format, "other")
  check.equal(binary.inspect(of_text "").format, "other")
  check.equal(binary.inspect(of_text("PK\3\4" .. ("x"):rep(100))).format, "archive")
end)

test("cut at any byte, or with any byte changed, a program gives an answer and no error", function()
  local whole = assert(file.piece { path = "/bin/sh", offset = 0, size = 200000 })
  for cut = 0, 1200, 7 do binary.inspect(of_text(whole:sub(1, cut))) end
  for at = 1, 1000, 3 do
    for _, byte in ipairs { "\0", "\255", "\127" } do binary.inspect(of_text(whole:sub(1, at - 1) .. byte .. whole:sub(at + 1))) end
  end
  for _, magic in ipairs { "\xcf\xfa\xed\xfe", "MZ" } do
    for fill = 0, 255, 5 do binary.inspect(of_text(magic .. string.char(fill):rep(500))) end
  end
  check.truthy(true)
end)

test("a newer version is told by its numbers", function()
  check.truthy(binary.newer("2.9", "2.17"))
  check.falsy(binary.newer("2.17", "2.17"))
  check.falsy(binary.newer("2.17", "2.2"))
  check.truthy(binary.newer("2.34", "3.0"))
end)
