-- Builds the files of the packages that a release publishes; used by the recipes that release. A registry that names
-- targets gets what they make: what was built for the release page already is not built again.
local function build_targets(p, facts, arg, item, built, files)
  local missing = {}
  for _, target in ipairs(item.targets) do
    if not built[target] then missing[#missing + 1] = target end
  end
  local builds = #missing > 0 and facts:builds { version = item.release, targets = missing, strategy = arg.strategy } or {}
  for _, check in ipairs(#builds > 0 and facts:toolchain { builds = builds, at = arg.at or facts.project.head.oid } or {}) do
    if check.fallback then p:warn(check.name, check) else p:require(check.name, check) end
  end
  for _, build in ipairs(builds) do
    build.commit = arg.commit
    built[build.target] = p:build(build).files
  end
  for _, target in ipairs(item.targets) do files[#files + 1] = built[target] end
end

--- The packages of one registry are built by one command, whatever their number.
local function build_commands(p, arg, items, files)
  local produce = {}
  for _, item in ipairs(items) do table.move(item.produce, 1, #item.produce, #produce + 1, produce) end
  files[#files + 1] = p:build { commit = arg.commit, target = "package-" .. items[1].registry, run = items[1].run or {}, produce = produce }.files
end

---@type slipway.Recipe
return {
  name = "packages", summary = "Build the packages that the registries of slipway.lua publish.",
  sample = [[
build   ! build package-crates: pelican-1.2.0.crate                    undo: delete the files
        ! build package-pypi: pelican-1.2.0.tar.gz, pelican-….whl      undo: delete the files]],
  params = {
    commit   = { type = "commit", help = "commit to build" },
    packages = { type = "any", help = "what facts:packages answered" },
    built    = { type = "any", optional = true, help = "files that are built already, by target" },
    at       = { type = "commit", optional = true, help = "commit whose settings are checked beforehand; default: HEAD" },
    strategy = { type = "text", optional = true, help = "where to build, in order: here, or places of slipway.lua; commas between" },
  },
  plan = function(p, facts, arg)
    local built, order, by_registry, files = {}, {}, {}, {}
    for target, made in pairs(arg.built or {}) do built[target] = made end
    if #arg.packages == 0 then return files end
    p:phase "build"

    for _, item in ipairs(arg.packages) do
      if not by_registry[item.registry] then by_registry[item.registry], order[#order + 1] = {}, item.registry end
      table.insert(by_registry[item.registry], item)
    end
    for _, name in ipairs(order) do
      local items = by_registry[name]
      p:require(("registries.%s says how it is built"):format(name), { ok = (items[1].targets or items[1].run) ~= nil, why = "neither its run nor its target is there", hint = "slipway help config: registries" })
      if items[1].targets then build_targets(p, facts, arg, items[1], built, files) else build_commands(p, arg, items, files) end
    end
    return files
  end,
}
