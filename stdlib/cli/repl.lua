-- slipway repl: the prompt. Reading answers at once; p:VERB { … } queues a step that waits for apply().
local chunk = require "cli.repl_chunk"
local complete = require "cli.repl_complete"
local doc = require "pure.doc"
local file = require "door.file"
local help = require "cli.repl_help"
local host = require "door.host"
local interrupt = require "cli.repl_interrupt"
local loop = require "door.loop"
local names = require "cli.prompt_names"
local pending = require "cli.repl_pending"
local run_view = require "cli.run_view"
local sessions = require "run.session"
local show = require "pure.show"
local term = require "door.term"
local view = require "cli.repl_view"
local words_of_prompt = require "cli.repl_words"

local M = {}

-- Entries -------------------------------------------------------------------------------------------

local function run_entry(repl, text, body, is_expression)
  local values = interrupt.watched(body, chunk.handler)
  local before, ok = repl.pending, values[1]
  if not ok then
    view.error(repl, text, values[2])
  else
    values = table.pack(table.unpack(values, 2, values.n))
    if values.n == 1 and values[1] == nil and is_expression and view.unknown(repl, text) then
      values.n = 0
    end
    view.values(repl, values, text)
  end
  pending.tell(repl)
  local queued = repl.pending > before
  pending.settle(repl)
  if ok then
    repl.entries[#repl.entries + 1] = {
      text = text,
      queued = queued,
      assigns = text:find "^[%a_][%w_]*%s*=[^=]" ~= nil,
    }
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
  if not body then
    view.error(repl, text, { raised = kind })
  else
    run_entry(repl, text, body, kind)
  end
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
    for _, key in ipairs(show.keys(names.modules)) do
      all[#all + 1] = key
    end
    table.move(of_project, 1, engine and #of_project or 0, #all + 1, all)
    return all
  end
  function repl.git_names() return git_names(repl) end
  function repl.topics()
    local all = require("run.verbs").names()
    for _, name in ipairs(require("run.facts").names()) do
      all[#all + 1] = name
    end
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
  local repl = {
    context = context,
    out = context.out,
    engine = engine,
    project = engine and engine.project,
    number = 0,
    pending = 0,
    entries = {},
    texts = {},
    failed = false,
  }
  local function open() return engine, absent end
  repl.session = sessions.new(
    open,
    { on = run_view.listener(repl.out), where = names.where, ask = pending.asker(repl) }
  )
  repl.env = names.environment(repl.session, repl.out)
  repl.env.out, repl.env.coroutine = {}, interrupt.coroutines()
  pending.add_words(repl)
  add_names(repl)
  local function prompt(mode)
    local mark = mode .. (repl.out.unicode and "›" or ">")
    local painted = repl.out.paint(mode == "live" and "red" or "cyan", mark)
    return (painted == mark and mark or painted:gsub("\27%[%d+m", "\1%0\1")) .. " "
  end
  repl.prompts = { plan = prompt "plan", live = prompt "live", more = repl.out.unicode and "    … " or "  ... " }
  repl.prompts.first = repl.prompts.plan
  repl.handle = handle
  return repl
end

local function greet(repl)
  local version
  if repl.engine then
    local ok, release = pcall(function() return repl.env.facts:release "latest" end)
    version = ok and release and (" at %s"):format(tostring(release.version)) or ""
  end
  local project = repl.engine and ("%s%s"):format(repl.project.name, version)
    or "no repository here"
  repl.out.say(
    ("slipway %s  %s   effects wait for apply()   help()  :keys"):format(host.version, project)
  )
end

local function farewell(repl)
  if repl.pending > 0 then
    repl.out.complain(
      ("%d pending step%s not applied"):format(
        repl.pending,
        repl.pending == 1 and " was" or "s were"
      )
    )
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
        view.error(repl, text, { raised = problem })
      end
    end
  end
  editor:close()
  farewell(repl)
  return (not interactive and repl.failed) and 1 or 0
end

return M
