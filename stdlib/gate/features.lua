-- Gate: features under development are off in the released build: Cargo features that are not among the default ones, also
-- not by way of another; in other languages a line of a file that says so.
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

--- Does the released file have the line that switches the feature off?
local function judge_line(world, o, flag)
  local text, err = world.repo:read { at = o.at, path = flag.path }
  if not text then return { ok = false, why = ("%s cannot be read: %s"):format(flag.path, err and err.message or "it is not there"), hint = "gates.features in slipway.lua names it" } end
  for line in (text .. "\n"):gmatch "([^\n]*)\n" do
    if line:match "^%s*(.-)%s*$" == flag.off then return nil end
  end
  return { ok = false, why = ("%s has no line '%s'"):format(flag.path, flag.off), hint = "a feature under development stays off until it is done; test it with the flag on" }
end

return {
  title = function(_, flags)
    local names = {}
    for i, flag in ipairs(flags) do names[i] = type(flag) == "table" and (flag.name or flag.off:match "[%w_.-]+") or flag end
    return ("%s %s off in the release"):format(table.concat(names, ", "), #names == 1 and "is" or "are")
  end,
  ---@param flags (string|{ path: string, off: string, name: string? })[]
  ---@param o { at: oid }
  judge = function(world, flags, o)
    local names = {}
    for _, flag in ipairs(flags) do
      local bad = type(flag) == "table" and judge_line(world, o, flag)
      if bad then return bad end
      names[#names + 1] = type(flag) == "string" and flag or nil
    end
    if #names == 0 then return { ok = true } end
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
