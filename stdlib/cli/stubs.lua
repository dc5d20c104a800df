-- slipway stubs [DIR]: what editors need to complete and check recipes: ---@meta stubs of the doors, of facts and of
-- p, and a .luarc.json that names them.
local errors = require "pure.errors"
local facts = require "run.facts"
local file = require "door.file"
local host = require "door.host"
local json = require "door.json"
local near = require "pure.near"
local schema = require "pure.schema"
local sorted_keys = require "pure.sorted_keys"
local verbs = require "run.verbs"

local M = {}

M.help = { { "DIR", "the folder they are written to (slipway/stubs)" } }

local kinds = {
  text = "string", version = "slipway.Version|string", integer = "integer", number = "number", boolean = "boolean", commit = "oid|slipway.Reference",
  oid = "oid|slipway.Reference", name = "string", revision = "string", commits = "(oid|slipway.Reference)[]", list = "any[]", map = "table", path = "string",
  duration = "string|number", artifacts = "any[]|slipway.Reference", any = "any",
}

local function verb_lines(lines, verb)
  local args, returns = {}, {}
  for i, name in ipairs(sorted_keys(verb.params)) do
    local kind, optional = schema.kind(verb.params[name])
    args[i] = ("%s%s: %s"):format(name, optional and "?" or "", kinds[kind])
  end
  for i, name in ipairs(sorted_keys(verb.returns)) do returns[i] = name .. ": slipway.Reference" end
  lines[#lines + 1] = "--- " .. verb.summary
  if verb.example then lines[#lines + 1] = "--- e.g. `" .. verb.example:gsub("\n", " ") .. "`" end
  lines[#lines + 1] = ("---@param a { %s }"):format(table.concat(args, ", "))
  lines[#lines + 1] = ("---@return { %s }"):format(table.concat(returns, ", "))
  lines[#lines + 1] = ("function p:%s(a) end\n"):format(verb.name)
end

local head = [[
---@meta
-- What a recipe sees. Written by slipway stubs; written again by the next one.

---@alias oid string
---@class slipway.Reference   what a step will return, known when the run gets there
---@class slipway.Version
---@field major integer
---@field minor integer
---@field patch integer
---@field bump fun(self: slipway.Version, level: string, o: table?): slipway.Version
---@field tag fun(self: slipway.Version): string

---@class slipway.Recipe
---@field name string
---@field summary string
---@field params table<string, { type: string, default: any, help: string, values: string[]?, optional: boolean? }>?
---@field plan fun(p: slipway.Planner, facts: slipway.Facts, arg: table): table?
---@field sample string?

---@class slipway.Planner
local p = {}

--- A requirement; all are tried and reported together.
---@param say string
---@param check boolean|table
function p:require(say, check) end
--- The same as a warning.
function p:warn(say, check) end
---@param name string
function p:phase(name) end
--- What --confirm has to name.
function p:version(version) end
--- Two runs of one channel never overlap.
function p:channel(name) end
function p:title(text) end
--- Splices another recipe in; returns what its plan returns.
---@param name string
---@param args table?
---@return table
function p:recipe(name, args) end
--- The recipe that follows, by the outcome of a step.
function p:after(fork) end

]]

local function planner()
  local lines = {}
  for _, name in ipairs(verbs.names()) do verb_lines(lines, require("verb." .. name)) end
  lines[#lines + 1] = "---@class slipway.Facts\n---@field project table   name, trunk, remote, head, manifests, checks, targets, packages, …\nlocal facts = {}\n"
  for _, name in ipairs(facts.names()) do
    local fact = require("fact." .. name)
    lines[#lines + 1] = ("--- %s\n--- %s\n---@return any\nfunction facts:%s(...) end\n"):format(fact.summary, fact.signature, fact.name)
  end
  return head .. table.concat(lines, "\n")
end

local function write_all(folder, files)
  for _, name in ipairs(sorted_keys(files)) do
    local ok, err = file.write { path = folder .. "/" .. name, text = files[name] }
    if not ok then return nil, err end
  end
  return true
end

-- What the editor is told; never overwritten, for it may hold more.
local function luarc(folder) return assert(json.encode { ["runtime.version"] = "Lua 5.4", ["workspace.library"] = json.array { folder }, ["diagnostics.globals"] = json.array { "test", "check", "run", "slipway", "plan", "semver", "pep440", "calver", "conventional" } }) .. "\n" end

function M.run(context, words)
  local o, err = context:parse("stubs", words, function(parser) parser:argument("dir"):args "?" end)
  if not o then return err == 0 and 0 or nil, err end
  local found = context:reading()
  local root = found and found.project.root or "."
  local folder = o.dir or root .. "/slipway/stubs"
  local kind = file.stat(folder)
  if kind and kind.kind ~= "folder" then return nil, errors.new { code = "file.not_a_folder", message = folder .. " is no folder" } end
  local ok, failed = file.mkdir { path = folder, parents = true }
  if not ok then return nil, failed end
  local files = { ["recipe.d.lua"] = planner() }
  for _, path in ipairs(host.sources "stdlib/meta/") do files["door_" .. path:match "([%w_]+)%.lua$" .. ".d.lua"] = host.source(path) end
  ok, failed = write_all(folder, files)
  if not ok then return nil, failed end
  local names = sorted_keys(files)
  local told = found and not near.contains(file.list(root) or {}, ".luarc.json")
  if told then
    local shown = o.dir or "slipway/stubs"
    ok, failed = file.write { path = root .. "/.luarc.json", text = luarc(shown) }
    if not ok then return nil, failed end
  end
  context.out.object("stubs", { folder = folder, files = json.array(names), luarc = told or false })
  context.out.say(("wrote %d stubs to %s%s"):format(#names, folder, told and " and .luarc.json, which names them" or ""))
  if not told then context.out.say(("  .luarc.json: \"workspace.library\": [ \"%s\" ]"):format(o.dir or "slipway/stubs")) end
  return 0
end

return M
