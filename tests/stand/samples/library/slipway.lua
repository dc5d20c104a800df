-- How gannet is released: two wheels and a source archive, all from one laptop. A Mac, or zig with a macOS SDK, adds
-- "macos-arm64" to the platforms.
--
--   slipway doctor           is this machine ready? programs, pins, forge, token
--   slipway run release      sync, version, build, push, publish, verify
--   slipway run publish --dir dist      publishing alone, from files that are built already
return {
  project = "gannet",
  trunk = "main",
  tag = "v{version}",
  changelog = "CHANGELOG.md",
  checks = { { "python3", "-m", "unittest", "discover", "-s", "tests" } },

  targets = {
    wheel = {
      builder = "maturin", python = "cp39", abi = "abi3", platforms = { "linux-amd64", "linux-arm64" },
      demand = { "opt-level=3", "strip=symbols" }, pins = { maturin = "1.16", zig = "0.17" },
    },
    sdist = { builder = "sdist" },
  },
  lock = { dir = "~/.cache/gannet-locks", stale_after = "10m" },
  budgets = { ["wheel-linux-amd64"] = "55s", ["wheel-linux-arm64"] = "55s", publish = "60s", all = "5m" },

  forge = { kind = "gitea", url = "https://forge.example", repo = "team/gannet", token = "file:~/.secrets/forge-token" },
  registries = {
    pypi = {
      url = "https://index.example", index = "https://index.example/simple", token = "op://Engineering/djevteztvbcqgcm3yl4njkawjq/credential",
      target = { "wheel", "sdist" }, smoke = { { "python", "-c", "import gannet; assert gannet.depth(30) == 15" } },
    },
  },
}
