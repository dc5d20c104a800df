-- Builds the targets of slipway.lua, packs the artifacts, describes and signs them; used by the recipes that publish.
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
    commit  = { type = "commit", help = "commit to build" },
    version = { type = "version", help = "version in the names of the files" },
  },
  plan = function(p, facts, arg)
    local project, version = facts.project, tostring(arg.version)
    local wanted = project.artifacts
    if not project.builds and #wanted == 0 then return {} end
    p:version(version)
    p:phase "build"

    local built, files = {}, {}
    for name, target in pairs(project.targets) do
      built[name] = p:build { commit = arg.commit, target = name, run = target.run, produce = target.produce, env = target.env, timeout = target.timeout }
      if #wanted == 0 then files[#files + 1] = built[name].files end
    end
    for _, artifact in ipairs(wanted) do
      local source = artifact.target and built[artifact.target]
      local packed = p:archive {
        name = (artifact.archive or artifact.deb):gsub("{version}", version), commit = arg.commit, files = source and source.files,
        include = artifact.include, level = artifact.level, with = artifact.with, config = artifact.config, version = artifact.with and version or nil,
      }
      files[#files + 1] = packed.files
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
      local all = one.files == "all" or wanted.checksums == false
      signed[#signed + 1] = p:sign {
        name = one.by, files = all and { files, sums } or { sums[#sums] }, by = one.by, key = one.key, password = one.password,
        public = one.public, identity = one.identity, home = one.home,
      }.files
    end
    return { files, sums, signed }
  end,
}
