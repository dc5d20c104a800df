-- Gradle: version = "1.2.0" in build.gradle(.kts), or gradle.properties. Inside blocks only
-- allprojects and subprojects count, so that plugins and dependencies are never mistaken for it.
local mask = require "pure.mask"
local place = require "pure.place"
local sites = require "pure.sites"

local shared = { allprojects = true, subprojects = true }
local android = { android = true, defaultConfig = true }

local patterns = {
  version = "^%s*p?r?o?j?e?c?t?%.?version%s*=?%s*%(?%s*[\"']()[^\"'\n]*()[\"']%s*%)?%s*;?%s*$",
  set = "^%s*setVersion%(%s*[\"']()[^\"'\n]*()[\"']%s*%)%s*;?%s*$",
  versionName = "^%s*versionName%s*=?%s*%(?%s*[\"']()[^\"'\n]*()[\"']%s*%)?%s*$",
}

--- Names of the blocks that a line opens and closes; braces inside quotes do not count.
local function follow(stack, line)
  local plain = line:gsub("\"[^\"]*\"", ""):gsub("'[^']*'", "")
  for before, mark in plain:gmatch("([^{}]*)([{}])") do
    if mark == "{" then
      stack[#stack + 1] = before:match("([%w_]+)%s*%(?[^(]*%)?%s*$") or "?"
    else
      stack[#stack] = nil
    end
  end
end

local function all_in(stack, names)
  for _, name in ipairs(stack) do
    if not names[name] then return false end
  end
  return true
end

local function locate(text)
  local masked = mask.comments(text, "groovy")
  local found, stack, computed = { sites = {} }, {}, false
  for _, first, line in place.lines(masked) do
    local start, after = line:match(patterns.version)
    if not start then start, after = line:match(patterns.set) end
    if start and all_in(stack, shared) and not found.sites[1] then
      found.sites[1] = sites.version(text, first + start - 1, first + after - 2)
    elseif #stack > 0 and all_in(stack, android) and not found.sites[1] then
      start, after = line:match(patterns.versionName)
      if start then found.sites[1] = sites.version(text, first + start - 1, first + after - 2) end
    elseif all_in(stack, shared) and line:find("^%s*version%s*=") then
      computed = true
    end
    follow(stack, line)
  end
  local own = found.sites[1]
  if own and own.text:find("$", 1, true) then found.sites, computed = {}, true end
  if computed and not found.sites[1] then
    found.answer = sites.dynamic("the version is computed")
  end
  return found
end

local property_names = {
  "version", "VERSION_NAME", "projectVersion", "project.version", "mod_version", "VERSION",
  "pluginVersion",
}

local function locate_properties(text)
  local places = {}
  for _, first, line in place.lines(text) do
    local name, at, value = line:match("^%s*([%w_.-]+)%s*[=:]%s*()(%S.-)%s*$")
    if name and not places[name] then
      places[name] = { first = first + at - 1, last = first + at + #value - 2 }
    end
  end
  for _, name in ipairs(property_names) do
    if places[name] then
      return { sites = { sites.version(text, places[name].first, places[name].last) } }
    end
  end
  return { sites = {} }
end

return {
  sites.format {
    name = "gradle", title = "build.gradle",
    matches = sites.named { "build.gradle", "build.gradle.kts" }, locate = locate,
  },
  sites.format {
    name = "gradle_properties", title = "gradle.properties",
    matches = sites.named { "gradle.properties" }, locate = locate_properties,
  },
}
