-- How often the assets of a release have been downloaded, as far as the forge counts.
return {
  name = "downloads", summary = "Downloads of a release's assets: all together, and each.", volatile = true,
  signature = "facts:downloads(tag) → { total, assets = { { name, count }… } }",
  ask = function(world, tag)
    local page, err = world.forge.release(tag)
    if err then return nil, err end
    local result = { total = 0, assets = {} }
    for i, asset in ipairs(page and page.assets or {}) do
      result.assets[i] = { name = asset.name, count = asset.downloads }
      result.total = result.total + (asset.downloads or 0)
    end
    return result
  end,
}
