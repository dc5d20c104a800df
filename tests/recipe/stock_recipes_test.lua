-- The stock recipes can be read: each says what it is for, shows its output, and fits two screens; each can be copied
-- into a project, where the copy plans what the stock one plans.
local file = require "door.file"
local host = require "door.host"
local json = require "door.json"
local projects = stand "project"

local SCREENS <const>, LINES <const> = 2, 60

local names = {}
for _, path in ipairs(host.sources "recipes/") do names[#names + 1] = path:match "^recipes/(.+)%.lua$" end

test("every stock recipe begins with what it is for and a sample of its output, and fits two screens", function()
  check.truthy(#names >= 28)
  for _, name in ipairs(names) do
    local text = assert(host.source(("recipes/%s.lua"):format(name)))
    check.match(text, "^%-%- %u[^\n]+\n", name .. " begins with a sentence")
    local recipe = assert(load(text:gsub("local [%w_]+ *= require [^\n]+\n", ""), name, "t", {}))()
    check.truthy(#recipe.summary > 20 and #recipe.summary < 110, name .. ": summary")
    check.match(recipe.sample or "", "\n", name .. " shows no output")
    for line in recipe.sample:gmatch "[^\n]+" do check.truthy(utf8.len(line) <= 100, name .. ": " .. line) end
    check.falsy(recipe.sample:find("· ", 1, true) or recipe.sample:find("%f[%S]%? "), name .. ": the mark of what reads is $")
    local _, lines = text:gsub("\n", "")
    check.truthy(lines <= SCREENS * LINES, ("%s has %d lines"):format(name, lines))
    local at = select(2, text:sub(1, (text:find("sample = ", 1, true))):gsub("\n", ""))
    check.truthy(at < LINES * 2 // 3, name .. ": the sample stands far below")
  end
end)

-- What some cannot be planned without.
local given = {
  artifacts = { "--commit", "OID", "--version", "1.2.0" }, ci = { "--tag", "v1.1.0", "--commit", "OID", "--version", "1.1.0" }, conclude = { "--version", "1.1.0", "--tag", "v1.1.0", "--at", "OID" },
  dispatch = { "--workflow", "bundle.yml" }, feature = { "--name", "wings" }, hotfix = { "--fix", "main~1" }, image = { "--branch", "main" }, loop = { "--name", "serve" },
  point = { "--version", "1.1.0" }, propose = { "--line", "release", "--commit", "OID", "--title", "Release" }, yank = { "--version", "1.1.0" }, publish = { "--version", "1.1.0" },
}

test("every stock recipe can be ejected, and the copy plans what the stock one plans", { timeout = 300 }, function()
  local p = projects.on_daemon { files = { ["slipway.lua"] = "return { loops = { serve = { 'sleep', '1' } }, followup = { 'the website' }, targets = { all = { run = { { 'make' } }, produce = { 'pelican' } } } }\n" } }
  p.git("fetch", "-q", "--tags", "origin")
  local oid = p.git("rev-parse", "HEAD")
  local function planned(name)
    local words = { "plan", name, "--json" }
    for _, word in ipairs(given[name] or {}) do words[#words + 1] = word == "OID" and oid or word end
    local result = p.slipway(words)
    local plan = result.out ~= "" and json.decode(result.out) or {}
    return { code = result.code, steps = plan.steps, checks = plan.checks, error = result.err:gsub("%s+", " ") }
  end
  local stock, some = {}, 0
  for _, name in ipairs(names) do
    stock[name] = planned(name)
    some = some + (stock[name].code == 0 and 1 or 0)
  end
  check.truthy(some >= 15, json.encode(stock))
  for _, name in ipairs(names) do
    local made = p.slipway { "eject", name }
    check.equal(made.code, 0, made.out .. made.err)
    check.equal(file.read(("%s/slipway/recipes/%s.lua"):format(p.dir, name)), host.source(("recipes/%s.lua"):format(name)), name)
  end
  p.git("add", "-A")
  p.git("commit", "-q", "-m", "chore: recipes of our own")
  p.git("push", "-q", "origin", "main")
  for _, name in ipairs(names) do
    local own = planned(name)
    check.equal({ own.code, #(own.steps or {}) }, { stock[name].code, #(stock[name].steps or {}) }, name .. ": " .. own.error)
    for i, step in ipairs(own.steps or {}) do check.equal({ step.id, step.verb, step.class, step.phase }, { stock[name].steps[i].id, stock[name].steps[i].verb, stock[name].steps[i].class, stock[name].steps[i].phase }, name) end
  end
  local run_ = p.slipway { "run", "release", "--only", "version", "--yes" }
  check.equal(run_.code, 0, run_.out .. run_.err)
  check.match(p.git("tag", "--list"), "v1%.2%.0")
end)
