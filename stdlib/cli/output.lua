-- How text reaches people: colour, symbols, width, and the one object on stdout for programs. Nothing is
-- carried by colour or symbol alone.
local host = require "door.host"
local json = require "door.json"

-- How text is laid out is loaded where something is (cli/layout.lua).
local M = setmetatable({}, { __index = function(_, name) return require("cli.layout")[name] end })

local function set(name)
  local value = host.getenv(name)
  return value ~= nil and value ~= "" and value or nil
end

--- --color, then NO_COLOR, FORCE_COLOR or CLICOLOR_FORCE, CLICOLOR=0, TERM=dumb, then: is it a terminal?
---@param choice string? "auto", "always", "never"
---@param fd integer
---@return boolean
function M.wants_color(choice, fd)
  if choice == "always" then return true end
  if choice == "never" then return false end
  if set "NO_COLOR" then return false end
  for _, name in ipairs { "FORCE_COLOR", "CLICOLOR_FORCE" } do
    if set(name) and set(name) ~= "0" then return true end
  end
  if set "CLICOLOR" == "0" or set "TERM" == "dumb" then return false end
  return host.is_terminal(fd)
end

local function utf8_locale()
  local locale = set "LC_ALL" or set "LC_CTYPE" or set "LANG" or ""
  return locale:lower():find "utf%-?8" ~= nil
end

local colors = { red = "31", green = "32", yellow = "33", blue = "34", cyan = "36", dim = "2", bold = "1" }

local symbols = {
  unicode = { done = "✓", failed = "✗", running = "…", kept = "=", skipped = "–", undone = "↩", read = "$", ["local"] = "!", remote = "»", final = "■", arrow = "→", waiting = "…" },
  ascii = { done = "ok", failed = "FAIL", running = "..", kept = "=", skipped = "-", undone = "undo", read = "$", ["local"] = "!", remote = ">", final = "#", arrow = "->", waiting = ".." },
}

---@class slipway.Output
---@field json boolean
---@field quiet boolean
---@field verbose boolean

--- The output of one command.
---@param o { json: boolean?, color: string?, ascii: boolean?, quiet: boolean?, verbose: boolean?, progress: string?, hyperlinks: string? }
function M.new(o)
  local out = { json = o.json or false, quiet = o.quiet or false, verbose = o.verbose or false }
  local with_color = M.wants_color(o.color, 1)
  out.unicode = not o.ascii and utf8_locale()
  out.symbols = symbols[out.unicode and "unicode" or "ascii"]
  out.live = not o.json and o.progress ~= "plain" and host.is_terminal(1) and set "TERM" ~= "dumb" and not set "CI"

  --- Text in a colour, if colours are wanted.
  function out.paint(color, s) return with_color and ("\27[%sm%s\27[0m"):format(colors[color], s) or s end

  --- Where the locale has no UTF-8, what we write ourselves becomes ASCII.
  local function fit(s)
    if out.unicode or not s:find "[\xC2\xE2]" then return s end
    return (s:gsub("→", "->"):gsub("»", ">"):gsub("■", "#"):gsub("…", "..."):gsub("·", "-"):gsub("✓", "ok"):gsub("✗", "FAIL"))
  end

  -- Asked with the first text that could hold an address.
  local with_links = {}
  local function linked(s, fd)
    if not s:find("://", 1, true) then return s end
    local hyperlinks = require "cli.hyperlinks"
    if with_links[fd] == nil then with_links[fd] = hyperlinks.wanted(o.hyperlinks, fd) end
    return with_links[fd] and hyperlinks.of_addresses(s) or s
  end

  -- What could not be written is a failure, unless the reader has gone away: then nothing more is said, and work goes on.
  local function write(s)
    if out.gone then return end
    local written, gone = host.write(1, s)
    out.gone, out.lost = gone, out.lost or not written and not gone
  end

  --- A result, on stdout.
  function out.say(s)
    if not out.json then write(linked(fit(s), 1) .. "\n") end
  end
  --- A part of a long result, as it is.
  function out.put(s)
    if not out.json then write(fit(s)) end
  end
  --- Something besides the result, on stderr; silent with -q.
  function out.tell(s) if not out.quiet then host.write(2, linked(fit(s), 2) .. "\n") end end
  --- Even with -q.
  function out.complain(s) host.write(2, linked(fit(s), 2) .. "\n") end
  --- A line that the next one replaces; only on a terminal.
  function out.fleeting(s)
    if out.live then host.write(1, "\r\27[K" .. fit(require("door.text").truncate(s, M.columns() - 1))) end
  end
  function out.clear() if out.live then host.write(1, "\r\27[K") end end
  --- The one object for programs: what comes first stands, an error after it is told on stderr only.
  function out.object(kind, data)
    if not out.json or out.answered then return end
    out.answered = true
    local object = { schema = 1, kind = kind }
    for key, value in pairs(data) do object[key] = value end -- order: the encoder sorts
    write(assert(json.encode(object)) .. "\n")
  end
  --- The same with one text that is too long to be held: `put` takes its pieces, `close` ends it. Nothing is written
  --- before the first piece.
  ---@param kind string
  ---@param key string  sorted between "kind" and "schema"
  function out.long(kind, key)
    local begun, rest = false, ""
    local function encoded(s) return assert(json.encode(s)):sub(2, -2) end
    local function begin()
      if not begun then write(('{"kind":"%s","%s":"'):format(kind, key)) end
      begun, out.answered = true, true
    end
    return {
      put = function(s)
        begin()
        s = rest .. s
        local cut = s:match "^.*()[\0-\127]" or 0 -- behind a whole character
        rest = s:sub(cut + 1)
        write(encoded(s:sub(1, cut)))
      end,
      close = function()
        begin()
        write(encoded(rest) .. '","schema":1}\n')
      end,
    }
  end
  return out
end

return M
