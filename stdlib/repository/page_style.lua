-- How this project writes its changelog, from slipway.lua: style, own groups, own template, addresses.
local addresses = require "repository.addresses"
local changelog = require "pure.changelog"
local errors = require "pure.errors"

local function is_group(group)
  if type(group) ~= "table" or type(group.title) ~= "string" or type(group.types) ~= "table" then return false end
  for _, name in ipairs(group.types) do
    if type(name) ~= "string" then return false end
  end
  return true
end

-- A template is text with holes, or a file of the project that holds such a text.
local function template_of(world, setting)
  if not setting or setting:find("{{", 1, true) or setting:find("\n", 1, true) then return setting end
  local path = setting:sub(1, 1) == "/" and setting or world.project.root .. "/" .. setting
  local text, err = world.file.read(path)
  if text then return text end
  return nil, errors.new {
    code = "changelog.no_template", message = ("the template %s cannot be read"):format(setting), cause = err.message, hint = "slipway help template   shows one to begin with",
  }
end

---@param world table
---@param o { style: string?, template: string? }?  asked for on the command line
---@return slipway.ChangelogStyle?, slipway.Error?
return function(world, o)
  o = o or {}
  local style = o.style
  local settings = type(world.config.changelog) == "table" and world.config.changelog or {}
  for i, group in ipairs(settings.groups or {}) do
    if not is_group(group) then
      return nil, errors.new {
        code = "config.invalid", message = ("slipway.lua: changelog.groups[%d] needs a title and types"):format(i),
        hint = 'groups = { { title = "Added", types = { "feat" } }, { title = "Internal", types = { "chore" }, hidden = true } }',
      }
    end
  end
  local template, unread = template_of(world, o.template or not style and settings.template or nil)
  if unread then return nil, unread end
  local made = { style = style or settings.style, groups = settings.groups, links = settings.links or addresses(world), template = template }
  local bad = changelog.unusable(made)
  if bad then return nil, bad end
  return made
end
