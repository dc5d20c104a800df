-- The commands that a commit of this project must pass: slipway.lua's, else the usual ones of its kind.
local tree_of = require "repository.tree"
local usual = require "pure.usual_checks"

return {
  name = "checks", summary = "The commands that check this project: slipway.lua's, else the usual ones of its kind.",
  signature = "facts:checks(commit?) → { { name, argv, fix?, secrets? }… }",
  ask = function(world, at)
    local list = {}
    for i, argv in ipairs(world.config.checks or {}) do list[i] = { name = table.concat(argv, " "), argv = table.move(argv, 1, #argv, 1, {}), secrets = argv.secrets } end
    if #list > 0 then return list end
    local tree, err = tree_of(world, at or world.project.head.oid)
    if not tree then return nil, err end
    return usual.of(tree)
  end,
}
