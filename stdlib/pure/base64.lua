-- Base64 (RFC 4648, section 4), as envelopes, lock files and package registries use it.
local M = {}

local alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
local value_of = {}
for i = 1, 64 do value_of[alphabet:byte(i)] = i - 1 end

local function letter(n) return alphabet:sub(n + 1, n + 1) end

---@param bytes string
---@return string
function M.encode(bytes)
  local out = {}
  for i = 1, #bytes, 3 do
    local a, b, c = bytes:byte(i, i + 2)
    local n = a << 16 | (b or 0) << 8 | (c or 0)
    out[#out + 1] = letter(n >> 18) .. letter(n >> 12 & 63) .. (b and letter(n >> 6 & 63) or "=") .. (c and letter(n & 63) or "=")
  end
  return table.concat(out)
end

--- Base64 of a digest that is written in hexadecimal.
---@param hex string
---@return string
function M.of_hex(hex)
  return M.encode((hex:gsub("%x%x", function(byte) return string.char(tonumber(byte, 16)) end)))
end

--- nil when the text is not Base64. Also takes the alphabet of URLs and text without padding.
---@param text string
---@return string?
function M.decode(text)
  text = text:gsub("-", "+"):gsub("_", "/"):gsub("=+$", "")
  if text:find "[^%w+/]" or #text % 4 == 1 then return nil end
  local out = {}
  for i = 1, #text, 4 do
    local a, b, c, d = text:byte(i, i + 3)
    local n = value_of[a] << 18 | value_of[b] << 12 | (c and value_of[c] or 0) << 6 | (d and value_of[d] or 0)
    out[#out + 1] = string.char(n >> 16 & 255, n >> 8 & 255, n & 255):sub(1, d and 3 or c and 2 or 1)
  end
  return table.concat(out)
end

return M
