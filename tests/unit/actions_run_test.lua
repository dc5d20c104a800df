-- Builds that are dispatched to Actions: workflows, jobs, what has become of a target; without any server.
local clock = require "door.clock"
local json = require "door.json"
local rules = require "pure.actions_run"

local workflow = [[
name: build
run-name: build for ${{ inputs.slipway_run }}
on:
  push: { branches: [main] }
  workflow_dispatch:
    inputs:
      targets: { required: true }
      slipway_run:
        required: true
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: make # ${{ inputs.targets }}
]]

test("a workflow that takes our inputs and says its key is fine; any other is told what it lacks", function()
  check.equal(rules.complaint(workflow), nil)
  check.match(rules.complaint(workflow, { profile = "release" }), "no input 'profile'")
  check.match(rules.complaint((workflow:gsub("targets: {", "target: {"))), "no input 'targets'.*target")
  check.match(rules.complaint((workflow:gsub("run%-name[^\n]*\n", ""))), "run%-name does not say inputs.slipway_run")
  check.match(rules.complaint "on: push\njobs: {}\n", "not started by workflow_dispatch")
  check.match(rules.complaint "on: [push, workflow_dispatch]\njobs: {}\n", "no input 'slipway_run'")
  check.equal(rules.complaint "\t: what is this\n", nil, "what is not understood is left to the forge")
end)

test("the workflows that help shows take our inputs, for every forge", function()
  local help = require "cli.actions_help"
  for _, kind in ipairs { "github", "gitea" } do
    local text = help.workflow(kind, { "linux-amd64", "windows-amd64" })
    check.equal(rules.complaint(text), nil, kind)
    check.truthy(rules.read_workflow(text).inputs.version, kind)
  end
end)

test("a dispatch names its targets as a JSON list; a version only where it is taken", function()
  local said = rules.inputs { targets = { "a", "b-1" }, key = "k.1", version = "1.2.0", more = { level = 3 }, workflow = workflow }
  check.equal(json.decode(said.targets), { "a", "b-1" })
  check.equal({ said.slipway_run, said.version, said.level }, { "k.1", nil, "3" })
  check.equal(rules.inputs({ targets = { "a" }, key = "k.1", version = "1.2.0" }).version, "1.2.0")
end)

local function job(id, name, state, verdict) return { id = id, name = name, state = state, verdict = verdict } end

test("a job is a target's by its whole name or a whole value of its matrix, and the newest counts", function()
  local jobs = { job(1, "lint", "done", "success"), job(2, "build (caro-linux-small)", "done", "failure"), job(3, "build (caro-linux, release)", "queued"),
    job(4, "caro", "running"), job(7, "build (caro-linux-small)", "running") }
  check.equal(rules.job_of(jobs, "caro-linux").id, 3)
  check.equal(rules.job_of(jobs, "caro-linux-small").id, 7)
  check.equal(rules.job_of(jobs, "caro").id, 4)
  check.equal(rules.job_of(jobs, "linux"), nil)
end)

test("what has become of a target: told by its own job, even while others are at work", function()
  local run = { id = 9, state = "running" }
  local function state(jobs, as) return rules.look(as or run, jobs, "a").state end
  check.equal(state {}, "waiting")
  check.equal(state { job(1, "build (a)", "running") }, "waiting")
  check.equal(state { job(1, "build (a)", "done", "success"), job(2, "build (b)", "running") }, "built")
  check.equal(state { job(1, "build (a)", "done", "failure") }, "failed")
  check.equal(state { job(1, "build (a)", "done", "skipped") }, "missing")
  check.equal(state({}, { id = 9, state = "done", verdict = "success" }), "built", "jobs with names of their own")
  check.equal(state({}, { id = 9, state = "done", verdict = "failure" }), "missing")
  check.equal(state { job(1, "build (a)", "done", "cancelled"), job(2, "build (b)", "done", "cancelled") }, "cancelled")
  check.equal(state { job(1, "build (a)", "done", "cancelled"), job(2, "build (b)", "done", "failure") }, "failed", "a matrix that stops at its first failure")
  check.match(rules.look(run, { { id = 1, name = "build (a)", state = "running", step = "compile" } }, "a").say, "run #9: build %(a%) running %(compile%)")
end)

test("a job is lost when no step of it failed, or when it had been silent before the forge gave it up", function()
  local function lost(one, log) return rules.is_lost(one, log, clock.parse) end
  local ended = assert(clock.parse "2026-11-21T10:10:00Z")
  check.equal(lost({ verdict = "failure", failed_step = true }, nil), false)
  check.equal(lost({ verdict = "failure", failed_step = false }, nil), true)
  check.equal(lost({ verdict = "cancelled" }, nil), true)
  check.equal(lost({ verdict = "failure", started = ended - 600, ended = ended }, "2026-11-21T10:09:59.1234567Z cc: error\n"), false)
  check.equal(lost({ verdict = "failure", started = ended - 600, ended = ended }, "2026-11-21T10:00:01Z cc -c a.c\n2026-11-21T10:00:03Z cc -c b.c\n"), true)
  check.equal(lost({ verdict = "failure", started = ended - 600, ended = ended }, nil), true)
  check.equal(lost({ verdict = "failure", started = ended - 2, ended = ended }, nil), false)
end)
