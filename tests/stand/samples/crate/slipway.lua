-- How caro is released: all that is its own. The order of things is in the stock recipes.
--
--   slipway run release      a new version: gates, tag, CI, five binaries, the crate, the page, the announcement
--   slipway run signoff      quality assurance decides; slipway run bundle then adds the ten bundles with a model
--   slipway run hotfix       a repair of what is released, also of an older line
return {
  project = "caro",
  trunk = "main",
  tag = "v{version}",
  changelog = "CHANGELOG.md",
  checks = { { "cargo", "test", "--locked" } },

  -- Nothing is tagged before these are true.
  gates = {
    milestone = "v{version}", changelog = true, checks = true, known_issues = "known-issues.md",
    blockers = { "P0", "P1" }, features = { "telepathy" }, cadence = true,
  },

  -- Five platforms. Only the first is built from the Rust sources here: a bare Debian has Rust's library for no other.
  -- The other four are the same program in C. With rustup's targets it is one entry for all five:
  --   caro = {
  --     builder = "cargo-zigbuild", name = "caro-{version}-{platform}",
  --     platforms = { "linux-amd64", "linux-arm64", "macos-intel", "macos-silicon", "windows-amd64" },
  --   }
  targets = {
    caro = { builder = "cargo", platform = "linux-amd64", name = "caro-{version}-{platform}", demand = { "strip=symbols" } },
    other = {
      builder = "zig", platforms = { "linux-arm64", "macos-intel", "macos-silicon", "windows-amd64" }, name = "caro-{version}-{platform}",
      sources = { "c/caro.c" }, libc = "gnu.2.17", args = { "-O2", "-s", '-DVERSION="{version}"' },
    },
  },

  -- The page has exactly ten files: five programs, each with NAME.sha256. The sign-off adds its signed record, and the
  -- bundles come after it: every program with every model.
  artifacts = {
    checksums = false, checksum_each = true,
    sign = { { by = "minisign", key = "env:CARO_MINISIGN_KEY", public = "minisign.pub", files = "records" } },
    bundles = {
      archive = "caro-{version}-{target}-{payload}.tar.gz", include = { "README.md" },
      binaries = {
        ["linux-amd64"]   = { asset = "caro-{version}-linux-amd64", as = "caro" },
        ["linux-arm64"]   = { asset = "caro-{version}-linux-arm64", as = "caro" },
        ["macos-intel"]   = { asset = "caro-{version}-macos-intel", as = "caro" },
        ["macos-silicon"] = { asset = "caro-{version}-macos-silicon", as = "caro" },
        ["windows-amd64"] = { asset = "caro-{version}-windows-amd64.exe", as = "caro.exe" },
      },
      payloads = { -- a model may as well lie at an address: from = "https://…"
        small = { { from = "models/small.gguf", as = "model.gguf", sha256 = "342a981764d3547b9201643f004bfa980e93c198f6af597fcff018fb909748dd" } },
        large = { { from = "models/large.gguf", as = "model.gguf", sha256 = "2c0ba312827ff74cf5346654b7b3c30109d714e2a44ad2d4dedec9d814204e4a" } },
      },
    },
  },
  signoff = { critical = { { "sh", "tests/smoke.sh" } }, labels = { p0 = { "P0" }, p1 = { "P1" } } },

  forge = { kind = "gitea", url = "https://forge.example", token = "env:CARO_FORGE_TOKEN" },
  ci = { workflows = { "release.yml" }, checks = true, within = "10m" }, -- watched before anything is published
  milestone = { title = "v{version}", next = "v{version}", description = "Next release planning" },
  registries = {
    crates = { registry = "house", token = "env:CARO_REGISTRY_TOKEN", token_prefix = "Bearer ", smoke = { { "caro", "--version" } }, within = "5m" },
  },

  announce = {
    { name = "users", kind = "webhook", url = "https://news.example/caro", text = "caro {version} is out: {url}" },
  },
  followup = { "README.md, if the installation has changed", "the project's website", "notes to the community" },
}
