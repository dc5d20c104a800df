-- Withdraws a published version from its registries, or takes that back.
---@type slipway.Recipe
return {
  name = "yank", summary = "Withdraw a published version (yank, deprecate), or take that back with --back.",
  sample = "yank pelican 1.2.0\n  yank   » yank pelican 1.2.0 on crates; installed copies stay      undo: take it back",
  params = {
    version  = { type = "version", help = "version to withdraw" },
    package  = { type = "text", optional = true, help = "which package, where the repository has several" },
    registry = { type = "text", optional = true, help = "only this registry of slipway.lua" },
    back     = { type = "boolean", default = false, help = "make it installable again" },
    reason   = { type = "text", optional = true, help = "what npm shows to everybody who installs it" },
  },
  plan = function(p, facts, arg)
    local several  = arg.package ~= nil or #facts.project.packages > 0
    local base     = several and facts:release(tostring(arg.version), arg.package) or {}
    local packages = facts:packages { releases = { { package = base.package, main = base.main, version = tostring(arg.version) } }, registry = arg.registry }
    local word = arg.back and "un-yank" or "yank"

    p:version(arg.version)
    p:channel "yank"
    p:title(("%s %s"):format(base.package or facts.project.name, tostring(arg.version)))
    p:require("the registries can be asked", facts:publishable { packages = packages, again = true })

    p:phase(word)
    for i = #packages, 1, -1 do -- what others need is withdrawn last
      local item = packages[i]
      if item.kind ~= "oci" then
        p:yank { registry = item.registry, kind = item.kind, package = item.package, version = item.version, where = item.where, back = arg.back or nil, reason = arg.reason }
      end
    end
    if not arg.back then p:note { text = "copies that are installed stay; tell people, and release a repair: slipway run hotfix --from " .. (base.tag or tostring(arg.version)) } end
  end,
}
