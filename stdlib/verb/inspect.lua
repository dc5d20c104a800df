-- Looks at a released version again, as `slipway verify TAG` does; a difference stops the run.
local release = require "inspect.release"
local verb = require "pure.declare"

return verb {
  name = "inspect", class = "read", summary = "Verify a released version: tag, assets, checksums, signatures, provenance, source.",
  params = { tag = "text", keep = "boolean?" }, returns = { assets = "list", differences = "integer" },
  label = function(a) return "the verified " .. a.tag end,
  example = 'p:inspect { tag = "v1.2.0" }',
  describe = function(a) return ("verify %s: tag, page, checksums, signatures, provenance, source"):format(a.tag) end,
  verify = function() return "absent" end,
  apply = function(world, a)
    local result, err = release.look(world, { tag = a.tag, keep = a.keep })
    if not result then return nil, err end
    local refused = release.refusal(result)
    if refused then return nil, refused end
    return { assets = result.assets, differences = 0 }
  end,
}
