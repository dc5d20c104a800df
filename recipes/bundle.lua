-- Packs each released binary with each payload of slipway.lua (models, data): what was signed off is fetched again,
-- compared with what was approved, packed, checksummed and added to the release page.
---@type slipway.Recipe
return {
  name = "bundle", summary = "After sign-off: pack every binary with every payload and add the bundles to the page.",
  sample = [[
bundle pelican 1.2.0
  fetch   ! fetch pelican from the page of v1.2.0
          ! fetch model.gguf from https://models.example/small.gguf
  bundle  ! archive pelican-1.2.0-linux-amd64-small.tar.gz
          ! a checksum file beside every file
  upload  » add files to the page of v1.2.0                            undo: remove the files
  verify  $ verify v1.2.0: tag, page, checksums, signatures, provenance, source]],
  params = {
    version = { type = "text", default = "latest", help = "released version, or its tag" },
    reason  = { type = "text", optional = true, help = "why it is bundled without a sign-off; the journal keeps it" },
  },
  plan = function(p, facts, arg)
    local project = facts.project
    local release = facts:release(arg.version)
    local version = tostring(release.version)
    local wanted  = project.artifacts.bundles or { binaries = {}, payloads = {} }
    local signoff = facts:signoff(release.tag)
    local function named(text, values) return (text:gsub("{version}", version):gsub("{(%l+)}", values or {})) end

    p:version(version)
    p:title(("%s %s"):format(project.name, version))
    p:channel("bundle/" .. version)
    p:require("slipway.lua names bundles", { ok = project.artifacts.bundles ~= nil, why = "artifacts.bundles is missing", hint = "slipway help config: artifacts" })
    if arg.reason then
      p:warn("quality assurance has signed it off", signoff)
      p:note { text = ("bundled without asking for a sign-off: %s"):format(arg.reason) }
    else
      p:require("quality assurance has signed it off", signoff)
    end

    p:phase "fetch"
    local verified = p:inspect { tag = release.tag }
    local binaries, payloads = {}, {}
    for target, binary in pairs(wanted.binaries) do
      local asset = named(type(binary) == "table" and binary.asset or binary)
      local digest = signoff.digests[asset]
      if signoff.ok or arg.reason then p:require("the page has " .. asset, { ok = digest ~= nil, why = "neither sign-off nor checksums name it", hint = "slipway verify " .. release.tag }) end
      binaries[target] = p:fetch { name = type(binary) == "table" and binary.as or asset, tag = release.tag, asset = asset, sha256 = digest or "", executable = true }
    end
    for name, files in pairs(wanted.payloads) do
      payloads[name] = {}
      for _, file in ipairs(files) do payloads[name][#payloads[name] + 1] = p:fetch { name = file.as, from = file.from, sha256 = file.sha256 }.files end
    end

    p:phase "bundle"
    local bundles = {}
    for target, binary in pairs(binaries) do
      for payload, files in pairs(payloads) do
        bundles[#bundles + 1] = p:archive {
          name = named(wanted.archive, { target = target, payload = payload }), commit = release.commit, files = { binary.files, files }, include = wanted.include, level = wanted.level,
        }.files
      end
    end
    local sums = p:checksum { files = bundles, name = "bundles", each = true }

    p:phase "upload"
    local added = p:attach { tag = release.tag, assets = { bundles, sums.files } }

    p:phase "verify"
    p:inspect { tag = release.tag }
    return { assets = added.assets, verified = verified.assets }
  end,
}
