-- Do the packages that need one take a version of it? A repair that exact requirements keep out reaches nobody.
return {
  name = "dependants", summary = "Does every package here that needs one admit a version of it?",
  signature = "facts:dependants{ package =, version =, at = } → check",
  ask = function(world, o)
    if not o.package then return { ok = true } end
    local refusing = require("repository.releases").refusing(world, o.at, o.package, tostring(o.version))
    if #refusing == 0 then return { ok = true } end
    local texts, names = {}, {}
    for i, one in ipairs(refusing) do texts[i], names[i] = ("%s asks for %s"):format(one.name, one.text), one.name end
    return {
      ok = false, why = table.concat(texts, ", "),
      hint = ("their users get the repair with a release of their own: slipway run release --package %s --level patch"):format(table.concat(names, ",")),
    }
  end,
}
