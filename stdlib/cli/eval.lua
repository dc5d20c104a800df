-- slipway eval CODE [ARG…], slipway eval -f FILE [ARG…]: Lua with the names of the prompt. Steps that the code
-- queues are shown, and performed only with --yes.
local errors = require "pure.errors"
local json = require "door.json"
local names = require "cli.prompt_names"
local output = require "cli.output"
local run_view = require "cli.run_view"
local sessions = require "run.session"

local M = {}

--- Own options stand before the code; everything after it is the code's.
local function read_words(words)
  local o, i = { args = {} }, 1
  local flags = { ["--yes"] = "yes", ["--json"] = "json", ["--offline"] = "offline" }
  while i <= #words do
    local word = words[i]
    if o.code or o.file then
      o.args[#o.args + 1] = word
    elseif word == "-f" or word == "--root" then
      i = i + 1
      o[word == "-f" and "file" or "root"] = words[i]
      if not words[i] then return nil, errors.new { code = "usage.wrong", message = word .. " needs a value", hint = "slipway help eval" } end
    elseif flags[word] then
      o[flags[word]] = true
    elseif word:sub(1, 2) == "--" and word ~= "--" then
      return nil, errors.new { code = "usage.wrong", message = ("unknown option '%s'"):format(word), hint = "slipway help eval" }
    elseif word ~= "--" then
      o.code = word
    end
    i = i + 1
  end
  if not o.code and not o.file then
    return nil, errors.new { code = "usage.wrong", message = "eval needs code", hint = "slipway eval 'print(version.next{ current = \"1.0.0\", commits = { \"feat: x\" } })'" }
  end
  return o
end

local function load_code(o, env)
  local text, name = o.code, "=eval"
  if o.file then
    local read, err = require("door.file").read(o.file)
    if not read then return nil, err end
    text, name = read:gsub("^#[^\n]*", ""), "@" .. o.file
  end
  -- Through select, so that no call is a tail call: errors then name the line.
  local chunk, why = load(("return select(1, %s\n)"):format(text), name, "t", env)
  if not chunk then chunk, why = load(text, name, "t", env) end
  if not chunk then return nil, errors.new { code = "eval.failed", message = why } end
  return chunk
end

--- Results as programs get them; what has no JSON is printed as text.
local function as_object(out, results)
  local list = {}
  for i = 1, results.n do
    local value = results[i] == nil and json.null or results[i]
    list[i] = type(value) ~= "function" and json.encode(value) and value or tostring(value)
  end
  if results.n > 0 then out.object("eval", { results = json.array(list) }) end
end

local function show_results(out, results)
  if results.n == 0 then return end
  local show = require "pure.show"
  local parts = {}
  for i = 1, results.n do
    local value = results[i]
    parts[i] = type(value) == "string" and value or show.value(value)
  end
  out.say(table.concat(parts, "\t"))
end

local function perform(out, session, o)
  local pending = session.pending()
  if #pending == 0 then return 0 end
  if not o.yes then
    out.tell(("%d step%s planned, not performed (--yes performs):"):format(#pending, #pending == 1 and "" or "s"))
    for _, step in ipairs(pending) do out.tell(("  %s %s"):format(out.symbols[step.class], step.describe)) end
    return 0
  end
  local result = session.apply { yes = true }
  run_view.close(out, result)
  return run_view.exit_code(result)
end

function M.run(context, words)
  local o, err = read_words(words)
  if not o then return nil, err end
  local out = output.new { json = o.json }
  context.out = out
  local function open() return require("run.engine").open { root = o.root, offline = o.offline } end
  local session = sessions.new(open, { on = run_view.listener(out), where = names.where })
  local env = names.environment(session, out)
  env.arg = { [0] = o.file or "eval", table.unpack(o.args) }
  local chunk, bad = load_code(o, env)
  if not chunk then return nil, bad end
  local results = table.pack(xpcall(chunk, function(raised)
    if errors.is(raised) then return errors.adopt(raised) end
    return errors.new { code = "eval.failed", message = tostring(raised) }
  end, table.unpack(o.args)))
  if not results[1] then
    require("cli.error_view").show(out, results[2], 1)
    return 1
  end
  results = table.pack(table.unpack(results, 2, results.n))
  show_results(out, results)
  local code = perform(out, session, o)
  as_object(out, results)
  return code
end

return M
