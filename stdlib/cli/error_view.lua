-- An error in four parts: what, where, why we know, what to type.
local ci_log = require "cli.ci_log"
local errors = require "pure.errors"

local M = {}

--- An error as programs get it.
---@param err slipway.Error
---@return table
function M.plain(err)
  err = errors.adopt(err)
  return {
    code = err.code, name = errors.shown(err.code), message = err.message, hint = err.hint, cause = err.cause, exit = errors.exit_code(err),
  }
end

---@param out slipway.Output
---@param err slipway.Error
---@param exit integer
function M.show(out, err, exit)
  err = errors.adopt(err)
  local plain = M.plain(err)
  plain.exit = exit
  out.object("error", { error = plain })
  out.complain(("%s  %s"):format(out.paint("red", "slipway: " .. errors.shown(err.code)), err.message))
  if err.cause then out.complain("  why    " .. err.cause:gsub("\n", "\n         ")) end
  for _, path in ipairs(err.paths or {}) do out.complain("  file   " .. path) end
  local entry = errors.entry(err.code)
  local hint = err.hint or entry and entry.fix
  if hint then out.complain("  next   " .. hint) end
  ci_log.annotate(out, err)
end

return M
