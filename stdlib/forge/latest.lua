-- The forge's latest mark as a tag that moves, in the words that verb/point.lua speaks with registries.
local errors = require "pure.errors"

--- Without the prefix of the project's tags, or nil: not a release of this project.
local function version_of(world, tag)
  local before, after = world.project.tag_pattern:match "^(.-){version}(.*)$"
  if tag:sub(1, #before) ~= before or tag:sub(#tag - #after + 1) ~= after then return nil end
  return tag:sub(#before + 1, #tag - #after)
end

---@param world table
---@return table
return function(world)
  local forge = world.forge
  local pointer = { where = "the forge" }

  --- The page's tag; nil when there is no public page to point to.
  function pointer.target(_, version)
    local tag = world.project.tag_pattern:gsub("{version}", function() return version end)
    local page, err = forge.release(tag)
    if not page then return nil, err end
    if page.draft or page.prerelease then
      return nil, errors.new { code = "forge.unsupported", message = ("the page of %s is %s: it cannot be the latest"):format(tag, page.draft and "a draft" or "a pre-release") }
    end
    return tag
  end

  function pointer.pointed() return forge.latest() end

  function pointer.versions()
    local pages, err = forge.releases()
    if not pages then return nil, err end
    local list = {}
    for _, page in ipairs(pages) do
      if not page.prerelease then list[#list + 1] = version_of(world, page.tag) end
    end
    return list
  end

  function pointer.point(_, _, tag)
    local page, err = forge.release(tag)
    if not page then return nil, err or errors.new { code = "forge.not_found", message = ("there is no page of %s"):format(tag) } end
    return forge.point_latest(page)
  end

  function pointer.unpoint()
    return nil, errors.new { code = "forge.unsupported", message = "a forge with a public page always has a latest one" }
  end

  return pointer
end
