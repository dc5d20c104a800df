-- slipway.lua, key `artifacts`: the files of the release page.
local check = require "pure.config.check"
local schema = require "pure.schema"

local fields = { archive = "string", target = "string", source = "boolean", include = "table" }

---@param artifacts { archive: string, target: string?, source: boolean?, include: string[]? }[]
---@return true?, slipway.Error?
return function(artifacts)
  local names = {}
  for i, artifact in ipairs(artifacts) do
    local where = ("artifacts[%d]"):format(i)
    local ok, err = check.fields(where, artifact, fields)
    if not ok then return nil, err end
    if not artifact.archive then return check.refuse(where .. ".archive names the file, for example 'name-{version}.tar.gz'") end
    if not schema.is_component(artifact.archive) then return check.refuse(where .. ".archive is the name of a file, without a folder") end
    if names[artifact.archive] then return check.refuse("artifacts: two are called " .. artifact.archive) end
    names[artifact.archive] = true
    if artifact.include then
      ok, err = check.files(where .. ".include", artifact.include)
      if not ok then return nil, err end
    end
    if not artifact.target and not artifact.source then return check.refuse(where .. " has neither a target nor source = true") end
  end
  return true
end
