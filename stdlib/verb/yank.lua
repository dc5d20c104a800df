-- Withdraws a published version, or takes that back: cargo yanks and un-yanks, npm deprecates, a Python index yanks by the
-- hand of a person. Copies that were installed stay, and a lock file that names the version still gets it.
local errors = require "pure.errors"
local publication = require "registry.publication"
local verb = require "pure.declare"

local function by_hand(registry, a, yes)
  local word = yes and "yank" or "un-yank"
  if a.kind ~= "pypi" then
    return nil, errors.new { code = "registry.not_offered", message = ("%s cannot %s an image"):format(registry.where, word), hint = "slipway run point --back   sets latest to another version" }
  end
  return nil, errors.new { code = "gate.waiting", message = ("%s %s %s by hand: a Python index offers it on its own pages only (%s)"):format(word, a.package, a.version, registry.where), hint = "then: slipway resume" }
end

local function set(world, a, yes)
  local registry, err = publication.open(world, a)
  if not registry then return nil, err end
  if not registry.yank then return by_hand(registry, a, yes) end
  local ok, failed = registry.yank(a.package, a.version, yes, a.reason)
  registry.client.done()
  return ok, publication.parked(failed)
end

return verb {
  name = "yank", class = "remote", forward = true, summary = "Withdraw a published version (yank, deprecate), or take that back.",
  params = { registry = "text", kind = "text", package = "text", version = "text", where = "text?", back = "boolean?", reason = "text?" },
  returns = { yanked = "boolean" }, undo_says = "take it back",
  label = function(a) return ("%s %s"):format(a.package, a.version) end,
  example = 'p:yank { registry = "crates", kind = "cargo", package = "pelican", version = "1.2.0" }',
  describe = function(a)
    local word = a.kind == "npm" and "deprecate" or "yank"
    return ("%s%s %s %s on %s%s"):format(a.back and "un-" or "", word, a.package, a.version, a.registry, a.back and "" or "; installed copies stay")
  end,
  verify = function(world, a)
    local registry, err = publication.open(world, a)
    if not registry then return "different", err end
    local published, failed = registry.look(a.package, a.version)
    if failed then return failed.retry and "unknown" or "different", failed end
    if not published then return "different", ("%s %s is not on %s"):format(a.package, a.version, registry.where) end
    local yanked = published.yanked and true or false
    if yanked == not a.back then return "same", { yanked = yanked } end
    return "absent"
  end,
  apply = function(world, a)
    local ok, err = set(world, a, not a.back)
    if not ok then return nil, err end
    return { yanked = not a.back }
  end,
  undo = function(world, a) return set(world, a, a.back == true) end,
}
