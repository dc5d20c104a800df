-- The words of an announcement: templates of slipway.lua filled with what a release knows, and cut to what a place takes.
local M = {}

--- What a template may name.
M.fields = { "project", "version", "tag", "title", "url", "notes" }

local known = {}
for _, name in ipairs(M.fields) do known[name] = true end

--- The first name in braces that no release has; nil when all are known.
---@param template string
---@return string?
function M.unknown_field(template)
  for name in template:gmatch "{(%l+)}" do
    if not known[name] then return name end
  end
end

--- Fills a template. Names without a value stay, so that a later step can fill them.
---@param template string
---@param values table<string, string>
---@return string
function M.fill(template, values)
  return (template:gsub("{(%l+)}", function(name) return known[name] and values[name] or nil end))
end

--- The text without what could not be filled: ": {url}" goes with its colon.
---@param text string
---@return string
function M.without_gaps(text)
  return (text:gsub("[:,]? ?{%l+}", ""):gsub("%s+$", ""))
end

--- At most so many characters; what is cut ends in an ellipsis, at a blank if one is near.
---@param text string
---@param limit integer?  characters
---@return string
function M.cut(text, limit)
  local length = utf8.len(text)
  if not limit or not length or length <= limit then return text end
  local short = text:sub(1, utf8.offset(text, limit) - 1)
  local blank = short:match "^.*()%s"
  if blank and blank > #short - 40 then short = short:sub(1, blank - 1) end
  return short .. "…"
end

--- Letters and digits alone, of plain text or of HTML: two texts that people read alike are equal.
---@param text string
---@return string
function M.gist(text)
  local plain = text:gsub("<[^>]*>", " "):gsub("&lt;", "<"):gsub("&gt;", ">"):gsub("&quot;", '"'):gsub("&#39;", "'"):gsub("&amp;", "&")
  return (plain:gsub("[%s%p]+", ""))
end

return M
