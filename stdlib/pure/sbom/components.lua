-- What a release is made of, as its lock files say: a list of components, sorted, each once.
--
--   { kind = "cargo", name, version, purl, hashes = { { "SHA-256", hex } }, source?, depends = { purl… } }
--
-- `kind` is the type of the package URL (github.com/package-url/purl-spec). Reading only: no client is asked.
local errors = require "pure.errors"

local M = {}

-- Base name of a lock file → reader; pattern order matters for the requirements files.
local readers = {
  ["Cargo.lock"] = { "toml", "cargo" }, ["uv.lock"] = { "toml", "uv" }, ["poetry.lock"] = { "toml", "poetry" },
  ["package-lock.json"] = { "node", "npm" }, ["npm-shrinkwrap.json"] = { "node", "npm" },
  ["pnpm-lock.yaml"] = { "node", "pnpm" }, ["yarn.lock"] = { "node", "yarn" },
  ["requirements.txt"] = { "lines", "requirements" }, ["go.sum"] = { "lines", "go" },
}

--- Is this the path of a lock file that is read? Installed copies of other projects do not count.
---@param path string
---@return boolean
function M.is_lock(path)
  if ("/" .. path):find "/node_modules/" or ("/" .. path):find "/vendor/" then return false end
  return readers[path:match "[^/]+$"] ~= nil
end

-- Everything but the unreserved characters, which purl keeps, and the ":" in a version or qualifier.
local function escape(text) return (text:gsub("[^%w%.%-_~:]", function(c) return ("%%%02X"):format(c:byte()) end)) end

--- The package URL of a component.
---@param kind string
---@param name string     npm: "@scope/name"; golang: the module path
---@param version string
---@return string
function M.purl(kind, name, version)
  local parts = {}
  if kind == "pypi" then name = name:lower():gsub("_", "-") end
  if kind == "golang" then name = name:lower() end
  for part in name:gmatch "[^/]+" do parts[#parts + 1] = escape(part) end
  return ("pkg:%s/%s@%s"):format(kind, table.concat(parts, "/"), (escape(version)))
end

-- Needs as package URLs, sorted, each once; the project's own packages lend theirs to what is released.
local function needs_of(component, own_seen)
  local set, list = {}, {}
  for _, need in ipairs(component.needs or {}) do
    local entries = { need.purl }
    if need.own and not own_seen[need] then
      own_seen[need] = true
      entries = needs_of(need, own_seen)
    elseif need.own then
      entries = {}
    end
    for _, purl in ipairs(entries) do
      if not set[purl] then
        set[purl] = true
        list[#list + 1] = purl
      end
    end
  end
  table.sort(list)
  return list
end

-- What the released thing itself needs: what its own packages do, or, where a lock file does not say who needs what,
-- everything.
local function direct(list, own)
  local needed = {}
  for _, component in ipairs(own) do
    for _, purl in ipairs(needs_of(component, { [component] = true })) do needed[purl] = true end
  end
  for _, component in ipairs(list) do
    if component.needs == nil then needed[component.purl] = true end
  end
  local found, reached = {}, {}
  local function reach(component)
    if reached[component.purl] then return end
    reached[component.purl] = true
    for _, need in ipairs(component.needs or {}) do
      if not need.own then reach(need) end
    end
  end
  for _, component in ipairs(list) do
    if needed[component.purl] then reach(component) end
  end
  for _, component in ipairs(list) do
    if needed[component.purl] or not reached[component.purl] then found[#found + 1] = component.purl end
  end
  return found
end

--- Reads lock files. The packages of the project itself are left out: they are what is released.
---@param files { path: string, text: string }[]
---@return { list: table[], direct: string[] }? components, slipway.Error?  direct: package URLs the project itself needs
function M.read(files)
  local by_key, list, own = {}, {}, {}
  for _, file in ipairs(files) do
    local reader = readers[file.path:match "[^/]+$"]
    local read = require("pure.sbom." .. reader[1])[reader[2]]
    local ok, found, err = pcall(read, file.text)
    if not ok then found, err = nil, errors.new { code = "describe.no_lock", message = "it is not laid out as such a file is", cause = tostring(found) } end
    if not found then
      return nil, errors.new { code = "describe.no_lock", message = ("%s cannot be read: %s"):format(file.path, err.message), cause = err.cause }
    end
    for _, component in ipairs(found) do
      component.purl = component.purl or M.purl(component.kind, component.name, component.version)
      component.lock = file.path
      local known = by_key[component.purl]
      if component.own then
        own[#own + 1] = component
      elseif known then
        if #(known.hashes or {}) == 0 then known.hashes = component.hashes end
      else
        by_key[component.purl] = component
        list[#list + 1] = component
      end
    end
  end
  table.sort(list, function(a, b) return a.purl < b.purl end)
  local roots = direct(list, own)
  for _, component in ipairs(list) do component.depends = component.needs and needs_of(component, {}) or {} end
  return { list = list, direct = roots }
end

--- Base64 as lock files of npm have it → hexadecimal digits.
---@param text string
---@return string?
function M.hex_of_base64(text)
  local bytes = require("pure.base64").decode(text)
  return bytes and (bytes:gsub(".", function(c) return ("%02x"):format(c:byte()) end)) or nil
end

return M
