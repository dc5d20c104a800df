local digest = require "door.digest"
local file = require "door.file"

local EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

test("a text has the digest that the standards print", function()
  check.equal(digest.sha256 "", EMPTY)
  check.equal(digest.sha256 "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  check.equal(digest.sha1 "abc", "a9993e364706816aba3e25717850c26c9cd0d89d")
  check.equal(digest.md5 "abc", "900150983cd24fb0d6963f7d28e17f72")
  check.equal(digest.sha512 "abc", "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
    .. "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f")
  check.equal(#digest.sha384 "abc", 96)
  check.equal(#digest.blake2b "abc", 128)
end)

test("bytes that are no text are hashed as they are", function()
  check.equal(digest.sha256 "\0", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")
end)

test("a file larger than one read has the digest of its content", function()
  local path = scratch() .. "/big"
  local text = ("0123456789abcdef"):rep(200000) .. "tail"
  check.truthy(file.write { path = path, text = text })
  check.equal(digest.sha256 { file = path }, digest.sha256(text))
  local all = digest.file { path = path, algorithms = { "sha256", "md5", "sha256" } }
  check.equal(all, { size = #text, sha256 = digest.sha256(text), md5 = digest.md5(text) })
end)

test("files of every size around the pieces they are read in have the right digest", function()
  local path = scratch() .. "/file"
  local block = {}
  for i = 1, 4096 do block[i] = string.char(i * 7 % 251) end
  block = table.concat(block)
  for _, size in ipairs { 0, 1, 262143, 262144, 262145, 4194303, 4194304, 4194305, 4456448, 6000001 } do
    local text = block:rep(size // #block + 1):sub(1, size)
    file.write { path = path, text = text }
    check.equal(digest.sha256 { file = path }, digest.sha256(text))
    check.equal(digest.file { path = path, algorithms = { "md5" } }.size, size)
  end
end)

test("a missing file, a folder and an unknown algorithm are told apart", function()
  local dir = scratch()
  check.fails("file.not_found", digest.sha256 { file = dir .. "/none" })
  check.fails("file.is_a_folder", digest.sha256 { file = dir })
  check.fails("digest.unknown_algorithm", digest.file { path = dir, algorithms = { "crc" } })
end)

test("a wrong argument raises", function()
  check.raises(function() digest.sha256(12) end, "string or")
  check.raises(function() digest.sha256 { path = "x" } end, "missing")
  check.raises(function() digest.sha256 { file = "x\0y" } end, "NUL")
end)
