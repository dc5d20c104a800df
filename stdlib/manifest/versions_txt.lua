-- versions.txt of the Java repositories of release-please: lines "module:released:current". A snapshot
-- moves the current version alone; a release moves both.
local place = require "pure.place"
local sites = require "pure.sites"

local function is_snapshot(version) return version:find("SNAPSHOT", 1, true) ~= nil end

local function is_listed(text)
  for _, _, line in place.lines(text) do
    if line:find("^[%w_.-]+:%d[^:%s]*:%d[^:%s]*%s*$") then return true end
  end
  return false
end

local function add(found, first, name, released, current, opts)
  local function target(version) return sites.wanted(opts, version, name, { here = true, follows = true }) end
  local at = first + #name + 1
  found.sites[#found.sites + 1] = {
    first = at, last = at + #released - 1, text = released, role = "requirement",
    write = function(version)
      local new = target(version)
      return new and not is_snapshot(new) and new or nil
    end,
  }
  at = at + #released + 1
  found.sites[#found.sites + 1] = {
    first = at, last = at + #current - 1, text = current, role = "requirement", write = target,
  }
end

local function locate(text, opts)
  local found = { sites = {}, quiet = true }
  for _, first, line in place.lines(text) do
    local name, released, current = line:match("^([%w_.-]+):([^:%s]+):([^:%s]+)%s*$")
    if name then
      add(found, first, name, released, current, opts)
    end
  end
  return found
end

return sites.format {
  name = "versions_txt", title = "versions.txt", locate = locate, by_content = is_listed,
  companion = true,
  matches = function(base) return base:find("[Vv]ersions?[%w._-]*%.txt$") ~= nil or base:find("%.txt$") ~= nil end,
}
