-- Commands around a release: eject, completion, stubs, report, cancel.
local file = require "door.file"
local json = require "door.json"
local process = require "door.process"
local projects = stand "project"

local function new(o)
  o = o or {}
  o.dir, o.remote = scratch(), scratch() .. "/remote.git"
  assert(process.run { argv = { "git", "init", "-q", "--bare", "-b", "main", o.remote } })
  return projects.new(o)
end

test("eject copies a stock recipe into the project, which then uses its own; it overwrites nothing", function()
  local project = new()
  local made = project.slipway { "eject", "release" }
  check.equal(made.code, 0, made.err)
  check.match(made.out, "trust    not needed")
  local path = project.dir .. "/slipway/recipes/release.lua"
  local text = assert(file.read(path))
  assert(file.write { path = path, text = (text:gsub("Releases the trunk%.", "Ours.")) })
  local again = project.slipway { "eject", "release" }
  check.equal(again.code, 4)
  check.match(again.err, "SW%-RECIPE%-EXISTS")
  check.match(assert(file.read(path)), "Ours%.")
  project.git("add", "-A")
  project.git("commit", "-qm", "chore: our recipe")
  check.equal(project.slipway({ "plan", "release" }).code, 0)
  check.match(project.slipway({ "list" }).out, "release [^\n]*this project's")
  local unknown = project.slipway { "eject", "relese" }
  check.equal(unknown.code, 2)
  check.match(unknown.err, "did you mean release")
end)

test("what may stand next is answered from commands, recipes, their parameters, tags and runs", function()
  local project = new { files = { ["slipway/recipes/docs.lua"] = 'return { name = "docs", summary = "Our docs.", params = { kind = { type = "text", default = "a", values = { "html", "pdf" }, help = "what kind" } }, plan = function() end }\n' } }
  local function candidates(...)
    local told = project.slipway({ "__complete", ... }, { as_of = false })
    check.equal(told.code, 0, told.err)
    return "\n" .. told.out
  end
  check.match(candidates "", "\nplan\tshow what a recipe would do")
  check.falsy(candidates(""):find "__complete")
  check.match(candidates("run", "d"), "\ndocs\tOur docs%.")
  check.match(candidates("run", "docs", "--"), "\n%-%-kind\twhat kind")
  check.match(candidates("run", "docs", "--"), "\n%-%-json\t")
  check.equal(candidates("run", "docs", "--kind", ""), "\nhtml\t\npdf\t\n")
  check.equal(candidates("verify", "v"), "\nv1.1.0\ttag\n")
  check.equal(candidates("init", "--import", "cocog"), "\ncocogitto\t\n")
  check.equal(candidates("completion", "z"), "\nzsh\t\n")
  check.equal(candidates("--pro"), "\n--progress\tjson: events as lines on stderr\n")
end)

test("the scripts for the shells are accepted by them, and bash completes with them", function()
  local project = new()
  local script = project.slipway({ "completion", "bash" }, { as_of = false }).out
  local line = script .. '\nCOMP_WORDS=(slipway run rel); COMP_CWORD=2; slipway() { "$SLIPWAY" "$@"; }; _slipway; echo "${COMPREPLY[*]}"\n'
  local said = project.slipway({ "-c", line }, { program = "bash", as_of = false, env = { SLIPWAY = slipway } })
  check.equal(said.out, "release\n", said.err)
  for _, shell in ipairs { "zsh", "fish" } do
    local text = project.slipway({ "completion", shell }, { as_of = false })
    check.equal(text.code, 0)
    check.match(text.out, "__complete")
    if process.which(shell) then
      assert(file.write { path = project.home .. "/script", text = text.out })
      check.equal(run({ shell, "-n", project.home .. "/script" }).code, 0)
    end
  end
  local wrong = project.slipway { "completion", "bsh" }
  check.equal(wrong.code, 2)
  check.match(wrong.err, "did you mean bash")
  check.equal(project.slipway({ "completion" }).code, 2)
end)

test("stubs for editors are valid Lua and know every verb and fact", function()
  local project = new()
  local made = project.slipway { "stubs", "--json" }
  check.equal(made.code, 0, made.err)
  local found = json.decode(made.out)
  for _, name in ipairs(found.files) do
    local text = assert(file.read(found.folder .. "/" .. name))
    check.truthy(load(text, name, "t"), name)
    check.match(text, "^%-%-%-@meta")
  end
  local text = assert(file.read(project.dir .. "/slipway/stubs/recipe.d.lua"))
  for _, name in ipairs(require("run.verbs").names()) do check.truthy(text:find("function p:" .. name .. "(a)", 1, true), name) end
  for _, name in ipairs(require("run.facts").names()) do check.truthy(text:find("function facts:" .. name .. "(", 1, true), name) end
  check.match(assert(file.read(project.dir .. "/.luarc.json")), "slipway/stubs")
  assert(file.write { path = project.dir .. "/.luarc.json", text = "{}" })
  check.equal(project.slipway({ "stubs", "elsewhere" }).code, 0)
  check.equal(assert(file.read(project.dir .. "/.luarc.json")), "{}")
end)

test("a report tells a run's phases, steps, digests and outcome, in Markdown and as data", function()
  local config = "return { budgets = { version = '40m' }, artifacts = { { archive = 'pelican-{version}.tar.gz', source = true } } }\n"
  local project = new { files = { ["slipway.lua"] = config } }
  check.equal(project.slipway({ "report" }).code, 2)
  local done = project.slipway { "run", "release", "--yes" }
  check.equal(done.code, 0, done.out .. done.err)
  local text = project.slipway({ "report" }).out
  check.match(text, "^# release pelican 1%.1%.0 → 1%.2%.0\n")
  check.match(text, "\n| version | [%d.]+ s | 40:00 |")
  check.match(text, "\n| done | push | push main and v1%.2%.0 to origin, atomically |")
  check.match(text, "\n| pelican%-1%.2%.0%.tar%.gz | [^|]+ | [^|]* | [^|]* | `%x+` |")
  local data = json.decode(project.slipway({ "report", "--json" }).out)
  check.equal({ data.outcome, data.version, #data.files > 0 }, { "done", "1.2.0", true })
  check.equal(project.slipway({ "report", "-o", project.home .. "/r.md" }).code, 0)
  check.equal(assert(file.read(project.home .. "/r.md")), text)
  check.equal(project.slipway({ "report", "nothing" }).code, 2)
end)

test("a report is one page of HTML, too: whole, without scripts, with nothing to be fetched, and hostile names as text", function()
  local project = new { files = { ["slipway.lua"] = "return { project = '<script>alert(1)</script>&\"' }\n" } }
  check.equal(project.slipway({ "run", "release", "--yes" }).code, 0)
  local path = project.home .. "/r.html"
  check.equal(project.slipway({ "report", "--html", path }).code, 0)
  local page = assert(file.read(path))
  check.match(page, "<h1>release &lt;script&gt;alert%(1%)&lt;/script&gt;&amp;&quot; 1%.1%.0 → 1%.2%.0</h1>")
  check.match(page, "<svg .-<rect .-</svg>")
  check.falsy(page:find "<script" or page:find "src=" or page:find "@import" or page:find "url%(")
  local open = {}
  for slash, name in page:gsub("<!doctype html>", ""):gsub("<meta[^>]*>", ""):gsub("<br>", ""):gmatch "<(/?)(%a%w*)[^>]*>" do
    if slash == "" then open[#open + 1] = name else check.equal(table.remove(open), name) end
  end
  check.equal(#open, 0)
  check.truthy(#page < 300000)
end)

test("a cancelled run is closed with its reason and frees its channel; what it did is told, and can still be undone", function()
  local project = new { files = { ["slipway.lua"] = "return { checks = { { 'false' } } }\n" } }
  local before = project.world()
  check.equal(project.slipway({ "run", "release", "--yes" }).code, 7)
  check.equal(project.slipway({ "run", "release", "--yes" }).code, 6)
  check.equal(project.slipway({ "cancel" }).code, 2, "without a reason")
  local ended = json.decode(project.slipway({ "cancel", "--reason", "the wrong day", "--json" }).out)
  check.equal(ended.outcome, "cancelled")
  check.equal(#ended.remains > 0, true)
  check.match(project.slipway({ "show" }).out, "cancelled: the wrong day")
  check.match(project.slipway({ "runs" }).out, "cancelled")
  check.equal(project.slipway({ "resume", ended.run }).code, 2)
  check.equal(project.slipway({ "cancel", ended.run, "--reason", "again" }).code, 2)
  local undone = project.slipway { "undo", ended.run }
  check.equal(undone.code, 0, undone.out .. undone.err)
  check.equal(project.world(), before)
end)

test("a report is a trace for viewers, too: every timed step once, and none over another in its row", function()
  local project = new()
  check.equal(project.slipway({ "run", "release", "--yes" }).code, 0)
  local path = project.home .. "/r.json"
  check.equal(project.slipway({ "report", "--trace", path }).code, 0)
  local trace = json.decode(assert(file.read(path)))
  local timed, free, seen = 0, {}, 0
  for _, step in ipairs(json.decode(project.slipway({ "report", "--json" }).out).steps) do
    if step.ended_ms then timed = timed + 1 end
  end
  for _, event in ipairs(trace.traceEvents) do
    if event.ph == "X" then
      seen = seen + 1
      check.truthy(event.ts >= (free[event.tid] or 0), event.name)
      free[event.tid] = event.ts + event.dur
    end
  end
  check.truthy(timed > 3)
  check.equal({ seen, trace.displayTimeUnit, trace.otherData.outcome }, { timed, "ms", "done" })
end)

test("steps that ran side by side stand in rows of their own in a trace", function()
  local function step(id, ms, ended_ms) return { id = id, describe = id, phase = "build", verb = "build", class = "read", state = "done", ms = ms, ended_ms = ended_ms } end
  local text = require("cli.report_trace").text {
    recipe = "release", title = "x", run = "1", outcome = "done", slipway = "0", steps = { step("a", 10, 1010), step("b", 20, 1015), step("c", 5, 1020) },
  }
  local rows = {}
  for _, event in ipairs(json.decode(text).traceEvents) do
    if event.ph == "X" then rows[event.name] = event.tid end
  end
  check.equal(rows, { b = 1, a = 2, c = 1 })
end)

test("addresses are links of the terminal on a terminal only, and never with --hyperlinks=never", function()
  local function on_terminal(options)
    local command = ("'%s' %s help config"):format(slipway, options)
    local env = { TERM = "xterm", CI = false, NO_COLOR = "1", LC_ALL = "C.UTF-8", COLUMNS = "200" }
    return run({ "script", "-qec", command, "/dev/null", dir = scratch(), env = env }).out
  end
  check.match(on_terminal "", "\27%]8;;(https://[^\27]+)\27\\https://[^\27]+\27%]8;;\27\\")
  check.falsy(on_terminal("--hyperlinks=never"):find "\27%]8")
  check.falsy(on_terminal("--hyperlinks never"):find "\27%]8")
  check.falsy(run({ slipway, "help", "config" }).out:find "\27%]8")
end)

test("an unknown option of a new command is refused", function()
  local project = new()
  for _, words in ipairs { { "eject", "release" }, { "completion", "bash" }, { "stubs" }, { "report" }, { "cancel" }, { "graph" }, { "init" } } do
    words[#words + 1] = "--frobnicate"
    check.equal(project.slipway(words).code, 2, words[1])
    check.match(project.slipway({ words[1], "--help" }).out, "^slipway " .. words[1])
  end
end)

test("help refuses what it does not know, and --help alone is the overview", function()
  check.equal(run({ slipway, "help", "--frobnicate" }).code, 2)
  local whole = run { slipway, "help" }
  check.equal({ run({ slipway, "--help" }).out, run({ slipway, "-h" }).out }, { whole.out, whole.out })
  check.match(whole.out, "^slipway: plan, run, resume and undo releases")
end)

test("the manual page is made of the same declarations, and man accepts it", function()
  local page = run { slipway, "help", "--man" }
  check.equal(page.code, 0, page.err)
  check.match(page.out, "^%.TH SLIPWAY 1 ")
  for _, entry in ipairs(require("cli.commands").list) do check.truthy(page.out:find("\n.B slipway" .. (entry.name == "status" and "" or " " .. entry.name), 1, true), entry.name) end
  check.match(page.out, "\n%.B \\%-\\%-import TOOL\n")
  local recipe, lua = run({ slipway, "help", "--man", "recipe" }).out, run({ slipway, "help", "--man", "lua" }).out
  for _, name in ipairs(require("run.verbs").names()) do check.truthy(recipe:find(("\n.B p:%s {"):format(name), 1, true), name) end
  for _, key in ipairs(require("pure.config").keys) do check.truthy(recipe:find(("\n.B %s\n"):format(key.name), 1, true), key.name) end
  check.match(lua, "\n%.B semver%.compare%(a, b, options%)\nPrecedence by SemVer's rule 11")
  if not process.which "groff" then skip "groff is not installed; the pages were only looked at" end
  for _, text in ipairs { page.out, recipe, lua } do
    local formatted = run { input = text, "groff", "-man", "-Tutf8", "-Kutf8", "-ww" }
    check.equal({ formatted.code, formatted.err }, { 0, "" })
  end
end)

test("the recipe that the manual shows is one", function()
  local project = new { files = { ["slipway/recipes/docs.lua"] = require("cli.man_reference").sample } }
  local planned = project.slipway { "plan", "docs", "--version", "1.2.0" }
  check.equal(planned.code, 0, planned.out .. planned.err)
  check.match(planned.out, "docs%-1%.2%.0")
end)

test("help knows the modules of the prompt, their functions, and the keys of slipway.lua", function()
  local function help(topic) return run({ slipway, "help", topic, dir = "/" }).out end
  check.match(help "modules", "\n  semver +Semantic versions as values")
  check.match(help "semver", "semver%.compare%(a, b, options%)")
  check.match(help "semver.compare", "^semver%.compare%(a, b, options%)\n  Precedence by SemVer's rule 11")
  check.match(help "git.tag", "^git%.tag%(name%)\n  One tag%.")
  check.match(help "policy", "^slipway%.lua\n  policy ")
  local tag = help "tag" -- a verb and a key
  check.match(tag, "^p:tag {")
  check.match(tag, "\nslipway%.lua\n  tag ")
  check.match(run({ slipway, "help", "semvr", dir = "/" }).err, "did you mean semver%?")
end)
