-- Pushes the image of a branch under a tag made of the branch's name. That tag is overwritten by the next push.
local registries = require "pure.registries"

---@type slipway.Recipe
return {
  name = "image", summary = "Build the image of a branch and push it under the branch's name, which may be overwritten.",
  sample = "image feature-login\n  publish   ■ upload registry.example/me/pelican feature-login to image; the tag may move",
  params = {
    branch   = { type = "text", optional = true, help = "branch; default: the one that is checked out" },
    registry = { type = "text", default = "image", help = "image registry of slipway.lua" },
  },
  plan = function(p, facts, arg)
    local branch = arg.branch or facts.project.head.branch or facts.project.head.oid
    local tag    = registries.image_tag(branch)
    local commit = facts:tip(branch)
    local item   = facts:packages { releases = { { version = "0.0.0" } }, at = commit, registry = arg.registry }[1]
    local files, names = {}, {}
    p:channel("image " .. tag)
    p:title(tag)
    p:require("the tag is a branch's, not a version's", { ok = tag ~= "latest" and not tag:find "^v?%d+%.%d", why = tag .. " looks like a release, whose tag never moves", hint = "slipway run release" })
    p:require("it is an image registry", item.kind == "oci")
    for i, path in ipairs(item.produce) do -- what a target makes keeps its name
      files[i], names[i] = item.targets and path or path:gsub("0%.0%.0", tag), item.names[i]
      if not item.targets then names[i] = names[i]:gsub("0%.0%.0", tag) end
    end

    local built = p:recipe("packages", { commit = commit, packages = { {
      registry = item.registry, kind = item.kind, package = item.package, version = tag, where = item.where, run = item.run, targets = item.targets, release = item.release, names = names, produce = files,
    } } })
    p:phase "publish"
    p:upload { registry = item.registry, kind = item.kind, package = item.package, version = tag, where = item.where, files = built, names = names, mutable = true }
    p:note { text = ("deploy %s:%s"):format(item.package, tag) }
  end,
}
