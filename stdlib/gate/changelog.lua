-- Gate: people have written what is new, for this version or under Unreleased.
local changelog = require "pure.changelog"

return {
  title = function(version) return ("the changelog has notes for %s"):format(version) end,
  ---@param o { version: string, at: oid }
  judge = function(world, _, o)
    local setting = world.config.changelog
    local path = type(setting) == "table" and setting.file or type(setting) == "string" and setting or "CHANGELOG.md"
    local text, err = world.repo:read { at = o.at, path = path }
    if err then return nil, err end
    local hint = ("write what is new under ## [Unreleased] in %s, and commit it"):format(path)
    if not text then return { ok = false, why = path .. " is not there", hint = hint } end
    local written = changelog.notes(text, o.version) or changelog.notes(text, "unreleased")
    if written and written:find "%S" then return { ok = true } end
    return { ok = false, why = ("%s says nothing for %s"):format(path, o.version), hint = hint }
  end,
}
