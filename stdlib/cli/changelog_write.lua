-- slipway changelog --write: puts what the changelog file does not have yet into it.
local changelog = require "pure.changelog"
local errors = require "pure.errors"
local file = require "door.file"
local release_pages = require "repository.release_pages"
local version_of = require "pure.version"

local function path_of(world)
  local setting = world.config.changelog
  if setting == false then return nil end
  local path = type(setting) == "table" and setting.file or type(setting) == "string" and setting or "CHANGELOG.md"
  return world.project.root .. "/" .. path, path
end

local function is_after(world, a, b)
  local x, y = version_of.parse(a, world.project.scheme), version_of.parse(b, world.project.scheme)
  return x and y and x > y
end

-- Puts what the file does not have yet into it, oldest first; without a file it becomes the whole changelog.
return function(context, world, what)
  local path, name = path_of(world)
  if not path then return nil, errors.new { code = "config.invalid", message = "slipway.lua: changelog = false, so there is no file to write", hint = 'changelog = "CHANGELOG.md"' } end
  local text, unread = file.read(path)
  if not text and unread.code ~= "file.not_found" then return nil, unread end
  local sections, numbers = {}, {}
  local ok, err = release_pages.each(world, what, function(section, release)
    if release > 0 then sections[#sections + 1], numbers[#numbers + 1] = section, release end
  end, function() sections, numbers = {}, {} end)
  if not ok then return nil, err end
  local newest = text and changelog.newest(text)
  local added = {}
  for i = #sections, 1, -1 do
    local version = what.releases.versions[numbers[i]]
    local known = text and changelog.written(text, version)
    if not known and (what.only or not newest or is_after(world, version, newest)) then
      local new, bad = changelog.insert(text, sections[i], { version = version })
      if not new then return nil, bad end
      text = new
      added[#added + 1] = version
    end
  end
  if #added > 0 then
    local done, failed = file.write { path = path, text = text }
    if not done then return nil, failed end
  end
  local list = #added == 0 and "has every release already" or ("%s: %s"):format(#added == 1 and "one release added" or #added .. " releases added", table.concat(added, ", "))
  context.out.object("changelog", { file = name, added = require("door.json").array(added) })
  context.out.say(("%s   %s"):format(name, list))
  return 0
end
