-- What an index is told beside a Python file: the fields of the METADATA or PKG-INFO inside of it. Sources: packaging.python.org,
-- "Core metadata specifications"; Warehouse's legacy upload interface (one form field a header, repeated for lists).
local M = {}

local renamed = { classifier = "classifiers", project_url = "project_urls", platform = "platform", license_file = "license_files" }

--- Headers in order, then the text below them.
---@param text string
---@return { name: string, value: string }[] fields, string description
function M.parse(text)
  local head, body = text:gsub("\r\n", "\n"):match "^(.-)\n\n(.*)$"
  head, body = head or text, body or ""
  local fields = {}
  for line in (head .. "\n"):gmatch "(.-)\n" do
    local name, value = line:match "^([%w-]+):%s*(.*)$"
    if name then
      fields[#fields + 1] = { name = name:lower():gsub("-", "_"), value = value }
    elseif #fields > 0 and line ~= "" then
      local last = fields[#fields] -- a folded line
      last.value = last.value .. "\n" .. line:gsub("^%s+|?%s?", "")
    end
  end
  return fields, body
end

--- The form of an upload, without the file.
---@param text string  METADATA or PKG-INFO
---@param about { filetype: string, pyversion: string, sha256: string }
---@return { name: string, value: string }[] form, table<string, string> first  value of each field
function M.form(text, about)
  local fields, description = M.parse(text)
  local form = {
    { name = ":action", value = "file_upload" }, { name = "protocol_version", value = "1" }, { name = "filetype", value = about.filetype },
    { name = "pyversion", value = about.pyversion }, { name = "sha256_digest", value = about.sha256 },
  }
  local first = {}
  for _, field in ipairs(fields) do
    form[#form + 1] = { name = renamed[field.name] or field.name, value = field.value }
    first[field.name] = first[field.name] or field.value
  end
  if description ~= "" and not first.description then form[#form + 1] = { name = "description", value = description } end
  return form, first
end

return M
