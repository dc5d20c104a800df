-- Any file with marker comments. Ours: a line with `slipway: version` (or major, minor, patch, date),
-- or lines between `slipway: begin version` and `slipway: end`. Those of release-please are read too:
-- x-release-please-version, x-release-please-start-version … x-release-please-end, and for named
-- modules {x-version-update:module:current}.
local place = require "pure.place"
local sites = require "pure.sites"

local scopes = {
  version = true, major = true, minor = true, patch = true, date = true, ["version-date"] = true,
}

--- The bytes of a version in a line, from `from` on: numbers, and the label and build they carry.
local function version_span(line, from)
  local first, last = line:find("%d+%.%d+%.%d+", from)
  if not first then return nil end
  last = select(2, line:find("^%-[%w.]+", last + 1)) or last
  while true do
    local more = select(2, line:find("^%-[%w.]+", last + 1))
    if not more then break end
    last = more
  end
  return first, select(2, line:find("^%+[%w.-]+", last + 1)) or last
end

--- A number alone: "1", also v1; not one that is part of a word or of another number.
local function number_span(line)
  local at = 1
  while true do
    local first, last = line:find("%d+", at)
    if not first then return nil end
    local before = line:sub(1, first - 1)
    if (before == "" or before:find("[^%w_]$") or before:find("%f[%w_]v$")) and not line:find("^[%w_]", last + 1) then
      return first, last
    end
    at = last + 1
  end
end

local function part_of(version, scope)
  local major, minor, patch = version:match("^(%d+)%.?(%d*)%.?(%d*)")
  return ({ major = major, minor = minor ~= "" and minor or nil, patch = patch ~= "" and patch or nil })[scope]
end

local date_pieces = { Y = "%d%d%d%d", m = "%d%d", d = "%d%d" }

--- A date in the asked form; nil without a date from the caller.
local function shown_date(opts, form)
  local year, month, day = (opts.date or ""):match("^(%d%d%d%d)%-(%d%d)%-(%d%d)")
  if not year then return nil end
  return (form:gsub("%%([Ymd])", { Y = year, m = month, d = day }))
end

local function date_span(line, form)
  local pattern = form:gsub("[%-.+*?()%[%]^$]", "%%%0"):gsub("%%([Ymd])", date_pieces)
  return line:find(pattern)
end

local function add(found, text, first, line, scope, opts)
  local start, stop
  if scope == "version" or scope == "version-date" then
    start, stop = version_span(line, 1)
    if start then
      found.sites[#found.sites + 1] = sites.version(text, first + start - 1, first + stop - 1)
    end
  elseif scope ~= "date" then
    start, stop = number_span(line)
    if start then
      local site = sites.version(text, first + start - 1, first + stop - 1, function(version) return part_of(version, scope) end)
      site.role = "part"
      found.sites[#found.sites + 1] = site
    end
  end
  if scope == "date" or scope == "version-date" then
    local form = opts.date_format or "%Y-%m-%d"
    start, stop = date_span(line, form)
    if start and opts.date then
      local site = sites.version(text, first + start - 1, first + stop - 1, function() return shown_date(opts, form) end)
      site.role = "part"
      found.sites[#found.sites + 1] = site
    end
  end
end

--- What a line says about markers: "inline", scope · "begin", scope · "end".
local function marker_in(line, word)
  local escaped = word:gsub("%-", "%%-")
  local begins = line:match(escaped .. "%-start%-([%l-]+)")
  if begins and scopes[begins] then return "begin", begins end
  if line:find(word .. "-end", 1, true) then return "end" end
  local scope = line:match(escaped .. "%-([%l-]+)")
  if scope and scopes[scope] then return "inline", scope end
end

local function own_marker_in(line)
  local begins = line:match("slipway:%s*begin%s+([%l-]+)")
  if begins and scopes[begins] then return "begin", begins end
  if line:find("slipway:%s*end%f[^%w]") then return "end" end
  local scope = line:match("slipway:%s*([%l-]+)")
  if scope and scopes[scope] then return "inline", scope end
end

local function any_marker_in(line, word)
  local what, scope = marker_in(line, word)
  if what then return what, scope end
  return own_marker_in(line)
end

local function locate_marked(text, opts)
  local word = opts.marker or "x-release-please"
  local found, block, block_at = { sites = {} }, nil, nil
  for _, first, line in place.lines(text) do
    local what, scope = any_marker_in(line, word)
    if what == "inline" then
      add(found, text, first, line, scope, opts)
    elseif what == "begin" then
      if block then
        return nil, sites.fault(text, first, "manifest.malformed", "a marked block begins inside another")
      end
      block, block_at = scope, first
    elseif what == "end" then
      block = nil
    elseif block then
      add(found, text, first, line, block, opts)
    end
  end
  if block then
    return nil, sites.fault(text, block_at, "manifest.malformed", "the marked block is not ended")
  end
  return found
end

--- {x-version-update:module:current} and its blocks: the module's version, when it is named.
local function locate_modules(text, opts)
  local found, block = { sites = {}, quiet = true }, nil
  local function put(first, line, module, kind)
    if kind == "released" and opts.snapshot then return end
    local start, stop = version_span(line, 1)
    if not start then return end
    local site = sites.version(text, first + start - 1, first + stop - 1, function(version)
      return sites.wanted(opts, version, module, { here = true, follows = true })
    end)
    site.role = "requirement"
    found.sites[#found.sites + 1] = site
  end
  for _, first, line in place.lines(text) do
    local module, kind = line:match("{x%-version%-update:([%w_-]+):(%l+)}")
    local opened, sort = line:match("{x%-version%-update%-start:([%w_-]+):(%l+)}")
    if module then
      put(first, line, module, kind)
    elseif opened then
      block = { opened, sort }
    elseif line:find("{x-version-update-end}", 1, true) then
      block = nil
    elseif block then
      put(first, line, block[1], block[2])
    end
  end
  return found
end

local function has_modules(text) return text:find("{x-version-update", 1, true) ~= nil end

local function has_markers(text, opts)
  if text:find((opts and opts.marker) or "x-release-please-", 1, true) then return true end
  for _, _, line in place.lines(text) do
    if own_marker_in(line) then return true end
  end
  return false
end

local format = sites.format {
  name = "marker", title = "marker comments", matches = function() return false end,
  locate = function(text, opts)
    if has_modules(text) and not has_markers(text, opts) then return locate_modules(text, opts) end
    return locate_marked(text, opts)
  end,
}

--- Does the text hold markers? Modules' markers count when modules are named.
function format.marks(text, opts)
  return has_markers(text, opts) or (has_modules(text) and true)
end

--- Does the text mark modules that are among the named versions?
---@param text string
---@param versions table<string, any>?
---@return boolean
function format.marks_any(text, versions)
  for module in text:gmatch("{x%-version%-update[%l-]*:([%w_-]+):") do
    if versions and versions[module] then return true end
  end
  return false
end

return format
