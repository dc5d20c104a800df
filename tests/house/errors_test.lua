-- Every error code that the sources use is explained in stdlib/pure/errors, and nothing else is.
local here = debug.getinfo(1, "S").source:match "^@(.*)/[^/]*$"
local tree = assert(loadfile(here .. "/tree.lua", "t", _G))()
local files = tree.read(here .. "/../..")

local dotted = "^%l[%l%d_]*%.[%l%d_]+$"
local makers = {
  refuse = true,
  refusal = true,
  refused = true,
  fail = true,
  failed = true,
  failure = true,
  stop = true,
  complain = true,
}

local function literals(text)
  local found = {}
  for literal in text:gmatch '"([^"\n]*)"' do
    if literal:find(dotted) then found[#found + 1] = literal end
  end
  return found
end

local function line_at(text, position)
  local _, count = text:sub(1, position):gsub("\n", "")
  return count + 1
end

local function add(used, code, path, text, position)
  used[code] = used[code] or ("%s:%d"):format(path, line_at(text, position))
end

-- Lua: `code = "a.b"` (the rest of that line counts, for `x and "a.b" or "a.c"`), refuse("a.b", …).
local function used_in_lua(used, path, code)
  for start, rest in code:gmatch "()%f[%w_]code%s*=([^=\n][^\n]*)" do
    local value = rest:match "^(.-),%s*[%a_]+%s*=" or rest
    for _, literal in ipairs(literals(value)) do
      add(used, literal, path, code, start)
    end
  end
  for start, name, literal in code:gmatch '()%f[%w_]([%l_]+)%s*%(?%s*"([^"\n]*)"' do
    if makers[name] and literal:find(dotted) then add(used, literal, path, code, start) end
  end
end

-- C: the first dotted literals of sw_fail(err, rc, …) and sw_fail_errno(err, errno, …), up to the format.
local function used_in_c(used, path, code)
  for start, call in code:gmatch "()%f[%w_]sw_fail[%w_]*%s*(%b())" do
    for _, literal in ipairs(literals(call)) do
      add(used, literal, path, code, start)
    end
  end
end

---@return table<string, string> used  code → where first
local function used_codes(sources)
  local used = {}
  for _, path in ipairs(tree.paths(sources, "%.[lch][ua]?a?$")) do
    local code = tree.code(path, sources[path])
    if path:find "^runtime/" then
      used_in_c(used, path, code)
    elseif
      (path:find "^stdlib/" or path:find "^recipes/")
      and not path:find "^stdlib/pure/errors/"
      and not path:find "^stdlib/meta/"
    then
      used_in_lua(used, path, code)
    end
  end
  return used
end

-- Every text of the sources that looks like a code, for finding entries nobody uses.
local function mentioned(sources)
  local all = {}
  for _, path in ipairs(tree.paths(sources, "%.[lch][ua]?a?$")) do
    local ours = path:find "^runtime/" or path:find "^stdlib/" or path:find "^recipes/"
    if ours and not path:find "^stdlib/pure/errors/" and not path:find "^stdlib/meta/" then
      for _, literal in ipairs(literals(tree.code(path, sources[path]))) do
        all[literal] = true
      end
    end
  end
  return all
end

local function complaints_of(sources, catalogue)
  local complaints = {}
  local used = used_codes(sources)
  for _, code in ipairs(tree.paths(used, ".")) do
    if not catalogue[code] then
      complaints[#complaints + 1] = ("%s: %s has no entry"):format(used[code], code)
    end
  end
  local all = mentioned(sources)
  for _, code in ipairs(tree.paths(catalogue, ".")) do
    if not all[code] then
      complaints[#complaints + 1] = ("%s is explained and never used"):format(code)
    end
  end
  return complaints
end

local function entry_complaint(area, code, entry)
  if not code:find(dotted) or code:match "^[^.]+" ~= area then
    return code .. " stands in the file of another area"
  end
  if math.type(entry.exit) ~= "integer" then return code .. " has no exit code" end
  for _, field in ipairs { "why", "fix" } do
    if type(entry[field]) ~= "string" or not entry[field]:find "%S" then
      return ("%s does not say %s"):format(code, field)
    end
  end
end

test("every error code used is explained, and every explained code is used", function()
  local catalogue, complaints = {}, {}
  for _, path in ipairs(tree.paths(files, "^stdlib/pure/errors/[^/]+%.lua$")) do
    local area = path:match "([^/]+)%.lua$"
    local entries = assert(load(files[path], "@" .. path, "t", {}))()
    for code, entry in pairs(entries) do
      catalogue[code] = true
      complaints[#complaints + 1] = entry_complaint(area, code, entry)
    end
  end
  check.truthy(next(catalogue))
  check.equal(complaints, {})
  check.equal(complaints_of(files, catalogue), {})
end)

test("the rule sees a code without entry and an entry without use", function()
  local function complaints(path, text, known) return complaints_of({ [path] = text }, known or {}) end
  check.equal(
    complaints("stdlib/run/x.lua", '\nreturn nil, errors.new { code = "a.b", message = "x.y" }'),
    { "stdlib/run/x.lua:2: a.b has no entry" }
  )
  check.equal(#complaints("stdlib/run/x.lua", 'code = x and "a.b" or "a.c"'), 2)
  check.equal(#complaints("stdlib/run/x.lua", 'return refuse("a.b", "text")'), 1)
  check.equal(
    #complaints("runtime/core/x.c", 'return sw_fail(err, SW_E_IO,\n  "a.b", "text %s", name);'),
    1
  )
  check.equal(
    #complaints("runtime/core/x.c", 'return sw_fail_errno(err, errno, big ? "a.b" : "a.c", "t");'),
    2
  )
  check.equal(
    complaints("stdlib/run/x.lua", "", { ["a.b"] = true }),
    { "a.b is explained and never used" }
  )
  check.equal(complaints("stdlib/run/x.lua", 'if err.code == "a.b" then', { ["a.b"] = true }), {})
  check.equal(complaints("stdlib/run/x.lua", '-- code = "a.b"\nrequire "pure.plan"'), {})
end)

test("the rule sees an entry that explains nothing", function()
  local good = { exit = 1, why = "w", fix = "f" }
  check.equal(entry_complaint("a", "a.b", good), nil)
  check.match(entry_complaint("c", "a.b", good), "another area")
  check.match(entry_complaint("a", "a.b", { exit = 1, why = "w" }), "fix")
  check.match(entry_complaint("a", "a.b", { why = "w", fix = "f" }), "exit")
end)
