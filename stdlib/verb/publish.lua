-- Makes a draft release page public, after reading back that it has exactly the expected assets.
local verb = require "pure.declare"

--- Names, sizes and digests against what was staged; nil when equal.
local function difference(world, a, page)
  local wanted, count = {}, 0
  for _, asset in ipairs(a.assets or {}) do wanted[asset.name] = asset end
  for _, asset in ipairs(page.assets) do
    local expected = wanted[asset.name]
    if not expected then return ("the page has %s, which was not built"):format(asset.name) end
    local scratch = ("%s/read-back-%s"):format(world.run.dir, tostring(asset.id))
    local digest, err = world.forge.digest(page, asset, scratch)
    if world.file.stat(scratch) then world.file.remove(scratch) end
    if not digest then return nil, err end
    if digest ~= expected.sha256 then return ("%s on the page is not what was built"):format(asset.name) end
    count = count + 1
  end
  if count ~= #(a.assets or {}) then return ("the page has %d assets, %d were built"):format(count, #a.assets) end
end

return verb {
  name = "publish", class = "final", summary = "Make a staged release page public.",
  params = { page = "integer", tag = "text", latest = "boolean?", prerelease = "boolean?", assets = "list?" },
  returns = { url = "text" },
  retract = "mark the page as a pre-release or delete it by hand; what was downloaded stays out",
  label = function(a) return "the page of " .. a.tag end,
  example = "p:publish { page = staged.id, tag = tag, latest = true, assets = staged.assets }",
  describe = function(a) return ("publish the release page of %s%s"):format(a.tag, a.latest and "; it becomes the latest" or "") end,
  verify = function(world, a)
    local page, err = world.forge.release(a.tag)
    if err then return err.retry and "unknown" or "different", err end
    if not page then return "different", ("the draft of %s is gone"):format(a.tag) end
    local other, failed = difference(world, a, page)
    if failed then return "unknown", failed end
    if other then return "different", other end
    if page.draft then return "absent" end
    return "same", { url = page.url }
  end,
  apply = function(world, a)
    local page, err = world.forge.release(a.tag)
    if not page then return nil, err end
    local done, failed = world.forge.publish(page, { prerelease = a.prerelease, latest = a.latest })
    if not done then return nil, failed end
    return { url = done.url }
  end,
}
