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

-- The bytes of `text` changed in a few places; the same every time.
local function mutated(text, random)
  for _ = 1, random(3) do
    local at, kind = random(#text), random(4)
    if kind == 1 then
      text = text:sub(1, at - 1) .. string.char(random(256) - 1) .. text:sub(at + 1)
    elseif kind == 2 then
      text = text:sub(1, at - 1) .. ("\255"):rep(random(8)) .. text:sub(at + 8)
    elseif kind == 3 then
      local from = random(#text)
      text = text:sub(1, at) .. text:sub(from, from + random(200)) .. text:sub(at + 1)
    else
      text = text:sub(1, at) .. "\0"
    end
  end
  return text
end

test("damaged archives are refused or unpack inside, and leave nothing else", function()
  if not folder then skip "corpora/archives is not beside this checkout" end
  local state = 1
  local function random(limit)
    state = (state * 1103515245 + 12345) & 0x7fffffff
    return state // 65536 % limit + 1
  end
  local room = scratch()
  for name in run({ "ls", folder }).out:gmatch "[^\n]+" do
    local file = assert(io.open(folder .. "/" .. name, "rb"))
    local text = file:read "a"
    file:close()
    for _ = 1, (#text > 0 and #text < 20000) and 8 or 0 do
      local copy = room .. "/x." .. name:match "[^.]+$"
      local out = assert(io.open(copy, "wb"))
      out:write(mutated(text, random))
      out:close()
      local got, err = archive.extract { file = copy, to = room .. "/to", max_size = 1000000 }
      check.truthy(got or err.code:find "^archive%.")
      run { "rm", "-rf", got and room .. "/to" or copy, copy }
      check.equal(run({ "ls", "-A", room }).out, "")
    end
  end
end)
