-- The pre-release that the trunk stands on, and the version it leads up to.
local errors = require "pure.errors"
local history = require "repository.history"
local version = require "pure.version"

return {
  name = "prerelease", summary = "The last pre-release reachable from HEAD and the version it leads up to.",
  signature = "facts:prerelease() → { version, base, tag, commit }",
  ask = function(world)
    local last, err = history.last_release(world, world.project.head.oid, history.is_any)
    if err then return nil, err end
    if not last or history.is_stable(last.version) then
      return nil, errors.new {
        code = "release.no_prerelease",
        message = last and ("the last release is %s, which is no pre-release"):format(last.tag) or "there is no release yet",
        hint = "slipway plan alpha   or   slipway plan release",
      }
    end
    local v = last.version
    return { version = v, base = version.base(v), tag = last.tag, commit = last.commit }
  end,
}
