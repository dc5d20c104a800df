-- Makes a draft release page public, after reading back that it has exactly the expected assets.
local pages = require "forge.page"
local verb = require "pure.declare"

return verb {
  name = "publish", class = "final", summary = "Make a staged release page public.",
  params = { page = "integer", tag = "text", title = "text?", latest = "boolean?", prerelease = "boolean?", assets = "list?" },
  returns = { url = "text" },
  retract = "slipway eval --yes 'p:mark{ tag = TAG, reason = TEXT }' marks the page as yanked; what was downloaded stays out",
  label = function(a) return "the page of " .. a.tag end,
  example = "p:publish { page = staged.id, tag = tag, latest = true, assets = staged.assets }",
  describe = function(a) return ("publish the release page of %s%s"):format(a.tag, a.latest and "; it becomes the latest" or "") end,
  verify = function(world, a)
    local page, err = world.forge.release(a.tag)
    if err then return err.retry and "unknown" or "different", err end
    if not page then return "different", ("the draft of %s is gone"):format(a.tag) end
    local found, failed = pages.compare(world, a.assets or {}, page)
    if not found then return "unknown", failed end
    local told = pages.told(found)
    if told then return "different", told end
    if a.title and page.title ~= a.title then return "different", pages.other_words({ title = a.title }, page) end
    if page.draft then return "absent" end
    -- Public, but marked wrongly: publishing again sets the mark right.
    if pages.other_words({ prerelease = a.prerelease }, page) then return "absent" end
    return "same", { url = page.url }
  end,
  apply = function(world, a)
    local page, err = world.forge.release(a.tag)
    if not page then return nil, err end
    local done, failed = world.forge.publish(page, { prerelease = a.prerelease or false, latest = a.latest or false })
    if not done then return nil, failed end
    return { url = done.url }
  end,
}
