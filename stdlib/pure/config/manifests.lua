-- slipway.lua, key `manifests`: files that carry the version, by path, or as tables that say where it stands in them.
local check = require "pure.config.check"
local schema = require "pure.schema"

local fields = { path = "string", image = "string", pattern = "string", selector = "string", marker = "string", package = "string" }

---@param manifests (string|{ path: string, image: string?, pattern: string?, selector: string?, marker: string?, package: string? })[]
---@return true?, slipway.Error?
return function(manifests)
  for i, entry in ipairs(manifests) do
    local where = ("manifests[%d]"):format(i)
    if type(entry) == "table" then
      local ok, err = check.fields(where, entry, fields)
      if not ok then return nil, err end
      if not entry.path then return check.refuse(where .. ".path names the file") end
      if entry.pattern and not entry.pattern:find("{version}", 1, true) and not entry.pattern:find "[%%^$]" then
        return check.refuse(where .. ".pattern must contain {version}: what stands around it, for example \"release = '{version}'\"")
      end
    elseif type(entry) ~= "string" then
      return check.refuse(where .. " must be a path, or a table with path")
    end
    local path = type(entry) == "table" and entry.path or entry
    if not schema.is_inside(path) then return check.refuse(("%s: '%s' is not inside the project"):format(where, path)) end
  end
  return true
end
