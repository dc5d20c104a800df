-- slipway help --man recipe, slipway help --man lua: the reference pages slipway-recipe(5) and slipway-lua(7), from the
-- declarations of verbs, facts and settings, and from the annotations of the modules.
local config = require "pure.config"
local doc = require "pure.doc"
local facts = require "run.facts"
local host = require "door.host"
local man = require "cli.man"
local prompt_names = require "cli.prompt_names"
local schema = require "pure.schema"
local sorted_keys = require "pure.sorted_keys"
local verbs = require "run.verbs"

local M = {}

local function example(lines, text)
  lines[#lines + 1] = ".RS\n.nf"
  for line in (text .. "\n"):gmatch "([^\n]*)\n" do lines[#lines + 1] = man.roff(line) end
  lines[#lines + 1] = ".fi\n.RE"
end

local function verb_item(lines, verb)
  man.item(lines, ("p:%s { %s }"):format(verb.name, table.concat(sorted_keys(verb.params), ", ")), verb.summary)
  lines[#lines + 1] = ".br\n" .. man.roff(("class %s%s"):format(verb.class, verb.undo_says and "; undo: " .. verb.undo_says or verb.retract and "; no undo: " .. verb.retract or ""))
  for _, name in ipairs(sorted_keys(verb.params)) do
    local kind, optional = schema.kind(verb.params[name])
    lines[#lines + 1] = ".br\n" .. man.roff(("  %s: %s%s"):format(name, kind, optional and ", may be left out" or ""))
  end
  if verb.example then example(lines, verb.example) end
end

--- The recipe that the page shows.
M.sample = [[
return {
  name = "docs", summary = "Tag the docs.",
  params = { version = { type = "version", help = "version of the docs" } },
  plan = function(p, facts, arg)
    local name = "docs-" .. arg.version
    p:require("the work tree is clean", facts:clean())
    local made = p:tag { name = name, at = facts.project.head.oid, message = "Docs " .. arg.version }
    p:push { remote = facts.project.remote, tag = made.oid, tag_name = name }
  end,
}]]

--- slipway-recipe(5).
---@return string
function M.recipe()
  local lines = man.head("SLIPWAY-RECIPE", 5, "File Formats", "slipway-recipe \\- recipes of releases, and slipway.lua")
  man.section(lines, "DESCRIPTION")
  lines[#lines + 1] = man.roff "A recipe is a Lua file slipway/recipes/NAME.lua that returns one table. It runs in a process of its own without files, network, clock or tokens: it reads by asking facts and writes by planning steps. The plan is shown, stored, and performed exactly as it stands."
  example(lines, M.sample)
  man.section(lines, "VERBS")
  for _, name in ipairs(verbs.names()) do verb_item(lines, require("verb." .. name)) end
  man.section(lines, "FACTS")
  for _, name in ipairs(facts.names()) do man.item(lines, require("fact." .. name).signature, require("fact." .. name).summary) end
  man.section(lines, "SETTINGS")
  lines[#lines + 1] = man.roff "slipway.lua, at the project's root, returns a table. All keys may be left out."
  for _, key in ipairs(config.keys) do
    man.item(lines, key.name, key.help)
    example(lines, ("%s = %s"):format(key.name, key.sample))
  end
  man.section(lines, '"SEE ALSO"')
  lines[#lines + 1] = ".BR slipway (1),\n.BR slipway\\-lua (7)"
  return table.concat(lines, "\n") .. "\n"
end

-- Modules of C are described by their stubs.
local function source_of(module)
  local room, file = module:match "^(%w+)%.([%w_]+)$"
  return host.source(room == "door" and ("stdlib/meta/%s.lua"):format(file) or ("stdlib/%s/%s.lua"):format(room, file)) or ""
end

local function function_item(lines, name, found)
  man.item(lines, name .. (found.signature:match "%b()$" or "()"), (table.concat(found.text, " "):gsub("%s+", " ")))
  for _, param in ipairs(found.params) do lines[#lines + 1] = ".br\n" .. man.roff(("  %s: %s"):format(param.name, param.type)) end
  if #found.returns > 0 then lines[#lines + 1] = ".br\n" .. man.roff("  → " .. table.concat(found.returns, ", ")) end
end

--- slipway-lua(7).
---@return string
function M.lua()
  local lines = man.head("SLIPWAY-LUA", 7, "Miscellaneous", "slipway-lua \\- the Lua of slipway eval, slipway repl and recipes")
  man.section(lines, "DESCRIPTION")
  lines[#lines + 1] = man.roff "At the prompt and in slipway eval, modules are globals; p:VERB { … } queues a step, apply() performs what waits, facts:NAME(…) reads at once. Functions return nil and an error for bad input."
  local modules = prompt_names.modules
  for _, name in ipairs(sorted_keys(modules)) do
    man.section(lines, ('"%s"'):format(name:upper()))
    local source = source_of(modules[name])
    lines[#lines + 1] = man.roff((doc.purpose(source):gsub("%s+", " ")))
    for _, found in ipairs(doc.functions(source)) do
      local own = found.name:match "[%w_]+$"
      if prompt_names.alone[name] and type(rawget(prompt_names.alone[name], own)) == "function" then function_item(lines, ("%s.%s"):format(name, own), found) end
    end
  end
  man.section(lines, '"SEE ALSO"')
  lines[#lines + 1] = ".BR slipway (1),\n.BR slipway\\-recipe (5)"
  return table.concat(lines, "\n") .. "\n"
end

return M
