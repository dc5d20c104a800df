-- Gate: is a release of this kind due? An early one is a warning, nothing more: the calendar asks, it does
-- not decide.
local cadence = require "pure.cadence"
local history = require "repository.history"
local version = require "pure.version"

-- The last release of the class before this version, on the way from `at`.
local function last_of_class(world, at, class)
  return history.last_release(world, at, function(v)
    if not history.is_stable(v) then return false end
    return class == "patch" or class == "hotfix" or v.patch == 0
  end)
end

return {
  title = function(v) return ("a release such as %s is due"):format(v) end,
  warns = true,
  ---@param setting table|boolean  { minor = { after = 28, by = 42 } }, or true for the usual ones
  ---@param o { version: string, at: oid, previous: string?, hotfix: boolean? }
  judge = function(world, setting, o)
    local v = assert(version.parse(o.version, world.project.scheme))
    if not history.is_stable(v) then return { ok = true } end
    local class = cadence.class_of(v, o.previous and version.parse(o.previous, world.project.scheme), o.hotfix)
    local rule = type(setting) == "table" and setting[class] or cadence.defaults[class]
    local last, err = last_of_class(world, o.at, class)
    if err then return nil, err end
    local commit = last and world.repo:commit(last.commit)
    if class == "hotfix" and world.forge and rule.only then
      local causes, failed = world.forge.issues { any = rule.only, state = "open", kind = "issue" }
      if not causes then return nil, failed end
      if #causes == 0 then
        return { ok = false, why = ("no open issue is labelled %s"):format(table.concat(rule.only, " or ")), class = class, check = rule.check, hint = "a patch release of the trunk is the usual way" }
      end
    end
    local said = cadence.judge(class, rule, commit and (world.time - commit.committer.time) / 86400)
    return { ok = said.due ~= "early", why = said.text, class = class, check = rule.check, due = said.due }
  end,
}
