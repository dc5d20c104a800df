-- The index of a cargo registry: a sparse one is asked by HTTP, one that is a git repository is fetched.
-- Source: Cargo Book, "Registry Index", "Index Protocols".
local errors = require "pure.errors"
local json = require "door.json"

local M = {}

---@class slipway.CargoIndex
---@field config fun(): table?, slipway.Error?                            its config.json; nil, nil: there is none
---@field text fun(path: string, with: string?): string?, slipway.Error?  one file; nil, nil: it is not there

local function sparse(registry)
  local client, index = registry.client, {}

  function index.config()
    local value, err = client.find("ask the index", registry.base .. "/config.json")
    if err and err.code == "registry.auth" then return client.find("ask the index", registry.base .. "/config.json", { with = "token" }) end
    return value, err
  end

  function index.text(path, with)
    local response, err, status = client.send("look into the index", { url = registry.base .. "/" .. path, headers = { ["Cache-Control"] = "no-cache" } }, with)
    if response then return response.body or "" end
    if status == 404 or status == 410 or status == 451 then return nil end -- as cargo reads them: no such crate
    return nil, err
  end

  return index
end

-- Objects come into the scratch store, which has no refs; git signs in as it does for any repository.
local function repository(registry)
  local index, world = {}, registry.world

  local function tip()
    local scratch = world.scratch
    local there, err = scratch:ls_remote { remote = registry.base, patterns = { "HEAD" } }
    if not there then return nil, err end
    local oid = there.refs.HEAD
    if oid and not scratch:commit(oid) then
      local ok, failed = scratch:fetch { remote = registry.base, refs = { "HEAD" } }
      if not ok then return nil, failed end
    end
    return oid
  end

  function index.text(path)
    local oid, err = tip()
    if not oid then return nil, err end
    return world.scratch:read { at = oid, path = path }
  end

  function index.config()
    local text, err = index.text "config.json"
    if not text then return nil, err end
    local value, malformed = json.decode(text)
    if type(value) == "table" then return value end
    return nil, errors.new { code = "registry.malformed", message = ("config.json of the index %s is no JSON object"):format(registry.base), cause = malformed and malformed.message }
  end

  return index
end

--- Splits the address of an index as cargo writes it.
---@param index string  "sparse+https://…", or a git address, with or without "registry+"
---@return { address: string, base: string, sparse: boolean }?, slipway.Error?
function M.read(index)
  local base = index:match "^sparse%+(https?://.+)$"
  if base then return { address = index, base = (base:gsub("/+$", "")), sparse = true } end
  local address = index:gsub("^registry%+", "")
  if address:find "^%l[%l%d+.-]*://." and not address:find "^sparse" or address:find "^[%w_.-]+@[%w_.-]+:." then
    return { address = address, base = address, sparse = false }
  end
  return nil, errors.new {
    code = "registry.no_address", message = ("'%s' is no address of an index"):format(index),
    hint = 'index = "sparse+https://…/" in slipway.lua; for an index in git its https, ssh or file address',
  }
end

--- Opens the index of a registry that has `base`, `client` and `world`.
---@param registry table
---@param is_sparse boolean
---@return slipway.CargoIndex
function M.open(registry, is_sparse) return (is_sparse and sparse or repository)(registry) end

return M
