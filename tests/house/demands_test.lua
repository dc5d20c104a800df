-- The table of demands is whole, and every test that it names exists.
local here = debug.getinfo(1, "S").source:match "^@(.*)/[^/]*$"
local judge = assert(loadfile(here .. "/../demands/judge.lua", "t", _G))()

for document, count in pairs(judge.counts) do
  test(("the demands of document %s are all there, and the tests they name exist"):format(document:upper()), function()
    local rows = judge.read(here .. "/../..", document)
    check.equal(#rows, count)
    for i, row in ipairs(rows) do
      check.equal(row.id, document:upper() .. i)
      check.falsy(row.why:find "has no test '" and row.why)
    end
  end)
end
