-- What the header of a built file says: format, machine, and what it is linked with. Reads ELF, Mach-O and PE through
-- a function that gives a piece of the file, so that a large file is never held as a whole.
local M = {}

---@class slipway.Binary
---@field format "elf"|"mach-o"|"pe"|"archive"|"other"
---@field arch string?       amd64, arm64, x86 …; "machine 0x…" for one without a name here
---@field libraries string[] what it is linked with, sorted; empty: static
---@field glibc string?      the newest version of the GNU C library that it asks for: "2.17"
---@field interpreter string?

-- At most so many entries of any table are followed: a broken file must not hold us.
local LIMIT = 4096

local function text_at(bytes, offset)
  local text = bytes and bytes:sub(offset + 1):match "^[^%z]*"
  return text ~= "" and text or nil
end

-- ELF (System V gABI, chapter 4 and 5) ---------------------------------------------------------

local elf_machines = { [0x3e] = "amd64", [0xb7] = "arm64", [0x03] = "x86", [0x28] = "arm", [0xf3] = "riscv64", [0x15] = "ppc64", [0x16] = "s390x" }

local function elf_segments(head, read)
  local wide, order = head:byte(5) == 2, head:byte(6) == 2 and ">" or "<"
  if not wide then return nil, order end
  local start = string.unpack(order .. "I8", head, 33)
  local size, count = string.unpack(order .. "I2I2", head, 55)
  local list = {}
  for i = 0, math.min(count, LIMIT) - 1 do
    local row = read(start + i * size, 56)
    if not row or #row < 56 then break end
    local kind, _, offset, address, _, length = string.unpack(order .. "I4I4I8I8I8I8", row)
    list[#list + 1] = { kind = kind, offset = offset, address = address, length = length }
  end
  return list, order
end

local function elf_offset(segments, address)
  for _, segment in ipairs(segments) do
    if segment.kind == 1 and address >= segment.address and address < segment.address + segment.length then
      return segment.offset + address - segment.address
    end
  end
end

--- The dynamic section: tag → values.
local function elf_dynamic(segments, order, read)
  for _, segment in ipairs(segments) do
    if segment.kind == 2 then
      local bytes, tags = read(segment.offset, math.min(segment.length, 16 * LIMIT)) or "", {}
      for at = 1, #bytes - 15, 16 do
        local tag, value = string.unpack(order .. "I8I8", bytes, at)
        if tag == 0 then break end
        tags[tag] = tags[tag] or {}
        table.insert(tags[tag], value)
      end
      return tags
    end
  end
end

local function newer(a, b)
  if not a then return true end
  local major_a, minor_a = a:match "^(%d+)%.(%d+)"
  local major_b, minor_b = b:match "^(%d+)%.(%d+)"
  if tonumber(major_a) ~= tonumber(major_b) then return tonumber(major_b) > tonumber(major_a) end
  return tonumber(minor_b) > tonumber(minor_a)
end

M.newer = newer

--- The newest GLIBC_ version among those the file needs (the section of DT_VERNEED).
local function elf_glibc(tags, segments, order, read, strings)
  local at = tags[0x6ffffffe] and elf_offset(segments, tags[0x6ffffffe][1])
  local count, newest = (tags[0x6fffffff] or {})[1] or 0, nil
  for _ = 1, at and math.min(count, LIMIT) or 0 do
    local row = read(at, 16)
    if not row or #row < 16 then break end
    local _, entries, _, first, following = string.unpack(order .. "I2I2I4I4I4", row)
    local entry = at + first
    for _ = 1, entries do
      local item = read(entry, 16)
      if not item or #item < 16 then break end
      local _, _, _, name, further = string.unpack(order .. "I4I2I2I4I4", item)
      local version = (text_at(strings, name) or ""):match "^GLIBC_(%d+%.%d+)"
      if version and newer(newest, version) then newest = version end
      if further == 0 then break end
      entry = entry + further
    end
    if following == 0 then break end
    at = at + following
  end
  return newest
end

local function elf(head, read)
  local segments, order = elf_segments(head, read)
  local machine = string.unpack(order .. "I2", head, 19)
  local about = { format = "elf", arch = elf_machines[machine] or ("machine 0x%x"):format(machine), libraries = {} }
  if not segments then return about end
  for _, segment in ipairs(segments) do
    if segment.kind == 3 then about.interpreter = text_at(read(segment.offset, math.min(segment.length, LIMIT)), 0) end
  end
  local tags = elf_dynamic(segments, order, read)
  local start = tags and tags[5] and elf_offset(segments, tags[5][1])
  if not start then return about end
  local strings = read(start, math.min((tags[10] or { 0 })[1], 1 << 24)) or ""
  for _, name in ipairs(tags[1] or {}) do about.libraries[#about.libraries + 1] = text_at(strings, name) end
  about.glibc = elf_glibc(tags, segments, order, read, strings)
  return about
end

-- Mach-O (mach-o/loader.h) ---------------------------------------------------------------------

local mach_machines = { [0x01000007] = "amd64", [0x0100000c] = "arm64", [7] = "x86" }
local dylib_commands = { [0xc] = true, [0x80000018] = true, [0x8000001f] = true, [0x80000023] = true }

local function mach_o(head, read)
  local machine, _, _, count, size = string.unpack("<I4I4I4I4I4", head, 5)
  local about = { format = "mach-o", arch = mach_machines[machine] or ("machine 0x%x"):format(machine), libraries = {} }
  local commands, at = read(32, math.min(size, 1 << 22)) or "", 1
  for _ = 1, math.min(count, LIMIT) do
    if at + 11 > #commands then break end
    local command, length, name = string.unpack("<I4I4I4", commands, at)
    if dylib_commands[command] then about.libraries[#about.libraries + 1] = text_at(commands:sub(at, at + length - 1), name) end
    if length < 8 then break end
    at = at + length
  end
  return about
end

-- PE (Microsoft's PE format) -------------------------------------------------------------------

local pe_machines = { [0x8664] = "amd64", [0xaa64] = "arm64", [0x14c] = "x86" }

local function pe_sections(read, at, count)
  local list = {}
  for i = 0, math.min(count, 96) - 1 do
    local row = read(at + 40 * i, 40)
    if not row or #row < 40 then break end
    local size, address, raw, offset = string.unpack("<I4I4I4I4", row, 9)
    list[#list + 1] = { address = address, length = math.max(size, raw), offset = offset }
  end
  return list
end

local function pe_offset(sections, address)
  for _, section in ipairs(sections) do
    if address >= section.address and address < section.address + section.length then return section.offset + address - section.address end
  end
end

local function pe_imports(about, read, sections, address)
  local at = pe_offset(sections, address)
  for _ = 1, at and LIMIT or 0 do
    local row = read(at, 20)
    if not row or #row < 20 then break end
    local name = string.unpack("<I4", row, 13)
    if name == 0 then break end
    local where = pe_offset(sections, name)
    about.libraries[#about.libraries + 1] = where and text_at(read(where, 256), 0)
    at = at + 20
  end
end

local function pe(head, read)
  local start = string.unpack("<I4", head, 0x3c + 1)
  local top = read(start, 24)
  if not top or top:sub(1, 4) ~= "PE\0\0" or #top < 24 then return nil end
  local machine, count = string.unpack("<I2I2", top, 5)
  local optional_size = string.unpack("<I2", top, 21)
  local about = { format = "pe", arch = pe_machines[machine] or ("machine 0x%x"):format(machine), libraries = {} }
  local optional = read(start + 24, optional_size) or ""
  local directories = #optional >= 2 and string.unpack("<I2", optional) == 0x20b and 112 or 96
  if #optional >= directories + 16 then
    local imports = string.unpack("<I4", optional, directories + 9)
    if imports ~= 0 then pe_imports(about, read, pe_sections(read, start + 24 + optional_size, count), imports) end
  end
  return about
end

--- What a file is.
---@param read fun(offset: integer, size: integer): string?  a piece of the file, shorter at its end
---@return slipway.Binary
function M.inspect(read)
  local head = read(0, 64) or ""
  local about
  if #head >= 64 and head:sub(1, 4) == "\127ELF" then about = elf(head, read)
  elseif #head >= 32 and head:sub(1, 4) == "\xcf\xfa\xed\xfe" then about = mach_o(head, read)
  elseif #head >= 64 and head:sub(1, 2) == "MZ" then about = pe(head, read)
  elseif head:sub(1, 4) == "PK\3\4" or head:sub(1, 2) == "\31\139" then about = { format = "archive", libraries = {} }
  end
  about = about or { format = "other", libraries = {} }
  table.sort(about.libraries)
  return about
end

return M
