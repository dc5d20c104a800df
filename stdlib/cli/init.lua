-- slipway init: writes a slipway.lua that fits the project, from what is found and from the configuration of other
-- release tools. Never overwrites one.
local clock = require "door.clock"
local compose = require "importer.compose"
local errors = require "pure.errors"
local file = require "door.file"
local json = require "door.json"
local known = require "importer.known"
local near = require "pure.near"
local output = require "cli.output"
local page = require "importer.page"
local surroundings = require "cli.init_surroundings"

local M = {}

M.help = {
  { "--import TOOL", "only from this tool: " .. table.concat(known.names(), ", ", 1, 5) .. "," },
  { "", table.concat(known.names(), ", ", 6, 11) .. "," }, { "", table.concat(known.names(), ", ", 12) .. "; or none" },
  { "--print", "to stdout; writes nothing" },
}

local function wanted_tools(name)
  if not name then return known.names() end
  if name == "none" then return {} end
  if near.contains(known.names(), name) then return { name } end
  return nil, errors.new {
    code = "usage.wrong", message = ("init cannot import from '%s'%s"):format(name, near.suggest(name, known.names())),
    hint = table.concat(known.names(), ", ") .. ", none",
  }
end

--- What is written must load, and must be a configuration.
local function checked(text)
  local value, err = require("run.recipe").load_table(text, "slipway.lua")
  if value then value, err = require("pure.config").check(value) end
  if value then return true end
  return nil, errors.new { code = "host.fault", message = "the slipway.lua that init made does not load: " .. tostring(errors.adopt(err)) }
end

local text_width = require("door.text").width

local words = { taken = "taken", changed = "changed", none = "no match" }

local function count(entries)
  local counts = { taken = 0, changed = 0, none = 0 }
  for _, entry in ipairs(entries) do counts[entry.verdict] = counts[entry.verdict] + 1 end
  return counts
end

local function line_of(text, entry)
  local needle, number = page.said(entry):sub(1, 40), 0
  for line in text:gmatch "([^\n]*)\n" do
    number = number + 1
    if line:find(needle, 1, true) then return number end
  end
end

local function tell(out, entries, text)
  local counts = count(entries)
  out.say(("wrote slipway.lua   %d settings: %d taken, %d changed, %d without equivalent"):format(#entries, counts.taken, counts.changed, counts.none))
  for _, verdict in ipairs { "changed", "none" } do
    for _, entry in ipairs(entries) do
      if entry.verdict == verdict then
        local where = entry.line and ("%s:%d"):format(entry.file, entry.line) or entry.file
        local at = line_of(text, entry)
        local why = verdict == "none" and at and ("see slipway.lua:%d"):format(at) or entry.why or ""
        local head = ("  %s %s  %s"):format(output.pad(words[verdict], 9), where, entry.name)
        if text_width(head) + 3 + text_width(why) <= output.width() then
          out.say(head .. "   " .. why)
        else
          out.say(head)
          output.block(out, (" "):rep(12), why)
        end
      end
    end
  end
end

local function plain(entries)
  local list = {}
  for i, entry in ipairs(entries) do
    list[i] = { tool = entry.tool, file = entry.file, line = entry.line, name = entry.name, verdict = entry.verdict, key = entry.key, why = entry.why, instead = entry.instead }
  end
  return json.array(list)
end

local function declare(parser)
  parser:option "--import"
  parser:flag "--print"
end

--- Composes the text; nothing is written.
local function make(context, o)
  local tools, wrong = wanted_tools(o.import)
  if not tools then return nil, wrong end
  local found, failed = surroundings(context)
  if not found then return nil, failed end
  local entries, sources = known.import_all(tools, found.files, o.import ~= nil)
  if not entries then return nil, sources end
  local settings, owner = compose.settings(entries, found.project)
  local text = page.text {
    name = found.name, settings = settings, owner = owner, entries = entries, sources = sources, project = found.project, date = clock.date(o.as_of or clock.now()),
  }
  local ok, err = checked(text)
  if not ok then return nil, err end
  return { text = text, entries = entries, path = found.root .. "/slipway.lua", sources = sources }
end

function M.run(context, words_given)
  local o, err = context:parse("init", words_given, declare)
  if not o then return err == 0 and 0 or nil, err end
  local made, failed = make(context, o)
  if not made then return nil, failed end
  local out = context.out
  local object = { written = not o.print, text = made.text, settings = plain(made.entries), counts = count(made.entries), sources = json.array(made.sources) }
  if o.print then
    out.object("init", object)
    out.say((made.text:gsub("\n$", "")))
    return 0
  end
  if file.stat(made.path, { follow = false }) then
    return nil, errors.new { code = "import.exists", message = "slipway.lua is there already; it is not overwritten", hint = "slipway init --print   shows what would be written" }
  end
  local ok, unwritten = file.write { path = made.path, text = made.text }
  if not ok then return nil, unwritten end
  out.object("init", object)
  tell(out, made.entries, made.text)
  out.say "Next: slipway doctor"
  return 0
end

return M
