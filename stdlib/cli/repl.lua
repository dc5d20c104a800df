-- slipway repl: the prompt. Reading answers at once; p:VERB { … } queues a step that waits for apply().
local chunk = require "cli.repl_chunk"
local complete = require "cli.repl_complete"
local doc = require "pure.doc"
local errors = require "pure.errors"
local file = require "door.file"
local help = require "cli.repl_help"
local host = require "door.host"
local loop = require "door.loop"
local names = require "cli.prompt_names"
local output = require "cli.output"
local run_view = require "cli.run_view"
local schema = require "pure.schema"
local sessions = require "run.session"
local show = require "pure.show"
local term = require "door.term"
local text_door = require "door.text"
local words_of_prompt = require "cli.repl_words"

local M = {}

-- Ctrl-C --------------------------------------------------------------------------------------------

local interrupted = setmetatable({}, { __tostring = function() return "interrupted" end })

local function watch()
  if loop.interrupted() then error(interrupted, 0) end
end

-- The engine looks for Ctrl-C itself, between steps: it must not be torn out of one.
local function unwatched(body, ...)
  local hook, mask, count = debug.gethook()
  debug.sethook()
  local results = table.pack(pcall(body, ...))
  debug.sethook(hook, mask, count)
  if not results[1] then error(results[2], 0) end
  return table.unpack(results, 2, results.n)
end

local function watched_coroutines()
  local copy = {}
  for name, value in pairs(coroutine) do copy[name] = value end -- order: a copy has none
  function copy.create(body)
    local thread = coroutine.create(body)
    debug.sethook(thread, watch, "", 10000)
    return thread
  end
  function copy.wrap(body)
    local thread = copy.create(body)
    return function(...)
      local results = table.pack(coroutine.resume(thread, ...))
      if not results[1] then error(results[2], 0) end
      return table.unpack(results, 2, results.n)
    end
  end
  return copy
end

-- The list that waits -------------------------------------------------------------------------------

-- A person tells commits apart by ten digits.
local function brief(text)
  return (text:gsub("%f[%w]" .. ("%x"):rep(40) .. "%f[%W]", function(oid) return oid:sub(1, 10) end))
end

local function step_text(out, step)
  local tail = step.undo and "undo: " .. step.undo or step.retract and "no undo; " .. step.retract or ""
  return ("  %s %s  %s"):format(out.symbols[step.class], output.pad(brief(step.describe), 56), tail)
end

local function pending_list(repl)
  local steps = repl.session.pending()
  local list = table.move(steps, 1, #steps, 1, {})
  return setmetatable(list, { __tostring = function()
    if #list == 0 then return "nothing is pending" end
    local lines = { ("pending %d"):format(#list) }
    for _, step in ipairs(list) do lines[#lines + 1] = step_text(repl.out, step) end
    return table.concat(lines, "\n")
  end })
end

-- One line after an entry that changed the list.
local function tell_pending(repl)
  local out = repl.out
  local ok, steps = pcall(repl.session.pending)
  if not ok then
    local err = errors.is(steps) and steps or { message = tostring(steps) }
    return out.complain(("pending, but no plan yet: %s     discard() forgets the list"):format(err.message))
  end
  if #steps == repl.pending then return end
  local parts, undo = {}, {}
  for i = repl.pending + 1, #steps do parts[#parts + 1] = ("%s %s"):format(out.symbols[steps[i].class], brief(steps[i].describe)) end
  for _, step in ipairs(steps) do
    if step.undo and not undo[step.undo] then
      undo[step.undo] = true
      undo[#undo + 1] = step.undo
    end
  end
  repl.pending = #steps
  if #parts == 0 then return end
  local line = ("pending %d   %s"):format(#steps, table.concat(parts, "   "))
  if #undo > 0 then line = line .. "     undo: " .. table.concat(undo, ", ") end
  out.say(text_door.truncate(line, output.columns()))
end

local function asker(repl)
  local ask = repl.context:asker()
  return function(question)
    local steps, leaving = question.plan.steps, 0
    for _, step in ipairs(steps) do leaving = leaving + ((step.class == "remote" or step.class == "final") and 1 or 0) end
    local where = leaving == 0 and "nothing leaves this machine" or leaving == 1 and "1 leaves this machine" or leaving .. " leave this machine"
    repl.out.say(("%d step%s, %s."):format(#steps, #steps == 1 and "" or "s", where))
    return ask(question)
  end
end

local function add_engine_words(repl)
  local env, session, out = repl.env, repl.session, repl.out
  function env.pending() return pending_list(repl) end
  function env.discard()
    local count = session.discard()
    repl.pending = 0
    out.say(count == 0 and "nothing was pending" or ("forgot %d step%s"):format(count, count == 1 and "" or "s"))
  end
  function env.apply(how)
    local result = unwatched(session.apply, how)
    if not result then return out.say "nothing is pending" end
    repl.pending = 0
    run_view.close(out, result)
    if result.outcome == "done" then out.say "   undo() takes it back     :save NAME makes a recipe of this session" end
    if result.outcome ~= "done" then repl.failed = true end
  end
  function env.undo()
    run_view.close(out, unwatched(session.undo))
  end
end

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
  if type(value) == "string" and value:find "\n" and utf8.len(value) and not value:find "[\0-\8\11-\31]" then
    return (value:gsub("\n$", ""))
  end
  return show.value(value, { width = width })
end

local function show_values(repl, values, text)
  local shown, width, count = {}, output.columns(), values.n
  while count > 1 and values[count] == nil do count = count - 1 end
  for i = 1, count do
    -- What p:VERB gives is told by the line about the list; looked at by name, it is a value like others.
    if not is_step(values[i]) or text:find "^%s*[%w_]+%s*$" then shown[#shown + 1] = value_text(values[i], width) end
  end
  if #shown == 0 then return end
  if values.n > 0 and values[1] ~= nil then
    repl.env._ = values[1]
    repl.env.out[repl.number] = values[1]
  end
  local line = table.concat(shown, "   ")
  if #shown > 1 and (line:find "\n" or text_door.width(line) > width) then line = table.concat(shown, "\n") end
  local label = type(values[1]) == "table" and not show.is_name(line) and line:sub(1, 1) == "{" and ("out[%d] = "):format(repl.number) or ""
  repl.out.say(label .. line)
end

-- Errors --------------------------------------------------------------------------------------------

local function show_error(repl, text, caught)
  local out = repl.out
  repl.failed = true
  if rawequal(caught.raised, interrupted) then return out.complain(("[%d]%s: interrupted"):format(caught.number or repl.number, caught.line and ":" .. caught.line or "")) end
  repl.texts[repl.number] = text
  local told = chunk.explain { texts = repl.texts, number = caught.number or repl.number, raised = caught.raised, line = caught.line,
    env = repl.env, globals = repl.globals() }
  out.complain(out.paint("red", told.head))
  if told.source then
    out.complain("  " .. told.source)
    out.complain("  " .. out.paint("red", told.mark))
  end
  local err = told.error
  if not err then return end
  if err.cause then out.complain("  why    " .. err.cause:gsub("\n", "\n         ")) end
  for _, path in ipairs(err.paths or {}) do out.complain("  file   " .. path) end
  local entry = errors.entry(err.code)
  local hint = err.hint or entry and not told.source and entry.fix
  if hint then out.complain("  next   " .. hint) end
end

-- A bare name that is nothing: perhaps another was meant.
local function tell_unknown(repl, text)
  local name = text:match "^%s*([%a_][%w_]*)%s*$"
  if not name or rawget(repl.env, name) ~= nil then return false end
  local better = require("pure.near").suggest(name, repl.globals())
  repl.out.say(("nil      there is no '%s'%s"):format(name, better))
  return true
end

-- Entries -------------------------------------------------------------------------------------------

local function run_entry(repl, text, body, is_expression)
  loop.forget_interrupt()
  debug.sethook(watch, "", 10000)
  local values = table.pack(xpcall(body, chunk.handler))
  debug.sethook()
  loop.forget_interrupt()
  local before = repl.pending
  if not values[1] then
    show_error(repl, text, values[2])
  else
    values = table.pack(table.unpack(values, 2, values.n))
    if values.n == 1 and values[1] == nil and is_expression and tell_unknown(repl, text) then values.n = 0 end
    show_values(repl, values, text)
  end
  tell_pending(repl)
  if values[1] ~= false or values.n > 1 then
    repl.entries[#repl.entries + 1] = { text = text, queued = repl.pending > before, assigns = text:find "^[%a_][%w_]*%s*=[^=]" ~= nil }
  end
end

-- Facts that were read while nothing was pending are asked again: the user may have changed the world.
local function freshen(repl)
  if repl.pending == 0 then repl.session.discard() end
end

--- Handles what was typed so far. Returns "more", or whether to stay.
---@param repl table
---@param text string
---@return "more"|boolean
local function handle(repl, text)
  if not text:find "%S" then return true end
  if text:find "^%s*:[%a]" then return words_of_prompt.command(repl, text) end
  if text:find "^%s*!" then
    words_of_prompt.shell(repl, text)
    return true
  end
  local path, mark = text:match "^%s*([%a_][%w_.:]*)%s*(%?%??)%s*$"
  if path then
    help.on(repl, path, mark == "??")
    return true
  end
  local body, kind = chunk.compile(text, repl.number + 1, repl.env)
  if body == "more" then return "more" end
  repl.number = repl.number + 1
  repl.texts[repl.number] = text
  freshen(repl)
  if not body then show_error(repl, text, { raised = kind }) else run_entry(repl, text, body, kind) end
  return true
end

--- Reads one whole entry; nil at the end.
local function read_entry(repl)
  local text
  while true do
    local line, why = repl.editor:line(text and repl.prompts.more or repl.prompts.first)
    if not line and why == "interrupt" then
      text = nil
    elseif not line then
      if why ~= "eof" then error(why, 0) end
      return text and text .. "\n", true
    else
      text = text and text .. "\n" .. line or line
      local is_lua = not text:find "^%s*[:!]" and not text:find "%?%s*$"
      if not is_lua or chunk.compile(text, repl.number + 1, repl.env) ~= "more" then return text end
    end
  end
end

-- Starting ------------------------------------------------------------------------------------------

local function history_path()
  local base = host.getenv "XDG_STATE_HOME"
  if not base or base:sub(1, 1) ~= "/" then
    local home = host.getenv "HOME"
    base = home and home .. "/.local/state"
  end
  if not base then return nil end
  local ok = file.mkdir { path = base .. "/slipway", parents = true }
  return ok and base .. "/slipway/repl_history" or nil
end

local function git_names(repl)
  local found = {}
  for _, entry in ipairs(doc.functions(host.source "stdlib/meta/git.lua", "repo")) do
    local name = entry.name:match "[%w_]+$"
    local ok, value = pcall(function() return repl.env.git[name] end)
    if ok and value ~= nil then found[#found + 1] = name end
  end
  found[#found + 1] = "is_valid_ref"
  return found
end

local of_project = { "facts", "forge", "git", "p" }

local function add_names(repl)
  local engine = repl.engine
  function repl.globals()
    local all = chunk.names_of(repl.env)
    for _, key in ipairs(show.keys(names.modules)) do all[#all + 1] = key end
    table.move(of_project, 1, engine and #of_project or 0, #all + 1, all)
    return all
  end
  function repl.git_names() return git_names(repl) end
  function repl.topics()
    local all = require("run.verbs").names()
    for _, name in ipairs(require("run.facts").names()) do all[#all + 1] = name end
    return all
  end
  repl.commands = words_of_prompt.names
  function repl.env.help(value)
    if value == nil then return help.on(repl, "") end
    if type(value) == "string" then return help.on(repl, value) end
    local path = help.path_of(repl, value)
    if path then return help.on(repl, path) end
    repl.out.say "help on that: type its name and a question mark, for example  git.tag?"
  end
end

local function new_repl(context, engine, absent)
  local repl = { context = context, out = context.out, engine = engine, project = engine and engine.project, number = 0, pending = 0,
    entries = {}, texts = {}, failed = false }
  local function open() return engine, absent end
  repl.session = sessions.new(open, { on = run_view.listener(repl.out), where = names.where, ask = asker(repl) })
  repl.env = names.environment(repl.session, repl.out)
  repl.env.out, repl.env.coroutine = {}, watched_coroutines()
  add_engine_words(repl)
  add_names(repl)
  local mark = repl.out.unicode and "plan›" or "plan>"
  local painted = repl.out.paint("cyan", mark)
  local first = painted == mark and mark or painted:gsub("\27%[%d+m", "\1%0\1")
  repl.prompts = { first = first .. " ", more = repl.out.unicode and "    … " or "  ... " }
  return repl
end

local function greet(repl)
  local version
  if repl.engine then
    local ok, release = pcall(function() return repl.env.facts:release "latest" end)
    version = ok and release and (" at %s"):format(tostring(release.version)) or ""
  end
  local project = repl.engine and ("%s%s"):format(repl.project.name, version) or "no repository here"
  repl.out.say(("slipway %s  %s   effects wait for apply()   help()  :keys"):format(host.version, project))
end

local function farewell(repl)
  if repl.pending > 0 then
    repl.out.complain(("%d pending step%s not applied"):format(repl.pending, repl.pending == 1 and " was" or "s were"))
  end
end

function M.run(context, words)
  local o, err = context:parse("repl", words, function() end)
  if not o then return err == 0 and 0 or nil, err end
  local engine, absent = context:engine()
  if not engine and absent.code ~= "git.not_found" then return nil, absent end
  loop.interrupted() -- from here on Ctrl-C is asked for, and ends nothing by itself
  local repl = new_repl(context, engine, absent)
  local interactive = term.is_terminal(0) and term.is_terminal(1)
  local editor, no_editor = term.editor {
    history = interactive and history_path() or nil,
    complete = function(line, cursor) return complete.candidates(repl, line, cursor) end,
  }
  if not editor then return nil, no_editor end
  repl.editor = editor
  if interactive then greet(repl) end
  local stay, ended = true, false
  while stay and not ended do
    local text
    text, ended = read_entry(repl)
    if text then
      if interactive then editor:remember(text) end
      stay = handle(repl, text)
      if stay == "more" then -- the input ended inside an entry
        local _, problem = load(text, ("=[%d]"):format(repl.number + 1), "t", {})
        repl.number = repl.number + 1
        show_error(repl, text, { raised = problem })
      end
    end
  end
  editor:close()
  farewell(repl)
  return (not interactive and repl.failed) and 1 or 0
end

return M
