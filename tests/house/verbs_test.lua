-- Every verb can be shown, explained, checked and taken back.
local here = debug.getinfo(1, "S").source:match "^@(.*)/[^/]*$"
local tree = assert(loadfile(here .. "/tree.lua", "t", _G))()
local files = tree.read(here .. "/../..")

local function is_text(value) return type(value) == "string" and value:find "%S" ~= nil end

-- What `slipway help VERB` needs, and what the planner, performer and undo need.
local function complaints_of(name, verb, text)
  local found = {}
  local function complain(say) found[#found + 1] = ("verb %s: %s"):format(name, say) end
  if type(verb) ~= "table" then
    return { ("verb %s: its file returns no declaration"):format(name) }
  end
  if verb.name ~= name then complain "its name differs from its file's" end
  if not is_text(verb.summary) then complain "has no summary" end
  if type(verb.params) ~= "table" then complain "has no params" end
  for _, field in ipairs { "describe", "verify", "apply" } do
    if type(verb[field]) ~= "function" then complain("has no " .. field) end
  end
  if not text:find "%f[%w_]describe%f[^%w_]" then complain "does not describe its use" end
  if verb.class == "final" then
    if not is_text(verb.retract) then complain "is final and names no retraction" end
  elseif verb.class == "local" or verb.class == "remote" then
    if type(verb.undo) ~= "function" or not is_text(verb.undo_says) then complain "has no undo" end
  end
  if not is_text(verb.example) then complain "has no help: an example is missing" end
  return found
end

test(
  "every verb has summary, params, describe, verify, apply, an undo or a retraction, and help",
  function()
    local complaints, seen = {}, 0
    for _, path in ipairs(tree.paths(files, "^stdlib/verb/[^/]+%.lua$")) do
      local name = path:match "([^/]+)%.lua$"
      local module = "verb." .. name
      local ok, verb = pcall(require, module)
      if not ok then
        complaints[#complaints + 1] = tostring(verb)
      elseif type(verb) ~= "table" or verb.class then
        seen = seen + 1
        local more = complaints_of(name, verb, files[path])
        table.move(more, 1, #more, #complaints + 1, complaints)
      end
    end
    if seen == 0 then skip "there is no verb yet" end
    check.equal(complaints, {})
  end
)

local function sample(changes)
  local function nothing() end
  local verb = {
    name = "tag",
    class = "local",
    summary = "Create a tag.",
    params = {},
    describe = nothing,
    verify = nothing,
    apply = nothing,
    undo = nothing,
    undo_says = "delete",
    example = "p:tag{}",
  }
  for key, value in pairs(changes) do
    verb[key] = value or nil
  end
  return complaints_of("tag", verb, changes.text or "describe = function() end")
end

test("the rule sees what a verb lacks", function()
  check.equal(sample {}, {})
  check.match(sample({ summary = " " })[1], "summary")
  check.match(sample({ params = false })[1], "params")
  check.match(sample({ verify = false })[1], "verify")
  check.match(sample({ undo = false })[1], "undo")
  check.match(sample({ undo_says = false })[1], "undo")
  check.match(sample({ class = "final" })[1], "retraction")
  check.match(sample({ example = false })[1], "help")
  check.match(sample({ text = "return verb {}" })[1], "describe")
  check.match(sample({ name = "tga" })[1], "name")
  check.equal(sample { class = "read", undo = false, undo_says = false }, {})
  check.match(complaints_of("tag", true, "")[1], "no declaration")
end)
