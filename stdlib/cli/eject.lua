-- slipway eject RECIPE: copies a stock recipe into the project, which then uses its own.
local errors = require "pure.errors"
local file = require "door.file"
local host = require "door.host"
local near = require "pure.near"

local M = {}

M.help = { { "RECIPE", "a stock recipe: slipway list" } }

local function stock_names()
  local names = {}
  for _, path in ipairs(host.sources "recipes/") do names[#names + 1] = path:match "^recipes/(.+)%.lua$" end
  return names
end

local function included(text)
  local names, seen = {}, {}
  for name in text:gmatch "p:recipe%(?%s*[\"']([%l%d_-]+)" do
    if not seen[name] then seen[name], names[#names + 1] = true, name end
  end
  return names
end

function M.run(context, words)
  local o, err = context:parse("eject", words, function(parser) parser:argument "recipe" end)
  if not o then return err == 0 and 0 or nil, err end
  local name = o.recipe
  local text = name:find "^[%l%d_-]+$" and host.source(("recipes/%s.lua"):format(name))
  if not text then
    local names = stock_names()
    return nil, errors.new { code = "recipe.not_found", message = ("there is no stock recipe '%s'%s"):format(name, near.suggest(name, names)), hint = table.concat(names, ", ") }
  end
  local found, failed = context:reading()
  if not found then return nil, failed end
  local path = ("slipway/recipes/%s.lua"):format(name)
  local full = found.project.root .. "/" .. path
  if file.stat(full, { follow = false }) then
    return nil, errors.new { code = "recipe.exists", message = path .. " is there already; it is not overwritten", hint = "slipway help " .. name }
  end
  local ok, unwritten = file.mkdir { path = full:match "^(.*)/", parents = true }
  if ok then ok, unwritten = file.write { path = full, text = text } end
  if not ok then return nil, unwritten end
  local out, others = context.out, included(text)
  out.object("eject", { recipe = name, path = path, includes = require("door.json").array(others) })
  out.say(("wrote %s: this project now uses it instead of the stock recipe"):format(path))
  if #others > 0 then out.say(("  it includes %s, which stay the stock ones"):format(table.concat(others, ", "))) end
  out.say "  trust    not needed: a recipe runs without files, network and secrets. Verbs of your own (slipway/verbs) need slipway trust"
  out.say(("  try it   slipway plan %s"):format(name))
  return 0
end

return M
