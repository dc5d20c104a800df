-- Adds files to a release page that is there already. What the page has is never replaced: a file of the same name with
-- other content is a difference.
local content_type = require "pure.content_type"
local errors = require "pure.errors"
local pages = require "forge.page"
local product = require "builder.product"
local verb = require "pure.declare"

local function value_of(files, page)
  local assets = {}
  for i, file in ipairs(files) do assets[i] = { name = file.name, sha256 = file.sha256, size = file.size } end
  return { url = page.url, assets = assets }
end

local function open_page(world, a)
  local page, err = world.forge.release(a.tag)
  if page or err then return page, err end
  return nil, errors.new { code = "forge.not_found", message = ("there is no release page of %s"):format(a.tag), hint = "slipway run release" }
end

local function upload_all(world, page, files)
  local bodies = {}
  for i, file in ipairs(files) do
    local given = { name = file.name, path = file.path, size = file.size, sha256 = file.sha256, type = content_type.of(file.name) }
    bodies[i] = function()
      world.progress("uploading " .. file.name)
      return world.forge.upload(page, given)
    end
  end
  local run = world.forge.parallel_uploads == false and function(list)
    local results = {}
    for i, body in ipairs(list) do results[i] = { body() } end
    return results
  end or world.together
  for _, result in ipairs(run(bodies)) do
    if not result[1] then return nil, result[2] end
  end
  return true
end

return verb {
  name = "attach", class = "remote", summary = "Add files to a release page that is there.",
  params = { tag = "text", assets = "artifacts" }, returns = { url = "text", assets = "list" },
  undo_says = "remove the files",
  label = function(a) return "the files added to " .. a.tag end,
  example = 'p:attach { tag = "v1.2.0", assets = { bundle.files } }',
  describe = function(a) return ("add files to the page of %s"):format(a.tag) end,
  verify = function(world, a)
    local page, err = open_page(world, a)
    if not page then return err.retry and "unknown" or "different", err end
    local files = product.flatten(a.assets)
    local found, failed = pages.compare(world, files, page)
    if not found then return "unknown", failed end
    for _, asset in ipairs(found.wrong) do
      if asset.size ~= -1 then return "different", ("the page has another %s"):format(asset.name) end
    end
    if #found.missing == 0 and #found.wrong == 0 then return "same", value_of(files, page) end
    if #found.missing < #files or #found.wrong > 0 then return "absent", nil, { url = page.url } end
    return "absent"
  end,
  apply = function(world, a)
    local files, changed = product.frozen(world, a.assets)
    if not files then return nil, changed end
    local page, err = open_page(world, a)
    if not page then return nil, err end
    local found, failed = pages.compare(world, files, page)
    if not found then return nil, failed end
    for _, asset in ipairs(found.wrong) do
      if asset.size ~= -1 then return nil, errors.new { code = "step.different", message = ("the page of %s has another %s"):format(a.tag, asset.name) } end
      local gone, kept = world.forge.remove_asset(page, asset)
      if not gone then return nil, kept end
    end
    local ok, broken = upload_all(world, page, found.missing)
    if not ok then return nil, broken end
    return value_of(files, page)
  end,
  undo = function(world, a)
    local page, err = world.forge.release(a.tag)
    if not page then return err == nil or nil, err end
    local ours = {}
    for _, file in ipairs(product.flatten(a.assets)) do ours[file.name] = file end
    local found, failed = pages.compare(world, product.flatten(a.assets), page)
    if not found then return nil, failed end
    local foreign = {}
    for _, asset in ipairs(found.wrong) do foreign[asset.id] = asset.size ~= -1 end
    for _, asset in ipairs(page.assets) do
      if ours[asset.name] and not foreign[asset.id] then
        local gone, kept = world.forge.remove_asset(page, asset)
        if not gone then return nil, kept end
      end
    end
    return true
  end,
}
