-- The decision after quality assurance: a matrix of what was found, and the record that is signed.
--
--   no P0, no P1, critical paths working   ship
--   a P0 (or a critical path broken), with a quick fix at hand   hotfix
--   a P0 (or a critical path broken), without one                abort
--   P1s                                    conditional: shipped with workarounds written down
local errors = require "pure.errors"
local near = require "pure.near"

local M = {}

M.decisions = { "ship", "conditional", "hotfix", "abort" }
M.PREDICATE = "urn:slipway:predicate:signoff:v1"

-- How bad: a person may be stricter than the matrix; to be laxer takes a reason.
local severity = { ship = 1, conditional = 2, hotfix = 3, abort = 4 }

--- What the matrix says.
---@param o { p0: integer, p1: integer, quick_fix: boolean?, broken: string[]? }  broken: critical paths that do not work
---@return string decision, string why
function M.propose(o)
  local broken = o.broken or {}
  if o.p0 > 0 or #broken > 0 then
    local what = #broken > 0 and "broken: " .. table.concat(broken, ", ") or ("%d P0"):format(o.p0)
    if o.quick_fix then return "hotfix", what .. ", with a quick fix" end
    return "abort", what .. ", without a quick fix"
  end
  if o.p1 > 0 then return "conditional", ("%d P1: workarounds are to be written down"):format(o.p1) end
  return "ship", "no P0, no P1, critical paths working"
end

--- An answer: a decision, and behind a colon what belongs to it: "conditional: set CACHE=0".
---@param text string
---@return string? decision, string notes
function M.read(text)
  local word, notes = text:match "^%s*(%a+)%s*:?%s*(.-)%s*$"
  word = word and word:lower()
  if not near.contains(M.decisions, word) then return nil, "" end
  return word, notes
end

--- May this be decided, as things are?
---@param decision string
---@param notes string
---@param proposed string
---@return true?, slipway.Error?
function M.check(decision, notes, proposed)
  if decision == "conditional" and notes == "" then
    return nil, errors.new { code = "gate.waiting", message = "a conditional sign-off names its workarounds", hint = 'slipway resume --answer "conditional: set CACHE=0"' }
  end
  if severity[decision] < severity[proposed] and notes == "" then
    return nil, errors.new { code = "gate.waiting", message = ("the findings say %s; %s needs a reason"):format(proposed, decision), hint = ('slipway resume --answer "%s: REASON"'):format(decision) }
  end
  return true
end

return M
