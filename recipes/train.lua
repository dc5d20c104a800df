-- The release train: everything that has gathered on the trunk leaves as one minor version, when it is due. What is not
-- ready stays off by a feature flag or waits for the next train.
---@type slipway.Recipe
return {
  name = "train", summary = "The release train: what has gathered on the trunk leaves as a minor version, when it is due.",
  sample = [[
release pelican 1.1.0 → 1.2.0
  preflight  $ the train is due                              ok
             $ nothing on it breaks its users                ok
  …          as slipway plan release]],
  params = {
    early = { type = "boolean", default = false, help = "leave before it is due" },
  },
  plan = function(p, facts, arg)
    local ahead = facts:synced()
    local asked = facts:next { at = ahead.commit }
    local minor = facts:next { at = ahead.commit, level = "minor" }
    if not arg.early and asked.current then
      p:require("the train is due", facts:due { version = minor.version, at = ahead.commit, previous = asked.current })
    end
    p:require("nothing on it breaks its users", {
      ok = asked.level ~= "major", why = ("the commits ask for %s"):format(tostring(asked.version)), hint = "slipway next --why; slipway plan release releases it as what it is",
    })
    return p:recipe("release", { level = not asked.first and "minor" or nil })
  end,
}
