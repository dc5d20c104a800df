-- Drafts and plans that do not deserve belief.
local canon = require "door.canon"
local json = require "door.json"
local plans = require "pure.plan"
local verbs = require "run.verbs"

local known = assert(verbs.load())

local function draft_of(steps, more)
  local draft = { steps = steps, checks = {}, channel = "main" }
  for key, value in pairs(more or {}) do draft[key] = value end -- order: a set
  return draft
end

local function step(id, verb, args) return { id = id, verb = verb, args = args, phase = "steps", at = "x:1" } end

local function build(draft)
  return plans.build(draft, known, {
    recipe = { name = "x", summary = "X." }, args = {}, facts = {}, project = { name = "pelican" }, policy = {}, slipway = "0", digests = {},
  })
end

local function note(id) return step(id or "01-note", "note", { text = "hello" }) end

test("an honest draft becomes a plan that verifies", function()
  local plan = assert(build(draft_of { note() }))
  check.truthy(plans.verify(assert(plans.check(assert(json.decode(canon.encode(plan))))), known, {}))
end)

local bad = {
  ["steps that are no table"] = draft_of(3),
  ["a step that is no table"] = draft_of { "x" },
  ["a step without arguments"] = draft_of { { id = "01-note", verb = "note", phase = "p", at = "x" } },
  ["an id that is a path"] = draft_of { note "../../x" },
  ["two steps of one id"] = draft_of { note(), note() },
  ["a verb that is a number"] = draft_of { step("01-note", 7, {}) },
  ["a field nobody knows"] = draft_of({ note() }, { class = "read" }),
  ["a hole in the list"] = draft_of { [1] = note(), [3] = note "03-note" },
  ["a check that is neither true nor false"] = draft_of({ note() }, { checks = { { say = "x", ok = "yes", must = true, at = "x" } } }),
  ["a title that steers the terminal"] = draft_of({ note() }, { title = "x\27[2J" }),
}

for what, draft in pairs(bad) do -- order: each is a test of its own
  test("a recipe's process that hands over " .. what .. " is refused", function() check.fails("recipe.contract", build(draft)) end)
end

test("arguments are checked by the host too", function()
  check.fails("plan.bad_argument", build(draft_of { step("01-tag", "tag", { name = { "x" }, at = ("0"):rep(40) }) }))
  check.fails("plan.bad_argument", build(draft_of { step("01-note", "note", { text = "x", more = 1 }) }))
  check.fails("plan.no_verb", build(draft_of { step("01-nothing", "nothing", {}) }))
end)

test("a reference to a result that no step gives is refused", function()
  local function refers(to) return build(draft_of { note(), step("02-note", "note", { text = { ["$ref"] = to } }) }) end
  check.truthy(refers "01-note.text")
  check.fails("plan.no_result", refers "01-note.oid")
  check.fails("plan.forward_reference", refers "02-note.text")
  check.fails("plan.forward_reference", refers "nothing")
end)

test("what a step is called cannot steer the terminal", function()
  check.equal(build(draft_of { step("01-note", "note", { text = "a\27[2Jb\nc" }) }).steps[1].describe, "note: a [2Jb c")
end)

--- A plan that was edited by somebody who then computed its digest anew.
local function forged(edit)
  local plan = assert(json.decode(canon.encode(assert(build(draft_of { step("01-run", "run", { argv = { "make", "publish" } }), note "02-note" })))))
  edit(plan)
  plan.digest = plans.digest(plan)
  local checked, err = plans.check(plan)
  if not checked then return nil, err end
  return plans.verify(checked, known, {})
end

test("a plan that calls a final step a read one, or tells another story of it, is refused", function()
  check.truthy(forged(function() end))
  check.fails("plan.altered", forged(function(plan) plan.steps[1].class = "read" end))
  check.fails("plan.altered", forged(function(plan) plan.steps[1].describe = "run make check" end))
  check.fails("plan.altered", forged(function(plan) plan.pivot = nil end))
  check.fails("plan.altered", forged(function(plan) plan.steps[1].forward = true end))
  check.fails("plan.altered", forged(function(plan) plan.recipe = "../../x" end))
  check.fails("plan.bad_argument", forged(function(plan) plan.steps[1].args.argv = "make" end))
end)

test("text that is no UTF-8 is refused while planning, not later", function()
  local plan, err = build(draft_of({ note() }, { title = "caf\xe9" }))
  check.falsy(plan)
  check.truthy(err and err.code)
end)

test("an address is written down without its password", function()
  local without = require("pure.address").without_credentials
  check.equal(without "https://me:token@git.example/a.git", "https://git.example/a.git")
  check.equal(without "https://token@git.example/a.git", "https://git.example/a.git")
  check.equal(without "ssh://git:secret@git.example/a.git", "ssh://git@git.example/a.git")
  check.equal(without "git@git.example:a/b.git", "git@git.example:a/b.git")
  check.equal(without "https://git.example/a@b", "https://git.example/a@b")
end)
