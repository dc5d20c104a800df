-- Signatures on the page: each is good, by the key of slipway.lua, for the file beside it; none that is configured lacks.
local signers = require "signer.open"
local sorted_keys = require "pure.sorted_keys"

local M = { name = "signatures" }

local function settings_of(world, by)
  for _, o in ipairs((world.config.artifacts or {}).sign or {}) do
    if o.by == by then return o end
  end
end

local function check_one(world, found, name, by, signed, report)
  local o = settings_of(world, by)
  local file = found.assets[signed]
  if not file then return report.different(name, ("it signs %s, which is not on the page"):format(signed)) end
  if not o then return report.absent(name, ("artifacts.sign names no key of %s to check it with"):format(by)) end
  local who, err = signers.get(by).verify(world, o, file.path, found.assets[name].path)
  if who then return report.same(name, who) end
  report[err and err.code == "sign.invalid" and "different" or "unknown"](name, err)
end

--- Which files ought to be signed: the checksum file, or all that are no signatures themselves.
local function expected(world, found, o)
  local sums = (world.config.artifacts or {}).checksums
  local names = {}
  if o.files == "records" then return names end
  for name in pairs(found.assets) do -- order: sorted by the caller
    local is_sums = name == (sums or "SHA256SUMS")
    if is_sums or ((o.files == "all" or sums == false) and not signers.of_name(name)) then names[#names + 1] = name end
  end
  table.sort(names)
  return names
end

function M.look(world, found, report)
  if not found.page then return end
  local names = sorted_keys(found.assets)
  for _, name in ipairs(names) do
    local by, signed = signers.of_name(name)
    if by then check_one(world, found, name, by, signed, report) end
  end
  for _, o in ipairs((world.config.artifacts or {}).sign or {}) do
    local signer = signers.get(o.by)
    for _, name in ipairs(signer and expected(world, found, o) or {}) do
      if not found.assets[name .. signer.suffix] then report.different(name .. signer.suffix, ("%s is to be signed by %s, and the page has no such signature"):format(name, o.by)) end
    end
  end
end

return M
