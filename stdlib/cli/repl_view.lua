-- What an entry has given: its values, or its error.
local chunk = require "cli.repl_chunk"
local errors = require "pure.errors"
local interrupt = require "cli.repl_interrupt"
local near = require "pure.near"
local output = require "cli.output"
local schema = require "pure.schema"
local show = require "pure.show"
local text_door = require "door.text"

local M = {}

-- Values --------------------------------------------------------------------------------------------

local function is_step(value)
  local meta = type(value) == "table" and debug.getmetatable(value)
  return type(meta) == "table" and rawget(meta, "__name") == "slipway.step"
end

local function step_handle_text(step)
  local hidden = rawget(step, 1)
  return ("<step %s: %s>"):format(hidden.id, table.concat(show.keys(hidden.returns), ", "))
end

local function value_text(value, width)
  if is_step(value) then return step_handle_text(value) end
  if schema.is_reference(value) then return ("<%s, known when it runs>"):format(value["$ref"]) end
  if
    type(value) == "string"
    and value:find "\n"
    and utf8.len(value)
    and not value:find "[\0-\8\11-\31]"
  then
    return (value:gsub("\n$", ""))
  end
  return show.value(value, { width = width })
end

--- Shows the values of an entry and keeps the first one as _ and out[n].
---@param repl table
---@param values table  packed
---@param text string   the entry
function M.values(repl, values, text)
  local shown, width, count = {}, output.columns(), values.n
  while count > 1 and values[count] == nil do
    count = count - 1
  end
  for i = 1, count do
    -- What p:VERB gives is told by the line about the list; looked at by name, it is a value like others.
    if not is_step(values[i]) or text:find "^%s*[%w_]+%s*$" then
      shown[#shown + 1] = value_text(values[i], width)
    end
  end
  if #shown == 0 then return end
  if values.n > 0 and values[1] ~= nil then
    repl.env._ = values[1]
    repl.env.out[repl.number] = values[1]
  end
  local line = table.concat(shown, "   ")
  if #shown > 1 and (line:find "\n" or text_door.width(line) > width) then
    line = table.concat(shown, "\n")
  end
  local label = type(values[1]) == "table"
      and not show.is_name(line)
      and line:sub(1, 1) == "{"
      and ("out[%d] = "):format(repl.number)
    or ""
  repl.out.say(label .. line)
end

-- Errors --------------------------------------------------------------------------------------------

---@param repl table
---@param text string   the entry
---@param caught { raised: any, number: integer?, line: integer? }
function M.error(repl, text, caught)
  local out = repl.out
  repl.failed = true
  if rawequal(caught.raised, interrupt.raised) then
    return out.complain(
      ("[%d]%s: interrupted"):format(
        caught.number or repl.number,
        caught.line and ":" .. caught.line or ""
      )
    )
  end
  repl.texts[repl.number] = text
  local told = chunk.explain {
    texts = repl.texts,
    number = caught.number or repl.number,
    raised = caught.raised,
    line = caught.line,
    env = repl.env,
    globals = repl.globals(),
  }
  out.complain(out.paint("red", told.head))
  if told.source then
    out.complain("  " .. told.source)
    out.complain("  " .. out.paint("red", told.mark))
  end
  local err = told.error
  if not err then return end
  if err.cause then out.complain("  why    " .. err.cause:gsub("\n", "\n         ")) end
  for _, path in ipairs(err.paths or {}) do
    out.complain("  file   " .. path)
  end
  local entry = errors.entry(err.code)
  local hint = err.hint or entry and not told.source and entry.fix
  if hint then out.complain("  next   " .. hint) end
end

--- A bare name that is nothing: perhaps another was meant.
---@param repl table
---@param text string
---@return boolean told
function M.unknown(repl, text)
  local name = text:match "^%s*([%a_][%w_]*)%s*$"
  if not name or rawget(repl.env, name) ~= nil then return false end
  local better = near.suggest(name, repl.globals())
  repl.out.say(("nil      there is no '%s'%s"):format(name, better))
  return true
end

return M
