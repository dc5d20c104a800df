-- setup.cfg: version in [metadata]. "attr:" and "file:" point elsewhere.
local place = require "pure.place"
local sites = require "pure.sites"

local function locate(text)
  local section, found = nil, { sites = {}, quiet = true }
  local seen
  for number, first, line in place.lines(text) do
    local header = line:match("^%[([^%]]+)%]")
    if header then section = header end
    if section == "metadata" and not header then
      local start, value = line:match("^version%s*[=:]%s*()(.-)%s*$")
      local name = line:match("^name%s*[=:]%s*(.-)%s*$")
      found.name = found.name or name
      value = value and value:match("^(.-)%s+[#;].*$") or value
      if value and seen then
        return nil, sites.fault(text, first, "manifest.malformed", ("version is written twice (line %d before)"):format(seen))
      elseif value and (value:find("^attr:") or value:find("^file:") or value == "") then
        found.answer = sites.dynamic("the version is taken from elsewhere: " .. value)
      elseif value then
        local after = start + #value
        found.sites[1], seen = sites.version(text, first + start - 1, first + after - 2), number
      end
    end
  end
  if not found.name and not found.sites[1] and not found.answer then
    return { sites = {}, quiet = false }
  end
  return found
end

return sites.format {
  name = "setup_cfg", title = "setup.cfg", matches = sites.named { "setup.cfg" }, locate = locate,
}
