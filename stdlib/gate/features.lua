-- Gate: features under development are compiled out of the released build (Cargo features that are not among the
-- default ones, also not by way of another).
local toml = require "pure.toml"

-- Everything that the default features bring, following features that name features.
local function defaults(features)
  local on, open = {}, { "default" }
  while #open > 0 do
    local name = table.remove(open)
    for _, item in ipairs(type(features[name]) == "table" and features[name] or {}) do
      if not on[item] then
        on[item] = true
        open[#open + 1] = item
      end
    end
  end
  return on
end

return {
  title = function(_, names) return ("%s %s off in the release"):format(table.concat(names, ", "), #names == 1 and "is" or "are") end,
  ---@param names string[]
  ---@param o { at: oid }
  judge = function(world, names, o)
    local entries, err = world.repo:list { at = o.at, recursive = true }
    if not entries then return nil, err end
    for _, entry in ipairs(entries) do
      local text = entry.kind == "file" and entry.path:find "Cargo%.toml$" and world.repo:read { at = o.at, path = entry.path }
      local manifest = text and toml.decode(text)
      local on = manifest and type(manifest.features) == "table" and defaults(manifest.features) or {}
      for _, name in ipairs(names) do
        if on[name] then
          return { ok = false, why = ("%s is among the default features of %s"):format(name, entry.path), hint = "take it out of default; build and test it with --features " .. name }
        end
      end
    end
    return { ok = true }
  end,
}
