-- slipway test: finds test files, runs each in a process of its own, several at once, and reports.
local errors = require "pure.errors"
local host = require "door.host"
local loop = require "door.loop"
local near = require "pure.near"
local surroundings = require "cli.test_surroundings"

local usage = [[
slipway test [FOLDER or FILE…] [--filter TEXT] [--jobs N] [--list] [--json] [-v]

Runs the tests of this project (slipway/tests), or those of the folders and files named.
  --filter TEXT  only tests whose title or file contains TEXT
  --jobs N       so many files at once; default: one for each core
  --list         name the tests, run none
  --json         one object on stdout, for programs
  -v             every test by name, and the slow ones again at the end
]]

local function say(text) host.write(1, text) end

local function wrong(text, words)
  if near.contains(words, "--json") then
    local err = errors.new { code = "usage.wrong", message = text, hint = "slipway test --help" }
    require("cli.error_view").show(require("cli.output").new { json = true }, err, 2)
    return 2
  end
  host.write(2, "slipway test: " .. text .. "\n\n" .. usage)
  return 2
end

local with_value = {
  ["--filter"] = "filter",
  ["--jobs"] = "jobs",
  ["--root"] = "root",
  ["--worker"] = "worker",
  ["--result"] = "result",
  ["--color"] = "color",
  ["--progress"] = "progress", -- every command takes them; a report of tests has neither
}
local switches = {
  ["--list"] = "list",
  ["--json"] = "json",
  ["-v"] = "verbose",
  ["--verbose"] = "verbose",
  ["--help"] = "help",
  ["-h"] = "help",
  ["-q"] = "quiet",
  ["--quiet"] = "quiet",
  ["--ascii"] = "ascii",
  ["--no-input"] = "no_input",
  ["--offline"] = "offline",
}

---@return table? options, string? problem
local function read_arguments(argv)
  local o, i = { paths = {} }, 1
  while i <= #argv do
    local word = argv[i]
    local name, value = word:match "^(%-%-[^=]+)=(.*)$"
    name = name or word
    if with_value[name] then
      if not value then
        i, value = i + 1, argv[i + 1]
      end
      if not value then return nil, name .. " needs a value" end
      o[with_value[name]] = value
    elseif switches[word] then
      o[switches[word]] = true
    elseif word:sub(1, 1) == "-" then
      return nil, ("unknown option '%s'"):format(word)
    else
      o.paths[#o.paths + 1] = word
    end
    i = i + 1
  end
  if o.jobs then
    o.jobs = math.tointeger(tonumber(o.jobs))
    if not o.jobs or o.jobs < 1 then return nil, "--jobs needs a whole number from 1 on" end
  end
  return o
end

---@return string[]? files, string? problem
local function find_files(paths, root)
  if #paths == 0 then paths = { root and root .. "/slipway/tests" or "slipway/tests" } end
  local files, seen = {}, {}
  for _, path in ipairs(paths) do
    local found = surroundings.find(path)
    if not found then return nil, ("there is no '%s'"):format(path) end
    if #found == 0 then
      return nil, ("'%s' holds no tests (files named …_test.lua)"):format(path)
    end
    for _, file in ipairs(found) do
      if not seen[file] then
        seen[file] = true
        files[#files + 1] = file
      end
    end
  end
  return files
end

-- What a worker left, as results; a process that ended early is one more failed test.
local function results_of(file, code, said, events)
  local results, running, complete = {}, nil, false
  for _, event in ipairs(events) do
    if event.kind == "start" then running = event end
    if event.kind == "done" then running = nil end
    if event.kind == "done" or event.kind == "listed" then
      event.file = file
      results[#results + 1] = event
    end
    complete = complete or event.kind == "end"
  end
  if code ~= 0 or not complete then
    local lines = {}
    if code then
      lines[1] = ("the process ended with code %d%s"):format(
        code,
        running and " in this test" or ""
      )
    end
    local last = {}
    for line in said:gmatch "[^\n]+" do
      last[#last + 1] = line
    end
    for i = math.max(1, #last - 59), #last do
      lines[#lines + 1] = last[i]
    end
    results[#results + 1] = {
      file = file,
      title = running and running.title or "the process ends well",
      state = "failed",
      lines = lines,
      line = running and running.line or 0,
      ms = 0,
    }
  end
  return results
end

local state_words = { passed = "ok", failed = "FAIL", skipped = "skip" }

local function show_failure(result)
  local frames = result.frames or {}
  say(
    ("FAIL %s  %s\n"):format(frames[1] or ("%s:%d"):format(result.file, result.line), result.title)
  )
  for _, line in ipairs(result.lines) do
    say("     " .. line .. "\n")
  end
  for i = 2, #frames do
    say("     called from " .. frames[i] .. "\n")
  end
end

local function show_file(file, results, verbose)
  local count, ms = { passed = 0, failed = 0, skipped = 0 }, 0
  for _, result in ipairs(results) do
    count[result.state] = count[result.state] + 1
    ms = ms + result.ms
    if verbose then
      say(("%-4s %s  %s  %d ms\n"):format(state_words[result.state], file, result.title, result.ms))
    end
  end
  local parts = {}
  if count.failed > 0 then parts[#parts + 1] = count.failed .. " FAIL" end
  parts[#parts + 1] = count.passed .. " ok"
  if count.skipped > 0 then parts[#parts + 1] = count.skipped .. " skip" end
  say(("%-48s %-24s %6.1f s\n"):format(file, table.concat(parts, ", "), ms / 1000))
  for _, result in ipairs(results) do
    if result.state == "failed" then show_failure(result) end
  end
end

local function show_end(all, verbose)
  if verbose then
    local slow = table.move(all, 1, #all, 1, {})
    table.sort(slow, function(a, b) return a.ms > b.ms end)
    for i = 1, math.min(10, #slow) do
      if slow[i].ms >= 1000 then
        say(("slow %6.1f s  %s  %s\n"):format(slow[i].ms / 1000, slow[i].file, slow[i].title))
      end
    end
  end
  for _, result in ipairs(all) do
    if result.state == "skipped" then
      say(("skip %s  %s: %s\n"):format(result.file, result.title, result.reason))
    end
  end
end

local function count_states(all)
  local count = { passed = 0, failed = 0, skipped = 0 }
  for _, result in ipairs(all) do
    count[result.state] = count[result.state] + 1
  end
  return count
end

-- The test a worker is in and the moment it should be over, from its events so far.
local function running_test(worker, now)
  local events = surroundings.read_events(worker.events)
  local last = events[#events]
  if not last or last.kind ~= "start" then
    worker.test = nil
  elseif not worker.test or worker.test.count ~= #events then
    worker.test = {
      count = #events,
      title = last.title,
      limit = last.limit,
      over = now + last.limit * 1000 + 5000,
    }
  end
  return worker.test
end

-- A test that no longer listens to its own limit is ended from here, with its process.
local function end_overdue(workers)
  local now = surroundings.milliseconds()
  for _, worker in ipairs(workers) do
    local test = running_test(worker, now)
    if test and now > test.over and not worker.overdue then
      worker.overdue = test
      worker.job:cancel()
    end
  end
end

local function results_of_worker(worker)
  local result, err = worker.job:result()
  local events = surroundings.read_events(worker.events)
  worker.job:close()
  if worker.overdue then -- what it may still have written while it was ended does not count
    events = table.move(events, 1, worker.overdue.count, 1, {})
    err = { message = ("stopped: the limit of %d s is over"):format(worker.overdue.limit) }
  end
  local said = err and err.message or result.out .. result.err
  return results_of(worker.file, result and result.code or nil, said, events)
end

-- Calls `report` for each file in their order, as soon as all before it are known.
local function run_files(files, o, report)
  local folder = surroundings.new_folder()
  local jobs = math.min(o.jobs or surroundings.cores(), #files)
  local workers, known, all, next_file, reported = {}, {}, {}, 1, 0
  while reported < #files do
    while #workers < jobs and next_file <= #files do
      local worker = surroundings.start_worker {
        file = files[next_file],
        folder = folder,
        number = next_file,
        filter = o.filter,
        list = o.list,
      }
      worker.file, worker.number = files[next_file], next_file
      workers[#workers + 1], next_file = worker, next_file + 1
    end
    local waiting = {}
    for i, worker in ipairs(workers) do
      waiting[i] = worker.job
    end
    loop.wait(waiting, 1000)
    if loop.interrupted() then break end
    end_overdue(workers)
    for i = #workers, 1, -1 do
      if workers[i].job:done() then
        local worker = table.remove(workers, i)
        known[worker.number] = results_of_worker(worker)
      end
    end
    while known[reported + 1] do
      reported = reported + 1
      report(files[reported], known[reported])
      table.move(known[reported], 1, #known[reported], #all + 1, all)
    end
  end
  for _, worker in ipairs(workers) do
    worker.job:close()
  end
  surroundings.remove_folder(folder)
  return all, #workers > 0
end

local function list(files, o)
  local all = run_files(files, o, function() end)
  local broken = false
  for _, result in ipairs(all) do
    if result.state == "failed" then
      broken = true
      show_failure(result)
    else
      say(("%s:%d  %s\n"):format(result.file, result.line, result.title))
    end
  end
  if #all == 0 then host.write(2, "slipway test: no test matches\n") end
  return (broken or #all == 0) and 1 or 0
end

local function json_report(all, count)
  local tests = {}
  for i, result in ipairs(all) do
    tests[i] = {
      file = result.file,
      line = result.line,
      title = result.title,
      state = result.state,
      ms = result.ms,
      why = result.lines and table.concat(result.lines, "\n") or result.reason,
    }
  end
  local json = require "door.json"
  local data = {
    passed = count.passed,
    failed = count.failed,
    skipped = count.skipped,
    tests = json.array(tests),
  }
  say(json.encode { schema = 1, kind = "test", data = data } .. "\n")
end

local M = {}

---@param words string[]  what stands after (or before) the command's own name
---@return integer exit code
function M.run(_, words)
  local o, problem = read_arguments(words)
  if not o then return wrong(problem, words) end
  if o.help then
    say(usage)
    return 0
  end
  if o.worker then
    return require "cli.test_worker".run {
      file = o.worker,
      result = o.result,
      filter = o.filter,
      list = o.list,
    }
  end
  local files, missing = find_files(o.paths, o.root)
  if not files then return wrong(missing, words) end
  if o.list then return list(files, o) end
  local all, interrupted = run_files(files, o, function(file, results)
    local failed = count_states(results).failed > 0
    if not o.json and #results > 0 and (failed or not o.quiet) then
      show_file(file, results, o.verbose)
    end
  end)
  if interrupted then host.write(2, "slipway test: interrupted\n") end
  local count = count_states(all)
  if o.json then
    json_report(all, count)
  else
    show_end(all, o.verbose)
    say(("%d passed, %d failed, %d skipped\n"):format(count.passed, count.failed, count.skipped))
  end
  local executed = count.passed + count.failed
  if executed == 0 then host.write(2, "slipway test: no test was executed\n") end
  if interrupted then return 130 end
  return (count.failed > 0 or executed == 0) and 1 or 0
end

return M
