-- Questions about two ranges at once: do they overlap, is one inside the other (npm's rules).
local range = require "pure.range"
local door = require "door.semver"

local M = {}

local function order(a, b) return door.compare(a.version.text, b.version.text) end

local function value(c) return c.op .. c.text end

local function meet(a, b, options)
  if a.op == "" then return range.is_any(a) or range.list_holds({ b }, a.version, options) end
  if b.op == "" then return range.is_any(b) or range.list_holds({ a }, b.version, options) end
  local floor = options.include_prerelease and "<0.0.0-0" or "<0.0.0"
  local low_a, low_b = value(a), value(b)
  if not options.include_prerelease then low_a, low_b = low_a:sub(1, #floor), low_b:sub(1, #floor) end
  if low_a == floor or low_b == floor then return false end
  local up_a, up_b = a.op:sub(1, 1) == ">", b.op:sub(1, 1) == ">"
  if up_a == up_b then return true end
  local o = order(a, b)
  if o == 0 then return #a.op == 2 and #b.op == 2 end
  if o < 0 then return up_a end
  return up_b
end

local function satisfiable(list, options)
  for i = 1, #list do
    for k = i + 1, #list do
      if not meet(list[i], list[k], options) then return false end
    end
  end
  return true
end

local function lists_meet(a, b, options)
  for _, x in ipairs(a) do
    for _, y in ipairs(b) do
      if not meet(x, y, options) then return false end
    end
  end
  return true
end

---@return boolean?, slipway.Error?
function M.intersects(a, b, options)
  options = options or {}
  local left, err = range.range(a, options)
  if not left then return nil, err end
  local right
  right, err = range.range(b, options)
  if not right then return nil, err end
  for _, x in ipairs(left.set) do
    if satisfiable(x, options) then
      for _, y in ipairs(right.set) do
        if satisfiable(y, options) and lists_meet(x, y, options) then return true end
      end
    end
  end
  return false
end

local function higher(a, b)
  if not a then return b end
  local o = order(a, b)
  if o ~= 0 then return o > 0 and a or b end
  return b.op == ">" and a.op == ">=" and b or a
end

local function lower(a, b)
  if not a then return b end
  local o = order(a, b)
  if o ~= 0 then return o < 0 and a or b end
  return b.op == "<" and a.op == "<=" and b or a
end

local function same_numbers(a, b)
  return a.major == b.major and a.minor == b.minor and a.patch == b.patch
end

local function minimum(options)
  local semver = require "pure.semver"
  local text = options.include_prerelease and "0.0.0-0" or "0.0.0"
  return { { op = ">=", text = text, version = semver.parse(text) } }
end

local function is_all(list) return #list == 1 and range.is_any(list[1]) end

-- The limits of one alternative; nil, "null" when nothing can be in it.
local function limits(list, options)
  local gt, lt, points, eq = nil, nil, 0, nil
  for _, c in ipairs(list) do
    if c.op:sub(1, 1) == ">" then gt = higher(gt, c)
    elseif c.op:sub(1, 1) == "<" then lt = lower(lt, c)
    else points, eq = points + 1, c end
  end
  if points > 1 then return nil end
  local between = gt and lt and order(gt, lt) or nil
  if between and (between > 0 or (between == 0 and (gt.op ~= ">=" or lt.op ~= "<="))) then return nil end
  if eq then
    if gt and not range.list_holds({ gt }, eq.version, options) then return nil end
    if lt and not range.list_holds({ lt }, eq.version, options) then return nil end
  end
  return { gt = gt, lt = lt, eq = eq, between = between }
end

local function needs_pre(c, options)
  return c and not options.include_prerelease and c.version.pre and c.version or nil
end

-- One comparator of the outer range against the inner limits.
local function admits(c, l)
  if l.gt then
    if c.op:sub(1, 1) == ">" then
      if higher(l.gt, c) ~= l.gt then return false end
    elseif l.gt.op == ">=" and not range.holds(c, l.gt.version.text) then
      return false
    end
  end
  if l.lt then
    if c.op:sub(1, 1) == "<" then
      if lower(l.lt, c) ~= l.lt then return false end
    elseif l.lt.op == "<=" and not range.holds(c, l.lt.version.text) then
      return false
    end
  end
  return not (c.op == "" and (l.lt or l.gt) and l.between ~= 0)
end

local function bounded_within(l, dom, options)
  local gt_pre, lt_pre = needs_pre(l.gt, options), needs_pre(l.lt, options)
  if lt_pre and l.lt.op == "<" and lt_pre.pre == "0" then lt_pre = nil end -- <1.2.3-0 is <1.2.3
  local has_gt, has_lt = false, false
  for _, c in ipairs(dom) do
    has_gt = has_gt or c.op:sub(1, 1) == ">"
    has_lt = has_lt or c.op:sub(1, 1) == "<"
    if gt_pre and c.version and c.version.pre and same_numbers(c.version, gt_pre) then gt_pre = nil end
    if lt_pre and c.version and c.version.pre and same_numbers(c.version, lt_pre) then lt_pre = nil end
    if not admits(c, l) then return false end
  end
  if l.gt and has_lt and not l.lt and l.between ~= 0 then return false end
  if l.lt and has_gt and not l.gt and l.between ~= 0 then return false end
  return not gt_pre and not lt_pre
end

-- true, false, or nil when nothing can be in `sub`.
local function within(sub, dom, options)
  if is_all(sub) then
    if is_all(dom) then return true end
    sub = minimum(options)
  end
  if is_all(dom) then
    if options.include_prerelease then return true end
    dom = minimum(options)
  end
  local l = limits(sub, options)
  if not l then return nil end
  if l.eq then
    for _, c in ipairs(dom) do
      if not range.list_holds({ c }, l.eq.version, options) then return false end
    end
    return true
  end
  return bounded_within(l, dom, options)
end

---@return boolean?, slipway.Error?
function M.subset(sub, dom, options)
  options = options or {}
  local inner, err = range.range(sub, options)
  if not inner then return nil, err end
  local outer
  outer, err = range.range(dom, options)
  if not outer then return nil, err end
  local saw = false
  for _, a in ipairs(inner.set) do
    local inside = false
    for _, b in ipairs(outer.set) do
      local answer = within(a, b, options)
      saw = saw or answer ~= nil
      if answer then inside = true break end
    end
    if not inside and saw then return false end
  end
  return true
end

return M
