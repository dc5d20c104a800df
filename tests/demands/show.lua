-- The demands with met and not met, in one command at the project's root:
--   slipway eval -f tests/demands/show.lua [a|b|c]
local judge = assert(load(assert(io.open "tests/demands/judge.lua"):read "a"))()

local totals, order = {}, { "met", "not shown", "not met" }
for _, document in ipairs(arg[1] and { arg[1]:lower() } or { "a", "b", "c" }) do
  for _, row in ipairs(judge.read(".", document)) do
    totals[row.state] = (totals[row.state] or 0) + 1
    print(("%-4s %-9s %s\n               %s"):format(row.id, row.state, row.text, row.why))
  end
end
for i, state in ipairs(order) do order[i] = ("%d %s"):format(totals[state] or 0, state) end
print(table.concat(order, ", "))
