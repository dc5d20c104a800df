---@meta door.term
-- The terminal, and lines edited on it by libedit (loaded at its first use).

---@class slipway.term
local term = {}

--- An editor of lines. Without a terminal, or on a dumb one, lines are read plainly.
--- `complete` gets the line and the bytes before the cursor; it answers with candidates and where in the
--- line the completed word starts (1 is the first byte). Errors: term.no_locale, library.missing, term.history
---@param o { history: string?, complete: (fun(line: string, cursor: integer): string[], integer)? }?
---   history: a file that is read now and appended to, made with mode 0600
---@return slipway.Editor?, slipway.Error?
function term.editor(o) end

---@return integer columns, integer rows
function term.size() end

---@param fd integer
---@return boolean
function term.is_terminal(fd) end

--- Asks on the controlling terminal and reads one line; a secret is not shown while it is typed.
--- Errors: term.no_terminal, term.interrupted
---@param o { prompt: string, secret: boolean? }
---@return string?, slipway.Error?
function term.ask(o) end

---@class slipway.Editor
local editor = {}

--- One line, or one pasted block with its inner newlines. Ctrl-D on an empty line gives "eof", Ctrl-C
--- drops the line and gives "interrupt".
---@param prompt string  text between \1 and \1 takes no room (colours)
---@return string?, "eof"|"interrupt"|slipway.Error|nil
function editor:line(prompt) end

--- Adds a line or block to the history and its file. Error: term.history
---@param text string
---@return true?, slipway.Error?
function editor:remember(text) end

function editor:close() end

return term
