-- Self-made hostile archives (hostile_archives.py says of what kinds): each is refused and leaves nothing anywhere; the
-- harmless ones beside them unpack.
local archive = require "door.archive"
local file = require "door.file"

local here = debug.getinfo(1, "S").source:match "^@(.*)/[^/]*$" or "."

-- Everything below a folder, and what the canary outside of the destination says.
local function everything(path) return run({ "find", path, "-printf", "%P %y %s %m %l\n" }).out end

test("archives that climb, link away, lie about themselves or blow up are refused whole; harmless ones are not", function()
  local made = scratch()
  local result = run { "python3", here .. "/hostile_archives.py", made }
  check.equal(result.code, 0, result.err)
  local room, bad, good = scratch(), 0, 0
  assert(file.mkdir { path = room .. "/in" })
  assert(file.write { path = room .. "/x", text = "untouched" })
  local before = everything(room)
  for _, name in ipairs(file.list(made)) do
    local got, err = archive.extract { file = made .. "/" .. name, to = room .. "/in/to" }
    if name:find "^bad%-" then
      bad = bad + 1
      check.falsy(got, name .. " was unpacked:\n" .. everything(room))
      check.match(err.code, "^archive%.", name)
      check.equal(everything(room), before, name)
      check.falsy(archive.list { file = made .. "/" .. name }, name .. " was listed")
    else
      good = good + 1
      check.truthy(got, name .. " was refused: " .. tostring(err and err.message))
      check.equal(run({ "find", room .. "/in/to", "-perm", "/7000" }).out, "", name)
      assert(file.remove_tree { path = room .. "/in/to", below = room })
    end
  end
  check.truthy(bad > 120 and good > 30, ("%d hostile, %d harmless"):format(bad, good))
end)
