-- The release page of a tag, and its assets.
return {
  name = "page", summary = "The release page of a tag, with its assets; nothing when there is none.",
  signature = "facts:page(tag) → { tag, title, draft, prerelease, latest, url, assets = { { name, size, sha256 }… } }",
  ask = function(world, tag)
    local page, err = world.forge.release(tag)
    if not page then return nil, err end
    local assets = {}
    for i, asset in ipairs(page.assets) do assets[i] = { name = asset.name, size = asset.size, sha256 = asset.sha256 } end
    return {
      tag = page.tag, title = page.title, draft = page.draft, prerelease = page.prerelease, url = page.url, assets = assets,
      latest = world.forge.latest() == tag,
    }
  end,
}
