-- The changelog of a whole history: read, or taken from the cache and completed. Written section by section, so that
-- memory does not grow with the history; nothing is given out before all of it has been read without an error.
local cache_dir = require "run.cache_dir"
local page_cache = require "run.page_cache"
local release_pages = require "repository.release_pages"

local M = {}

local function lines_of(releases)
  local lines = {}
  for i, commit in ipairs(releases.commits) do lines[i] = commit .. " " .. releases.tags[i] end
  return table.concat(lines, "\n")
end

-- Which commits are a package's: where all of them lie and what of that does not count.
local function packages_of(world)
  local list = {}
  for i, package in ipairs(world.siblings or {}) do
    list[i] = { package.name, package.path, package.tag, package.include or {}, package.ignore or {} }
  end
  return list
end

-- Everything besides commits and release tags that the text depends on.
local function key_of(world, style)
  local links = {}
  for name, text in pairs(style.links or {}) do links[name] = text end -- order: encoded by name
  return {
    place = { world.project.info.common_dir, world.package and world.package.name or "" }, style = style.style or "", groups = style.groups or false,
    links = links, rules = world.config.rules or false, tag = world.project.tag_pattern, scheme = world.project.scheme, packages = packages_of(world), settings = world.package and world.project.settings_text or false,
  }
end

local function cache_of(world, o)
  if o.no_cache or o.style.template or o.people or require("door.host").lua_dir then return nil end
  local name = world.project.info.common_dir:gsub("/%.git$", ""):match "[^/]+$" or "history"
  local ok, cache = pcall(page_cache.open, cache_dir(), name .. "-" .. (o.style.style or "default"), key_of(world, o.style))
  return ok and cache or nil
end

local SPILL = 1 << 20 -- bytes of a page that is not kept in memory before they go to a nameless file

-- A place for pages that are not kept. Where no file can be made or written they stay in memory.
local function unkept()
  local place, parts, size, written, handle, full = {}, {}, 0, 0, nil, false
  local function spill()
    handle = handle or io.tmpfile()
    if not handle then full = true return end
    handle:setvbuf "no" -- what was written is written
    local text = table.concat(parts)
    if handle:write(text) then
      parts, size, written = {}, 0, written + #text
    else
      full = true
    end
  end
  function place.add(text)
    parts[#parts + 1], size = text, size + #text
    if size >= SPILL and not full then spill() end
  end
  function place.drop() if handle then handle:close() end end
  function place.restart()
    place.drop()
    parts, size, written, handle, full = {}, 0, 0, nil, false
  end
  function place.finish() return true end
  function place.give(write)
    if handle then handle:seek "set" end
    while written > 0 do
      local piece = assert(handle:read(math.min(1 << 17, written)))
      written = written - #piece
      write(piece)
    end
    place.drop()
    write(table.concat(parts))
  end
  return place
end

local function in_file(cache)
  local keeper = cache and page_cache.keeper(cache)
  if not keeper then return nil end
  local finish, length = keeper.finish, nil
  function keeper.finish()
    length = finish()
    return length ~= nil
  end
  function keeper.give(write)
    if keeper.text then return write(keeper.text) end
    page_cache.copy(keeper.path, 0, length, write)
  end
  return keeper
end

-- Adds the sections of `o` to a page; the first that is no longer new ends it.
local function read(world, o, place, accept)
  local count, refused = 0, false
  local ok, err = release_pages.each(world, o, function(section, release, time)
    refused = refused or (accept and not accept(release, time))
    if refused then return end
    if count > 0 then place.add "\n" end
    count = count + 1
    place.add(section, { release = o.releases.tags[release], commit = o.releases.commits[release], time = time, length = #section })
  end, function() place.restart() count, refused = 0, false end)
  if not ok then return nil, err end
  return not refused, count
end

-- Which lines of `now` are new; nil when one of `before` is gone.
local function added_to(before, now)
  local known, fresh = {}, {}
  for line in before:gmatch "[^\n]+" do known[line] = true end
  for line in now:gmatch "[^\n]+" do
    if known[line] then known[line] = nil else fresh[line:match "^%x+"] = true end
  end
  return next(known) == nil and fresh or nil
end

-- What came since the page was kept, in front of what has not changed: everything from the newest release on that it
-- tells. Right only where every new tag stands on a new commit, and no old release comes in anew from the side.
local function completed(world, o, cache, known, lines)
  local at, from = nil, 0
  for i, section in ipairs(known.sections) do
    if section.commit then at = i break end
    from = from + section.length + 1
  end
  local fresh = at and added_to(known.releases, lines)
  if not fresh then return nil end
  local newest = known.sections[at]
  if not world.repo:is_ancestor(newest.commit, o.from) then return nil end
  local place = in_file(cache)
  if not place then return nil end
  local missing = fresh
  local whole, count = read(world, {
    from = o.from, hide = { newest.commit }, base = newest.release, releases = o.releases, style = o.style,
  }, place, function(release, time)
    local commit = o.releases.commits[release]
    if not commit then return true end
    local new = missing[commit] and time >= newest.time
    missing[commit] = nil
    return new
  end)
  if not whole or next(missing) then
    place.drop()
    return nil
  end
  if count > 0 then place.add "\n" end
  local start = from
  for i = at, #known.sections do
    place.add("", known.sections[i])
  end
  if not page_cache.copy(cache.text, start, known.length - start, place.add) or not place.finish() then
    place.drop()
    return nil
  end
  return place
end

-- A place with the whole page in it; nil without an error where it had no room for that, as in a full cache.
local function filled(world, o, place)
  if not place then return nil end
  local ok, err = read(world, o, place)
  if ok ~= nil and place.finish() then return place end
  place.drop()
  return nil, ok == nil and err or nil
end

---@param world table
---@param o { from: oid, style: slipway.ChangelogStyle, releases: slipway.ReleasePages?, people: function?, no_cache: boolean? }
---@param write fun(text: string)
---@return true?, slipway.Error?
function M.write(world, o, write)
  local cache = cache_of(world, o)
  local known = cache and page_cache.load(cache)
  o.releases = o.releases or release_pages.releases(world)
  local lines = lines_of(o.releases)
  local header = not o.style.template and require "pure.changelog_header" .. "\n" or ""
  if known and known.tip == o.from and known.releases == lines then
    write(header)
    if known.text then write(known.text) else page_cache.copy(cache.text, 0, known.length, write) end
    return true
  end
  known = known and completed(world, o, cache, known, lines)
  local place, err = known, nil
  if not place then place, err = filled(world, o, in_file(cache)) end
  if not place and not err then place, err = filled(world, o, unkept()) end
  if not place then return nil, err end
  write(header)
  place.give(write)
  if place.keep and not place.keep { tip = o.from, releases = lines } then place.drop() end
  return true
end

return M
