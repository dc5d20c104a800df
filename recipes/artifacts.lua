-- Builds the targets of slipway.lua, packs the artifacts, describes and signs them; used by the recipes that publish. It
-- returns the files of the release page, and what was built by target.
local matrix = require "pure.matrix"

--- Everything that builds need is looked for before anything is changed.
local function require_tools(p, facts, builds, at)
  for _, check in ipairs(facts:toolchain { builds = builds, at = at }) do
    if check.fallback then p:warn(check.name, check) else p:require(check.name, check) end
  end
end

--- The packages of one entry of `artifacts`: one of all builds of its target, or one for each where its name tells them
--- apart.
local function packages_of(artifact, builds, version)
  local template, list, by_name = artifact.archive or artifact.deb, {}, {}
  for _, build in ipairs(builds) do
    if artifact.target and (build.target == artifact.target or build.group == artifact.target) then
      local name = matrix.fill(template, { version = version, target = build.target, platform = build.platform or "", variant = build.variant or "" })
      if not by_name[name] then
        by_name[name] = { name = name, targets = {} }
        list[#list + 1] = by_name[name]
      end
      table.insert(by_name[name].targets, build.target)
    end
  end
  if not artifact.target then list[1] = { name = matrix.fill(template, { version = version }), targets = {} } end
  return list
end

---@type slipway.Recipe
return {
  name = "artifacts", summary = "Build the targets of slipway.lua and pack its artifacts: checksums, SBOM, provenance, signatures.",
  sample = [[
build   ! build linux: pelican
        ! archive pelican-1.2.0-linux.tar.gz
        ! SBOM pelican-1.2.0.cdx.json (CycloneDX)
        ! checksums in SHA256SUMS
        ! provenance pelican-1.2.0.intoto.jsonl, signed with minisign
        ! sign with minisign, files *.minisig]],
  params = {
    commit   = { type = "commit", help = "commit to build" },
    version  = { type = "version", help = "version in the names of the files" },
    at       = { type = "commit", optional = true, help = "commit whose settings are checked beforehand; default: HEAD" },
    strategy = { type = "text", optional = true, help = "where to build, in order: here, or places of slipway.lua; commas between" },
    targets  = { type = "list", optional = true, help = "only these targets" },
    pack     = { type = "boolean", default = true, help = "pack the artifacts, too; else the files are delivered as they are built" },
  },
  plan = function(p, facts, arg)
    local project, version = facts.project, tostring(arg.version)
    local wanted = project.artifacts
    if not project.builds and #wanted == 0 then return { files = {}, built = {} } end
    p:version(version)
    p:phase "build"

    local builds = facts:builds { version = version, strategy = arg.strategy, targets = arg.targets }
    require_tools(p, facts, builds, arg.at or project.head.oid)
    local built, files, packs = {}, {}, arg.pack and #wanted > 0
    if not packs then
      local twice = matrix.duplicate(builds)
      p:require("every file has a name of its own", { ok = twice == nil, why = twice })
    end
    for _, build in ipairs(builds) do
      build.commit = arg.commit
      built[build.target] = p:build(build)
      if not packs then files[#files + 1] = built[build.target].files end
    end
    for _, artifact in ipairs(packs and wanted or {}) do
      for _, package in ipairs(packages_of(artifact, builds, version)) do
        local source = {}
        for i, target in ipairs(package.targets) do source[i] = built[target].files end
        files[#files + 1] = p:archive {
          name = package.name, commit = arg.commit, files = #source > 0 and source or nil, include = artifact.include,
          level = artifact.level, max_size = artifact.max_size and tostring(artifact.max_size), with = artifact.with, config = artifact.config, version = artifact.with and version or nil,
        }.files
      end
    end

    local named = ("%s-%s"):format(project.name:gsub("^.*/", ""), version)
    for _, kind in ipairs(wanted.sbom or {}) do
      local suffix = kind == "spdx" and ".spdx.json" or ".cdx.json"
      files[#files + 1] = p:describe { kind = kind, name = named .. suffix, commit = arg.commit, version = version }.files
    end
    local signer = wanted.sign and wanted.sign[1]
    if wanted.provenance then
      files[#files + 1] = p:describe { kind = "provenance", name = named .. ".intoto.jsonl", commit = arg.commit, version = version, files = files, signer = signer }.files
    end

    local sums = {}
    if wanted.checksum_each then sums[#sums + 1] = p:checksum { files = files, name = "each", each = true }.files end
    if wanted.checksums ~= false then sums[#sums + 1] = p:checksum { files = files, name = wanted.checksums or "SHA256SUMS" }.files end
    local signed = {}
    for _, one in ipairs(wanted.sign or {}) do
      if one.files == "records" then goto next end -- those carry their signatures themselves
      local all = one.files == "all" or wanted.checksums == false
      signed[#signed + 1] = p:sign {
        name = one.by, files = all and { files, sums } or { sums[#sums] }, by = one.by, key = one.key, password = one.password,
        public = one.public, identity = one.identity, home = one.home,
      }.files
      ::next::
    end
    local by_target = {}
    for target, step in pairs(built) do by_target[target] = step.files end
    return { files = { files, sums, signed }, built = by_target }
  end,
}
