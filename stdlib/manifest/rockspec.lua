-- rockspec: version = "1.2.0-1", where the part after the dash is the rockspec's own revision; a new
-- version begins again at 1, and a tag named after the version moves along.
local mask = require "pure.mask"
local sites = require "pure.sites"

local function locate(text)
  local masked = mask.comments(text, "lua")
  local first, last = sites.search(masked, { "^[ \t]*version%s*=%s*[\"']()[^\"'\n]*()[\"']" })
  local found = { sites = {}, name = masked:match("%f[%w]package%s*=%s*[\"']([^\"']+)[\"']") }
  if not first then return found end
  local version, revision = text:sub(first, last):match("^(.-)%-(%d+)$")
  if not version or not version:find("%d") then
    found.answer = sites.dynamic("the rockspec follows a branch")
    return found
  end
  local own = sites.version(text, first, first + #version - 1)
  own.write = function(new) return (new:gsub("%-", "")) end
  found.sites[1] = own
  found.sites[2] = {
    first = last - #revision + 1, last = last, text = revision, role = "part",
    write = function(new) return new ~= version and "1" or revision end,
  }
  local tag, after = masked:match("%f[%w]tag%s*=%s*[\"']v?()" .. version:gsub("%p", "%%%0") .. "()[\"']")
  if tag then
    local site = sites.version(text, tag, after - 1)
    site.role = "part"
    found.sites[3] = site
  end
  return found
end

return sites.format {
  name = "rockspec", title = "*.rockspec",
  matches = function(base) return base:find("%.rockspec$") end, locate = locate,
}
