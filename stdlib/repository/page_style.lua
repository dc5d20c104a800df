-- How this project writes its changelog, from slipway.lua: style, own groups, own template, addresses.
local addresses = require "repository.addresses"
local errors = require "pure.errors"

local function is_group(group)
  if type(group) ~= "table" or type(group.title) ~= "string" or type(group.types) ~= "table" then return false end
  for _, name in ipairs(group.types) do
    if type(name) ~= "string" then return false end
  end
  return true
end

---@param world table
---@param style string?  asked for on the command line
---@return slipway.ChangelogStyle?, slipway.Error?
return function(world, style)
  local settings = type(world.config.changelog) == "table" and world.config.changelog or {}
  for i, group in ipairs(settings.groups or {}) do
    if not is_group(group) then
      return nil, errors.new {
        code = "config.invalid", message = ("slipway.lua: changelog.groups[%d] needs a title and types"):format(i),
        hint = 'groups = { { title = "Added", types = { "feat" } }, { title = "Internal", types = { "chore" }, hidden = true } }',
      }
    end
  end
  return {
    style = style or settings.style, groups = settings.groups, links = settings.links or addresses(world),
    template = not style and settings.template or nil,
  }
end
