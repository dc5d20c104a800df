-- Fetches a file that is known by its digest: an asset of a release page, something at an address, or a file of this
-- machine. Whatever its size it is streamed; what was fetched from an address is kept in the cache under its digest.
local errors = require "pure.errors"
local product = require "builder.product"
local verb = require "pure.declare"

local function wrong(a, digest)
  return errors.new { code = "fetch.different", message = ("%s is not what was promised: it is %s, wanted was %s"):format(a.name, tostring(digest):sub(1, 16), a.sha256:sub(1, 16)), hint = "slipway help SW-FETCH-DIFFERENT" }
end

local function from_page(world, a, to)
  local page, err = world.forge.release(a.tag)
  if not page then return nil, err or errors.new { code = "fetch.missing", message = ("there is no release page of %s"):format(a.tag) } end
  for _, asset in ipairs(page.assets) do
    if asset.name == (a.asset or a.name) then
      -- without its own word about the digest, a forge is made to hand the bytes over
      return world.forge.digest(page, setmetatable({ sha256 = false }, { __index = asset }), to)
    end
  end
  return nil, errors.new { code = "fetch.missing", message = ("the page of %s has no %s"):format(a.tag, a.asset or a.name) }
end

local function from_address(world, a, to)
  local folder = world.cache_dir .. "/payloads"
  local kept = folder .. "/" .. a.sha256
  if world.file.stat(kept) and world.digest.sha256 { file = kept } == a.sha256 then return world.file.copy { from = kept, to = to } end
  local ok, err = world.file.mkdir { path = folder, parents = true }
  if not ok then return nil, err end
  local partial = ("%s.%s"):format(kept, world.run.id)
  local response, failed = world.http.request { url = a.from, to_file = partial }
  if not response then return nil, failed end
  if response.status ~= 200 then
    world.file.remove(partial)
    return nil, errors.new { code = "fetch.missing", message = ("%s answered %d"):format(a.from, response.status) }
  end
  ok, err = world.file.rename { from = partial, to = kept }
  if not ok then return nil, err end
  return world.file.copy { from = kept, to = to }
end

local function from_disk(world, a, to)
  local path = a.from:sub(1, 1) == "/" and a.from or world.project.root .. "/" .. a.from
  return world.file.copy { from = path, to = to }
end

return verb {
  name = "fetch", class = "local", summary = "Fetch a file known by its digest: an asset, an address, or a file here.",
  params = { name = "name", sha256 = "text", tag = "text?", asset = "text?", from = "text?", executable = "boolean?" },
  returns = { files = "artifacts" },
  parallel = true, undo_says = "delete the file",
  label = function(a) return a.name end,
  example = 'p:fetch { name = "pelican", tag = "v1.2.0", asset = "pelican-1.2.0-linux-amd64", sha256 = digest }',
  describe = function(a)
    if a.from then return ("fetch %s from %s"):format(a.name, a.from) end
    return ("fetch %s from the page of %s"):format(a.asset and a.asset ~= a.name and ("%s as %s"):format(a.asset, a.name) or a.name, tostring(a.tag))
  end,
  verify = function(world, a)
    local files = product.read(world, "fetch", world.step and world.step.id or a.name)
    if files and files[1].sha256 == a.sha256 then return "same", { files = files } end
    return "absent"
  end,
  apply = function(world, a)
    local place = world.step and world.step.id or a.name
    local folder = product.folder(world, "fetch", place)
    local ok, err = world.file.mkdir { path = folder, parents = true }
    if not ok then return nil, err end
    local path = folder .. "/" .. a.name
    world.progress("fetching " .. a.name)
    ok, err = (not a.from and from_page or a.from:find "^https?://" and from_address or from_disk)(world, a, path)
    if not ok then return nil, err end
    local digest = world.digest.sha256 { file = path }
    if digest ~= a.sha256 then
      world.file.remove(path)
      return nil, wrong(a, digest)
    end
    ok, err = world.file.chmod { path = path, mode = a.executable and 493 or 420 }
    if not ok then return nil, err end
    local files, failed = product.write(world, "fetch", place, { { name = a.name, path = path } })
    return files and { files = files }, failed
  end,
  undo = function(world, a) return product.remove(world, "fetch", world.step and world.step.id or a.name) end,
}
