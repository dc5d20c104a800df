-- What logs of failed builds and CI runs mean: every failure that the three workflow documents describe.
local diagnosis = require "pure.diagnosis"

local logs = {
  ["no releasable commits"] = "[semantic-release] There are no relevant changes, so no new version is released.",
  ["build lock held"] = "Error: Another Linux build is running (lock held)",
  ["native cpu flag"] = "error: LLVM ERROR: target-cpu=native is only supported when building for the host\n",
  ["openssl missing"] = "  Could not find directory of OpenSSL installation, and this `-sys` crate cannot proceed",
  ["remote build"] = "Linux build failed\nssh: connect to host bigblack port 22: Connection timed out",
  ["python index 403"] = "error: Failed to publish: Upload failed with status code 403 Forbidden. Server says: Invalid API Token",
  ["rustfmt"] = "Diff in /home/runner/project/caro/src/main.rs:12:",
  ["clippy"] = "error: this `if` has identical blocks\n  = help: https://rust-lang.github.io/rust-clippy/\nnote: `-D warnings` implied",
  ["rust tests"] = "test result: FAILED. 3 passed; 1 failed; 0 ignored",
  ["crate already published"] = "error: failed to publish: crate version `1.1.0` is already uploaded",
  ["crate metadata"] = "error: api errors (status 400 Bad Request): missing or empty metadata fields: description, license",
  ["registry token"] = "error: no token found, please run `cargo login`",
  ["linker missing"] = "error: linker `cc` not found",
  ["contents permission"] = "HttpError: Resource not accessible by integration",
  ["workflow syntax"] = "bundle.yml: (Line: 40) could not find expected ':'",
  ["gh missing"] = "/bin/sh: gh: not found",
  ["permission denied"] = "cp: cannot create regular file 'dist/x': Permission denied",
  ["vulnerable dependency"] = "ID:        RUSTSEC-2026-0001\nerror: 1 vulnerability found!",
  ["container file missing"] = "ERROR: failed to calculate checksum: failed to compute cache key: \"/recipe.json\": not found",
  ["pytest"] = "=========================== short test summary info ===========================",
  ["ruff"] = "Would reformat: src/my_app/main.py",
  ["python coverage"] = "FAIL Required test coverage of 80% not reached. Total coverage: 71.20%",
  ["docker unreachable"] = "Cannot connect to the Docker daemon at unix:///var/run/docker.sock",
  ["protected branch"] = "remote: error: GH006: Protected branch update failed for refs/heads/main.",
  ["rebase conflict"] = "CONFLICT (content): Merge conflict in Cargo.toml",
}

for name, log in pairs(logs) do -- order: independent tests
  test("the log of '" .. name .. "' tells its cause and remedy", function()
    local text = ("line one\n"):rep(40) .. "2026-11-21T10:00:00.1234567Z \27[31m" .. log .. "\27[0m\nthe end\n"
    local found = diagnosis.find(text)[1]
    check.truthy(found, "nothing was found in: " .. log)
    check.equal(found.name, name)
    check.truthy(#found.cause > 20 and #found.remedy > 10)
    check.falsy(found.line:find("\27", 1, true), "no colours")
    check.falsy(found.line:find("^2026"), "no time stamp")
  end)
end

test("every stock entry has a name of its own, a cause, a remedy, and phrases that a log can hold", function()
  local names = {}
  for _, entry in ipairs(diagnosis.all()) do
    check.falsy(names[entry.name], entry.name .. " stands twice")
    names[entry.name] = true
    local first = type(entry.match) == "table" and entry.match[1] or entry.match
    local text = type(first) == "table" and table.concat(first, " ") or first
    local hits, all = diagnosis.find("x\n" .. text .. "\n", nil, 50), {}
    for _, hit in ipairs(hits) do all[hit.name] = true end
    check.truthy(all[entry.name], entry.name .. " is not found by its own phrase")
  end
end)

test("a project's own failures come first, and phrases in a list within a list stand on one line", function()
  local own = { { match = { { "cannot find", "-lpelican" } }, cause = "the library is missing", remedy = "make deps" } }
  local found = diagnosis.find("ld: cannot find -lpelican\nno space left on device\n", own)
  check.equal({ found[1].cause, found[1].name, found[1].number }, { "the library is missing", "own 1", 1 })
  check.equal(found[2].name, "disk full")
  check.equal(#diagnosis.find("ld: cannot find\n-lpelican\n", own), 0)
end)

test("a clean log means nothing", function()
  check.equal(diagnosis.find "Compiling pelican v1.1.0\nFinished release\ntest result: ok. 12 passed; 0 failed\n", {})
end)

test("ten megabytes of log are read in well under a second's work a phrase", function()
  local text = ("   Compiling some-crate v1.2.3 (/project/some-crate)\n"):rep(200000) .. "no space left on device\n"
  check.equal(diagnosis.find(text)[1].name, "disk full")
end)

test("slipway doctor --log says what a log means; an unknown one shows its end", function()
  local projects = stand "project"
  local p = projects.on_daemon()
  local file = require "door.file"
  assert(file.write { path = p.home .. "/ci.log", text = "step 1\nerror: no token found, please run `cargo login`\n" })
  local told = p.slipway { "doctor", "--log", p.home .. "/ci.log" }
  check.equal(told.code, 0, told.err)
  check.match(told.out, "line 2")
  check.match(told.out, "slipway doctor")
  assert(file.write { path = p.dir .. "/slipway.lua", text = 'return { diagnosis = { { match = "flux 7", cause = "the flux is low", remedy = "charge it" } } }\n' })
  local own = p.slipway { "doctor", "--json", "--log", "-", }
  check.equal(own.code, 3)
  local piped = p.slipway({ "doctor", "--json", "--log", "-" }, { input = "a\nFLUX 7 went out\n" })
  check.equal(piped.code, 0, piped.err)
  check.match(piped.out, "charge it")
  local help = p.slipway { "help", "diagnosis" }
  check.match(help.out, "contents: write")
end)
