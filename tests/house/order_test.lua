-- Order reaches a plan or a journal only on purpose: `pairs` there says why it may stand.
local here = debug.getinfo(1, "S").source:match "^@(.*)/[^/]*$"
local tree = assert(loadfile(here .. "/tree.lua", "t", _G))()

local function complaints_of(files)
  local complaints = {}
  for _, path in ipairs(tree.paths(files, "%.lua$")) do
    if
      path:find "^stdlib/run/"
      or path:find "^stdlib/pure/plan"
      or path:find "^stdlib/pure/draft"
    then
      local raw = {}
      for number, line in tree.lines(files[path]) do
        raw[number] = line
      end
      for number, line in tree.lines(tree.code(path, files[path], { strings = false })) do
        local unordered = line:find "%f[%w_.]pairs%s*[%({]" or line:find "%f[%w_]in%s+next%f[^%w_]"
        local explained = raw[number]:find "%-%- order: %S"
          or (raw[number - 1] or ""):find "^%s*%-%- order: %S"
        if unordered and not explained then
          complaints[#complaints + 1] = ("%s:%d: pairs without '-- order: why'"):format(
            path,
            number
          )
        end
      end
    end
  end
  return complaints
end

test(
  "pairs in plan and journal code says why its order does not matter",
  function() check.equal(complaints_of(tree.read(here .. "/../..")), {}) end
)

test("the rule sees an unexplained pairs, and only there", function()
  local function count(path, text) return #complaints_of { [path] = text } end
  check.equal(count("stdlib/run/x.lua", "for k in pairs(t) do end"), 1)
  check.equal(count("stdlib/pure/plan_steps.lua", "for k in next, t do end"), 1)
  check.equal(count("stdlib/pure/draft.lua", "for k in pairs(t) do end -- order:"), 1)
  check.equal(
    count("stdlib/run/x.lua", "for k in pairs(t) do end -- order: keys are sorted below"),
    0
  )
  check.equal(count("stdlib/run/x.lua", "-- order: a sum has none\nfor k in pairs(t) do end"), 0)
  check.equal(count("stdlib/run/x.lua", "for k in ipairs(t) do end -- pairs(t)"), 0)
  check.equal(count("stdlib/pure/show.lua", "for k in pairs(t) do end"), 0)
end)
