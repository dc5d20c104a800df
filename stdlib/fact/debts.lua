-- Has every fix that was shipped from a hotfix line reached the trunk?
local debts = require "repository.debts"

-- So many hotfixes, the newest versions, are looked at: a plan does not read the whole history. slipway graph does.
local RECENT <const> = 100

return {
  name = "debts", summary = "Has every fix shipped from a hotfix line reached the trunk?", signature = "facts:debts(trunk) → check",
  ask = function(world, trunk)
    local missing = debts.missing(world, trunk, { limit = RECENT })
    if #missing == 0 then return { ok = true } end
    local first = missing[1]
    local more = #missing > 1 and (" and %d more"):format(#missing - 1) or ""
    return {
      ok = false, why = ("%s of %s (%s)%s"):format(first.commit:sub(1, 10), first.tag, first.subject, more), code = "release.debt",
      hint = ("git cherry-pick -x %s on %s; or say that it is there in other words: a commit with \"Brought-Home: %s\". slipway graph"):format(
        first.commit:sub(1, 10), world.project.trunk, first.commit:sub(1, 10)),
    }
  end,
}
