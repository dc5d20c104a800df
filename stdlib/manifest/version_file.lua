-- VERSION and its like: a file that holds the version and nothing else.
local sites = require "pure.sites"

local function locate(text)
  local start, word, after = text:match("^%s*()(%S+)()")
  if not word then return { sites = {} } end
  if text:find("%S", after) then
    return nil, sites.fault(text, text:find("%S", after), "manifest.malformed", "only the version may stand in this file")
  end
  local skip = #word:match("^v?")
  if not word:find("%d") then
    return nil, sites.fault(text, start, "manifest.malformed", ("%q is no version"):format(word))
  end
  return { sites = { sites.version(text, start + skip, after - 1) } }
end

return sites.format {
  name = "version_file", title = "VERSION", free_text = true,
  matches = sites.named { "VERSION", "VERSION.txt", "version.txt", "version", ".version", "Version", "VERSION.md" },
  locate = locate,
}
