local clock = require "door.clock"

test("seconds are written and read as ISO 8601 in UTC", function()
  check.equal(clock.iso(0), "1970-01-01T00:00:00Z")
  check.equal(clock.iso(1795260273), "2026-11-21T11:24:33Z")
  check.equal(clock.date(1795260273), "2026-11-21")
  check.equal(clock.iso(-1), "1969-12-31T23:59:59Z")
  check.equal(clock.parse "2026-11-21T11:24:33Z", 1795260273)
  for _, seconds in ipairs { 0, 951782400, 1709164800, 4102444800, -62135596800 } do
    check.equal(clock.parse(clock.iso(seconds)), seconds)
  end
end)

test("the usual spellings of one moment are understood", function()
  for _, text in ipairs {
    "2026-11-21T11:24:33Z", "2026-11-21t11:24:33z", "2026-11-21 11:24:33", "2026-11-21T11:24:33.999Z",
    "2026-11-21T12:24:33+01:00", "2026-11-21T06:24:33-0500", "2026-11-21 12:24:33 +0100", "2026-11-21T12:24:33+01",
  } do
    check.equal(clock.parse(text), 1795260273)
  end
  check.equal(clock.parse "2026-11-21", 1795219200)
  check.equal(clock.parse "2026-11-21T11:24Z", 1795260240)
end)

test("what is no date is refused", function()
  for _, text in ipairs {
    "", "yesterday", "2026-13-01", "2026-02-29", "2026-11-31", "1900-02-29", "26-11-21", "2026-11-21T", "2026-11-21T25:00Z",
    "2026-11-21T11:24:33Zx", "2026-11-21T11:24:33+1", "2026-11-21T11:24:33.", "2026-1-1", "2026-11-21T11:24:33+01:0",
  } do
    check.fails("clock.malformed", clock.parse(text))
  end
  check.equal(clock.parse "2024-02-29", 1709164800)
  check.equal(clock.parse "2000-02-29", 951782400)
end)

test("years of more than four digits are refused", function()
  check.fails("clock.out_of_range", clock.iso(math.maxinteger))
  check.fails("clock.out_of_range", clock.date(1795260273000))
end)

test("the clocks agree and go forward", function()
  local before, steady = clock.wall_ms(), clock.now_ms()
  check.truthy(clock.sleep(20))
  check.truthy(clock.now_ms() - steady >= 20)
  check.truthy(clock.wall_ms() - before >= 15)
  check.truthy(math.abs(clock.now() - clock.wall_ms() // 1000) <= 1)
  check.truthy(clock.sleep(-5))
end)

test("random digits have the asked length and do not repeat", function()
  check.match(clock.random_hex(4), "^%x%x%x%x%x%x%x%x$")
  check.equal(#clock.random_hex(64), 128)
  check.truthy(clock.random_hex(16) ~= clock.random_hex(16))
  check.raises(function() clock.random_hex(65) end, "64")
  check.raises(function() clock.random_hex(0) end, "64")
end)
