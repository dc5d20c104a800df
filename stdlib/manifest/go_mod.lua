-- go.mod: Go takes versions from tags, so the file names only the major one, in the module's path. A
-- comment behind the path ("module x // v1.2.0") is kept up to date and written when asked for.
local mask = require "pure.mask"
local place = require "pure.place"
local sites = require "pure.sites"

local function major_of(path)
  local number = path:match("/v(%d+)$") or path:match("^gopkg%.in/.*%.v(%d+)")
  return number and tonumber(number)
end

--- The site behind the module's path: the comment's version, or the place for a new comment.
local function module_site(text, first, line)
  local path, after = line:match("^%s*module%s+\"?([^%s\"]+)\"?()")
  if not path then return nil end
  local rest = line:sub(after)
  local at, version = rest:match("^%s*//.-v()(%d+%.%d+[%w.+-]*)")
  if at then
    local start = first + after - 1 + at - 1
    return sites.version(text, start, start + #version - 1), path
  end
  local stop = first + after - 2
  if rest:find("^%s*//") then return nil, path end
  local site = {
    first = stop + 1, last = stop, text = "", role = "version",
    write = function(new) return " // v" .. new end,
  }
  return site, path
end

--- Does the path admit the version? Majors from 2 on stand in the path; without one the repository
--- ignores Go's rule, and that is its decision.
local function check_major(text, first, path, version)
  local in_path, wanted = major_of(path), version and tonumber(version:match("^%d+"))
  if not in_path or not wanted or in_path == wanted then return nil end
  return sites.fault(text, first, "manifest.major",
    ("the module is %s, the version %s"):format(path, version), ("rename the module and its imports to /v%d"):format(wanted))
end

local function add_requirements(found, text, opts)
  local masked = mask.comments(text, "c")
  for _, first, line in place.lines(masked) do
    local name, at, version = line:match("^%s*r?e?q?u?i?r?e?%s*([%w_.~/-]+)%s+v()(%d[%w.+-]*)%s*$")
    if name and not line:find("^%s*module") and not line:find("^%s*exclude") and not line:find("^%s*go%s") then
      found.sites[#found.sites + 1] = {
        first = first + at - 1, last = first + at + #version - 2, text = version,
        role = "requirement", needs = name,
        write = function(new) return sites.wanted(opts, new, name) end,
      }
    end
  end
end

local function locate(text, opts)
  local found = { sites = {} }
  for _, first, line in place.lines(text) do
    local site, path = module_site(text, first, line)
    if path then
      found.name = path
      if site then
        local write = site.write
        site.write = function(version)
          local err = check_major(text, first, path, version)
          if err then return nil, err end
          -- Released among others it has a tag; a comment is kept up to date, not begun.
          if site.text == "" and opts.versions then return nil end
          return write(version)
        end
        found.sites[1] = site
      end
      break
    end
  end
  if not found.name then
    return nil, sites.fault(text, 1, "manifest.malformed", "a module line is missing")
  end
  found.quiet = true
  add_requirements(found, text, opts)
  return found
end

return sites.format {
  name = "go_mod", title = "go.mod", matches = sites.named { "go.mod" }, locate = locate,
}
