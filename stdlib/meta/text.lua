---@meta door.text
-- Text as it stands on a terminal and in names.

---@class slipway.text
local text = {}

--- Columns on a terminal: wide characters count 2, combining marks, control characters and escape
--- sequences nothing, bytes that are not UTF-8 one each.
---@param value string
---@return integer
function text.width(value) end

--- Whether it is UTF-8; if not, also where the first bad byte is.
---@param value string
---@return boolean, integer? byte
function text.valid(value) end

--- A name for a file made from any text: ASCII letters, digits and ._-+ stay, the rest becomes hyphens;
--- no leading dot or hyphen, at most 99 bytes, never empty.
---@param value string
---@return string
function text.safe_name(value) end

--- At most `columns` columns; what was cut is replaced by an ellipsis. Escape sequences are all kept.
---@param value string
---@param columns integer
---@return string
function text.truncate(value, columns) end

return text
