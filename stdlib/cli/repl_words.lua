-- What is no Lua at the prompt: :edit, :save, :keys, :quit and !command.
local clock = require "door.clock"
local file = require "door.file"
local host = require "door.host"
local near = require "pure.near"
local process = require "door.process"

local M = {}

M.names = { ":edit", ":help", ":keys", ":quit", ":save " }

local keys = [[
Tab        complete a name, field, verb, parameter, fact, tag or branch
Up Down    earlier entries      Ctrl-R  search them
Ctrl-A E   begin, end of line   Ctrl-W U K  delete word, line, rest
Ctrl-C     drop the line, or interrupt what runs
Ctrl-D     leave (on an empty line)      Ctrl-Z  to the shell, back with fg
An entry goes on while its end is missing; a pasted block is one entry. ~/.editrc changes keys.]]

local template = [[
-- Saved from the prompt on %s. Read it before its first run: slipway plan %s
return {
  name = "%s", summary = "What %d entr%s at the prompt did.",
  params = {},
  plan = function(p, facts, arg)
%s
  end,
}
]]

local test_template = [[
test("%s can be planned", function()
  local result = run { slipway, "plan", "%s", "--json" }
  check.equal(result.code, 0, result.err)
end)
]]

-- What was assigned to a global at the prompt is a local in a recipe.
local function as_local(text, known)
  local name = text:match "^([%a_][%w_]*)%s*=[^=]"
  if not name or known[name] then return text end
  known[name] = true
  return "local " .. text
end

--- The entries of a session that belong into a recipe, as its body.
---@param entries { text: string, queued: boolean, assigns: boolean }[]
---@return string body, integer count
function M.body(entries)
  local lines, known, count = {}, {}, 0
  for _, entry in ipairs(entries) do
    if entry.queued or entry.assigns then
      count = count + 1
      for line in (as_local(entry.text, known) .. "\n"):gmatch "(.-)\n" do
        lines[#lines + 1] = "    " .. line
      end
    end
  end
  return table.concat(lines, "\n"), count
end

local function write_new(path, text)
  if file.stat(path) then
    return nil, { message = path .. " exists already; choose another name" }
  end
  local ok, err = file.mkdir { path = path:match "^(.*)/", parents = true }
  if not ok then return nil, err end
  return file.write { path = path, text = text }
end

local function save(repl, name)
  local out = repl.out
  if not repl.engine then return out.complain "there is no project here to save a recipe in" end
  if not name:find "^%l[%l%d-]*$" then
    return out.complain "a recipe's name is lower-case letters, digits and hyphens:  :save clean-up"
  end
  local body, count = M.body(repl.entries)
  if count == 0 then return out.complain "no entry has planned anything yet" end
  local root = repl.engine.project.root
  local recipe, test =
    ("slipway/recipes/%s.lua"):format(name), ("slipway/tests/%s.lua"):format(name)
  local text =
    template:format(clock.date(clock.now()), name, name, count, count == 1 and "y" or "ies", body)
  local ok, err = write_new(root .. "/" .. recipe, text)
  if ok then
    ok, err = write_new(root .. "/" .. test, test_template:format(name, name))
  end
  if not ok then return out.complain(err.message) end
  out.say(("wrote %s and %s     slipway plan %s"):format(recipe, test, name))
  for _, own in ipairs { "git", "forge", "io", "archive", "digest", "out", "_" } do
    if body:find("%f[%w_]" .. own .. "%s*[.:%[]") then
      out.say(
        ('  it uses %s, which only the prompt has: ask a fact instead (help "facts")'):format(own)
      )
    end
  end
end

-- The last entry in an editor; what comes out of it is the next entry.
local function edit(repl)
  local folder, err = file.temp_dir "slipway-edit."
  if not folder then return repl.out.complain(err.message) end
  local path = folder .. "/entry.lua"
  local before = (repl.texts[repl.number] or ""):gsub("\n*$", "\n")
  local ok, failed = file.write { path = path, text = before }
  local text
  if ok then
    local editor = host.getenv "VISUAL" or host.getenv "EDITOR" or "vi"
    ok, failed = process.run { argv = { "sh", "-c", editor .. ' "$1"', "sh", path }, hold = true }
    text = ok and ok.code == 0 and file.read(path)
  end
  file.remove_tree { path = folder, below = folder:match "^(.*)/" }
  if failed then return repl.out.complain(failed.message) end
  if not text then return repl.out.complain "the editor ended with an error; nothing was run" end
  if text == before then return repl.out.say "nothing was changed; nothing was run" end
  repl.out.say((text:gsub("\n*$", "")))
  if repl.handle(repl, text) == "more" then repl.out.complain "the entry is not complete; :edit again" end
end

--- Does what a line beginning with ":" says; false when the prompt is to be left.
---@param repl table
---@param line string
---@return boolean? stay
function M.command(repl, line)
  local word, rest = line:match "^%s*(:%S*)%s*(.-)%s*$"
  if word == ":quit" or word == ":q" then return false end
  if word == ":keys" then
    repl.out.say(keys)
  elseif word == ":edit" then
    edit(repl)
  elseif word == ":help" then
    repl.env.help(rest ~= "" and rest or nil)
  elseif word == ":save" then
    save(repl, rest)
  else
    local names = {}
    for i, name in ipairs(M.names) do
      names[i] = name:gsub(" $", "")
    end
    repl.out.complain(
      ("there is no '%s'%s; there are %s"):format(
        word,
        near.suggest(word, names),
        table.concat(names, " ")
      )
    )
  end
  return true
end

--- !command goes to the shell, with the terminal.
---@param repl table
---@param line string
function M.shell(repl, line)
  local result, err = process.run { argv = { "sh", "-c", line:match "^%s*!(.*)$" }, hold = true }
  if not result then return repl.out.complain(err.message) end
  if result.code ~= 0 then repl.out.complain(("exit code %d"):format(result.code)) end
end

return M
