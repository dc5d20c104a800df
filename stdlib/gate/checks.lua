-- Gate: every check that the forge knows of this very commit is green. No check at all is not green.

local words = { pending = "still running", red = "red", none = "no check has reported" }

return {
  needs_forge = true,
  title = function() return "every check of the commit is green" end,
  ---@param o { at: oid }
  judge = function(world, _, o)
    local checks, err = world.forge.checks(o.at)
    if not checks then return nil, err end
    if checks.state == "green" then return { ok = true } end
    local names = checks.state == "red" and checks.failed or checks.pending
    local why = ("%s: %s"):format(o.at:sub(1, 10), words[checks.state])
    if #names > 0 then why = why .. ": " .. table.concat(names, ", ") end
    return { ok = false, why = why, hint = checks.state == "none" and "push the commit, and let its checks run" or "mend it, or wait: slipway plan again" }
  end,
}
