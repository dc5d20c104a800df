-- Ruby: version.rb (VERSION = "…"), *.gemspec (spec.version = "…", or a constant from version.rb),
-- podspecs, and Gemfile.lock, where the gems of the repository stand below PATH.
local errors = require "pure.errors"
local mask = require "pure.mask"
local place = require "pure.place"
local sites = require "pure.sites"

local quoted = "[\"']()[^\"'\n]*()[\"']"

local function locate_constant(text)
  local assigned = "VERSION[ \t]*=[ \t]*" .. quoted
  local first, last = sites.search(mask.comments(text, "ruby"), { "^[ \t]*" .. assigned, "%f[%w]" .. assigned })
  return { sites = { first and sites.version(text, first, last) } }
end

local function locate_spec(text)
  local masked = mask.comments(text, "ruby")
  local first, last = sites.search(masked, { "^[ \t]*[%w_]+%.version[ \t]*=[ \t]*" .. quoted })
  local name_first, name_last = sites.search(masked, { "^[ \t]*[%w_]+%.name[ \t]*=[ \t]*" .. quoted })
  local found = {
    sites = { first and sites.version(text, first, last) },
    name = name_first and text:sub(name_first, name_last) or nil,
  }
  if not first and masked:find("%.version[ \t]*=") then
    found.answer = sites.dynamic("the version is a constant of another file")
  end
  return found
end

--- Bundler writes what Gem::Version makes of a pre-release: 0.2.0-alpha is 0.2.0.pre.alpha.
local function gem_version(version) return (version:gsub("%-", ".pre.")) end

local function plain_version(version) return (version:gsub("%.pre%.", "-")) end

--- Entries "    name (1.0.0)" of the PATH sections, with the bytes of the version.
local function local_gems(text)
  local section, gems = nil, {}
  for _, first, line in place.lines(text) do
    if line:find("^%u") then section = line end
    local name, at, version = line:match("^    ([%w_.-]+) %(()([^)]*)%)$")
    if section == "PATH" and name then
      gems[#gems + 1] = {
        name = name, first = first + at - 1, last = first + at + #version - 2, version = version,
      }
    end
  end
  return gems
end

--- "foo (= 0.1.0)" of another gem here that pins this one.
local function pins(text, gem)
  local list, inside = {}, false
  for _, first, line in place.lines(text) do
    if line:find("^%u") then inside = line == "PATH" end
    local name, at, version = line:match("^      ([%w_.-]+) %(= ()([^)]*)%)$")
    if inside and name == gem.name then
      list[#list + 1] = { first = first + at - 1, last = first + at + #version - 2 }
    end
  end
  return list
end

local function add(found, text, gem, write, role)
  found.sites[#found.sites + 1] = {
    first = gem.first, last = gem.last, text = plain_version(gem.version), role = role,
    write = write,
  }
  for _, pin in ipairs(pins(text, gem)) do
    found.sites[#found.sites + 1] = {
      first = pin.first, last = pin.last, text = text:sub(pin.first, pin.last), role = role,
      write = write,
    }
  end
end

local function locate_lock(text, opts)
  local gems, found = local_gems(text), { sites = {}, quiet = true }
  if opts.package or opts.versions or opts.dependencies then
    for _, gem in ipairs(gems) do
      add(found, text, gem, function(version)
        local wanted = sites.wanted(opts, version, gem.name)
        return wanted and gem_version(wanted)
      end, gem.name == opts.package and "version" or "requirement")
    end
    return found
  end
  local version
  for _, gem in ipairs(gems) do
    if not opts.old or gem.version == gem_version(opts.old) then
      if version and version ~= gem.version and not opts.workspace then
        return nil, errors.new {
          code = "manifest.ambiguous",
          message = "Gemfile.lock holds gems of this repository at several versions",
          hint = "name the gem",
        }
      end
      version = gem.version
      add(found, text, gem, gem_version, "version")
    end
  end
  return found
end

return {
  sites.format {
    name = "gemspec", title = "*.gemspec", locate = locate_spec,
    matches = function(base) return base:find("%.gemspec$") or base:find("%.podspec$") end,
  },
  sites.format {
    name = "version_rb", title = "version.rb", locate = locate_constant,
    matches = function(base) return base:find("^[Vv]ersion%.rb$") or base:find("_version%.rb$") end,
  },
  sites.format {
    name = "gemfile_lock", title = "Gemfile.lock", companion = true, locate = locate_lock,
    matches = sites.named { "Gemfile.lock", "gems.locked" },
  },
}
