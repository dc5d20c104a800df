-- Plans and runs fit the screen: no line is wider, and nothing is cut off.
local output = require "cli.output"
local projects = stand "project"
local servers = stand "servers"
local text = require "door.text"

local function widest(said)
  local most, which = 0, ""
  for line in said:gmatch "[^\n]+" do
    local command = line:find "slipway %a+ " or line:find "^u?n?d?o?n?e? ?run %d" -- what is typed or named stays on one line
    if not command and text.width(line) > most then most, which = text.width(line), line end
  end
  return most, which
end

test("plan, run and undo keep to 88, 80 and 40 columns, and say everything", { timeout = 600 }, function()
  local server = servers.git_daemon()
  local p = projects.new { dir = scratch(), remote = server.new_repo("width.git").url }
  for _, columns in ipairs { 88, 80, 40 } do
    local env = { COLUMNS = tostring(columns) }
    for _, words in ipairs { { "plan", "release" }, { "run", "release", "--yes" }, { "undo" } } do
      local result = p.slipway(words, { env = env })
      check.equal(result.code, 0, result.out .. result.err)
      local most, which = widest(result.out)
      check.truthy(most <= columns, ("%d columns: %s"):format(columns, which))
      check.match(result.out:gsub("%s+", " "), "Cargo%.toml, Cargo%.lock, CHANGELOG%.md")
    end
  end
end)

test("where a project stands is told within the screen", function()
  local p = projects.new { dir = scratch(), remote = servers.git_daemon().new_repo("stands.git").url }
  for i = 1, 3 do p.commit(("%s: change %d"):format(({ "feat", "fix", "refactor" })[i], i), { ["f" .. i] = "x" }) end
  for _, columns in ipairs { 88, 40 } do
    local result = p.slipway({}, { env = { COLUMNS = tostring(columns) } })
    check.equal(result.code, 0, result.err)
    local most, which = widest(result.out)
    check.truthy(most <= columns, ("%d columns: %s"):format(columns, which))
    check.match(result.out:gsub("%s+", " "), "branch main, clean, %d+ commits since v1%.1%.0 in Cargo%.toml, Cargo%.lock next 1%.2%.0 minor: ")
  end
end)

test("a text is broken at spaces, and a longer word stays whole", function()
  check.equal(output.wrap("one two three", 7), { "one two", "three" })
  check.equal(output.wrap("a verylongword b", 6), { "a", "verylongword", "b" })
  check.equal(output.wrap("ä ö ü", 3), { "ä ö", "ü" })
  check.equal(output.wrap("first\n  second line", 80), { "first", "  second line" })
  check.equal(output.wrap("", 10), { "" })
end)
