-- Checks a verb's declaration when its file is loaded, and gives it its defaults. See design.md,
-- "A verb": `class` is read (waits, checks), local, remote (undo leaves witnesses) or final.
local classes = { read = true, ["local"] = true, remote = true, final = true }

local fields = {
  name = "string", class = "string", summary = "string", params = "table", returns = "table",
  describe = "function", verify = "function", apply = "function", undo = "function",
  undo_says = "string", retract = "string", retraction = "function", parallel = "boolean", forward = "boolean",
  example = "string", needs = "table", raise_class = "function",
  label = "function", tip = "table",
}

local function complain(name, text) error(("verb %s: %s"):format(tostring(name), text), 3) end

---@class slipway.Verb
---@field name string
---@field class "read"|"local"|"remote"|"final"
---@field summary string
---@field params table<string, string>   name → type, "?" at the end when it may be left out
---@field returns table<string, string>  what later steps may refer to
---@field describe fun(a: table): string  one line for people; arguments may still be references
---@field verify fun(world: table, a: table): string, any, table?  "absent" | "same", value | "different", why | "unknown", why;
---   third, unless "same": what undo needs, when a part of the effect is there (a killed or refused apply left it)
---@field apply fun(world: table, a: table): table?, slipway.Error?
---@field undo (fun(world: table, a: table, done: table): true?, slipway.Error?)?
---@field undo_says string   what undo does, in a word or two: "delete"
---@field retract string?    for final verbs: what is left to do afterwards, as a command
---@field retraction (fun(a: table): string)?  the same for one use of a final verb: what cannot be taken back, until when
---@field parallel boolean?  neighbours of the same kind may run together
---@field forward boolean?   safe to repeat until done, so it may stand after the pivot
---@field raise_class (fun(a: table): string?)?  one use may be of a higher class
---@field needs string[]?    which parts of the world it is handed
---@field label (fun(a: table): string)?  noun for what the step makes, shown where a later step refers to it
---@field tip { branch: string, at: string, result: string? }?  continues a branch: which arguments name it and where it stands
---@param declaration slipway.Verb
---@return slipway.Verb
return function(declaration)
  local name = declaration.name
  for key, value in pairs(declaration) do -- order: any complaint is a complaint
    if not fields[key] then complain(name, ("unknown field '%s'"):format(tostring(key))) end
    if type(value) ~= fields[key] then complain(name, ("field '%s' must be a %s"):format(key, fields[key])) end
  end
  for _, key in ipairs { "name", "class", "summary", "params", "verify", "apply" } do
    if declaration[key] == nil then complain(name, ("field '%s' is missing"):format(key)) end
  end
  if not classes[declaration.class] then complain(name, "class must be read, local, remote or final") end
  local needs_undo = declaration.class == "local" or declaration.class == "remote"
  if needs_undo and not (declaration.undo and declaration.undo_says) then
    complain(name, "a local or remote verb declares undo and undo_says")
  end
  if declaration.class == "final" and not declaration.retract then
    complain(name, "a final verb names its retraction")
  end
  declaration.returns = declaration.returns or {}
  declaration.describe = declaration.describe or function() return declaration.summary end
  return declaration
end
