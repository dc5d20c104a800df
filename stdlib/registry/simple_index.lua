-- The files of a project as a Python index lists them, from its JSON (PEP 691) or its page (PEP 503).
local json = require "door.json"

local M = {}

local entities = { amp = "&", lt = "<", gt = ">", quot = '"', ["#39"] = "'", ["#x27"] = "'", ["#43"] = "+" }
local function plain(text) return (text:gsub("&(#?%w+);", entities)) end

--- An address as the page means it.
---@param url string
---@param base string  of the page
---@return string
function M.absolute(url, base)
  if url:find "^%a[%w+.-]*://" then return url end
  local origin = base:match "^(%a+://[^/]+)"
  if url:sub(1, 1) == "/" then return origin .. url end
  local path = base:gsub("[^/]*$", "")
  while url:sub(1, 3) == "../" do
    url, path = url:sub(4), path:gsub("[^/]+/$", "")
  end
  return path .. url
end

local function from_json(text)
  local value, err = json.decode(text)
  if not value then return nil, err end
  local list = {}
  for i, file in ipairs(value.files or {}) do
    local hash = type(file.hashes) == "table" and file.hashes.sha256
    list[i] = { name = file.filename, url = file.url, sha256 = hash or nil, yanked = file.yanked or false }
  end
  return list
end

local function from_html(text)
  local list = {}
  for attributes, name in text:gmatch "<a%s+([^>]*)>%s*(.-)%s*</a>" do
    local href = plain(attributes:match 'href="([^"]*)"' or "")
    local reason = attributes:match 'data%-yanked="([^"]*)"'
    local yanked = reason and (reason ~= "" and plain(reason) or true) or attributes:find "data%-yanked" ~= nil
    list[#list + 1] = { name = plain(name), url = href:gsub("#.*$", ""), sha256 = href:match "#sha256=(%x+)", yanked = yanked }
  end
  return list
end

---@param response slipway.Response
---@return { name: string, url: string, sha256: string?, yanked: boolean|string }[]?, slipway.Error?
function M.read(response)
  local kind = response.headers["content-type"] or ""
  local read = kind:find("json", 1, true) and from_json or from_html
  local list, err = read(response.body or "")
  for _, file in ipairs(list or {}) do file.url = M.absolute(file.url, response.url) end
  return list, err
end

return M
