-- The hostile and harmless archives of the corpus: every one that must be refused is, nothing is
-- written outside or stays, every safe one unpacks.
local archive = require "door.archive"

local folder = corpora "archives"

-- Everything below `path`, sorted, so that two moments can be compared.
local function everything(path)
  return run { "find", path, "-printf", "%P %y %s\n" }.out
end

-- Differences to the manifest, each with its reason.
local ours = {
  ["go-test-trailing-junk.zip"] = {
    expect = "reject",
    reason = "14 bytes behind the comment; libzip-incons-archive-comment-shorter.zip is the same thing and is to be refused",
  },
}

local function case(one)
  local room = scratch()
  run { "mkdir", room .. "/in" }
  run { "sh", "-c", "echo untouched > " .. room .. "/canary" }
  local before = everything(room)
  local got, err = archive.extract { file = folder .. "/" .. one.file, to = room .. "/in/to" }
  if (ours[one.file] or one).expect == "safe" then
    check.truthy(got, one.file .. ": " .. tostring(err and err.message))
    return
  end
  check.falsy(got, one.file .. " was unpacked: " .. one.hazard)
  check.match(err.code, "^archive%.")
  check.equal(everything(room), before)
  check.fails(err.code, archive.list { file = folder .. "/" .. one.file })
end

test("every archive of the corpus is judged as the manifest says", function()
  if not folder then skip "corpora/archives is not beside this checkout" end
  local seen = 0
  for line in io.lines(folder .. "/manifest.jsonl") do
    local function field(name) return line:match('"' .. name .. '": "([^"]*)"') end
    case { file = field "file", hazard = field "hazard", expect = field "expect" }
    seen = seen + 1
  end
  check.truthy(seen > 100, "the manifest holds only " .. seen .. " cases")
end)
