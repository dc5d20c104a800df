-- An error in four parts: what, where, why we know, what to type.
local errors = require "pure.errors"

local M = {}

---@param out slipway.Output
---@param err slipway.Error
---@param exit integer
function M.show(out, err, exit)
  err = errors.adopt(err)
  if out.json then
    out.object("error", { error = {
      code = err.code, name = errors.shown(err.code), message = err.message, hint = err.hint, cause = err.cause, exit = exit,
    } })
  end
  out.complain(("%s  %s"):format(out.paint("red", "slipway: " .. errors.shown(err.code)), err.message))
  if err.cause then out.complain("  why    " .. err.cause:gsub("\n", "\n         ")) end
  for _, path in ipairs(err.paths or {}) do out.complain("  file   " .. path) end
  local entry = errors.entry(err.code)
  local hint = err.hint or entry and entry.fix
  if hint then out.complain("  next   " .. hint) end
end

return M
