-- What every version value can do, whatever its scheme: become text in three places (a tag, a
-- manifest, an image), be printed, be joined to a sentence.
local M = {}

local function shown(value)
  return type(value) == "table" and tostring(value) or value
end

--- Puts the common manners on a scheme's metatable and methods.
---@param meta table
---@param methods table
function M.dress(meta, methods)
  -- A version read from a tag keeps the tag's prefix when it is printed.
  function meta.__tostring(version) return (version.prefix or "") .. version.text end
  function meta.__concat(a, b) return shown(a) .. shown(b) end

  --- The tag's name; the prefix is the one it was read with, else "v".
  function methods:tag(prefix)
    return (prefix or self.prefix or "v") .. self.text
  end

  --- As manifests write it.
  function methods:manifest() return self.text end

  --- As a tag of a container image, which may hold no plus sign.
  function methods:image() return (self.text:gsub("[^%w._-]", "-")) end
end

return M
