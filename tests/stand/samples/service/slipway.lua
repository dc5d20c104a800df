-- How cormorant is released. The manual's scenarios are recipes:
--   slipway run feature --name login-button      A: a branch from the up-to-date trunk
--   slipway run prepush, slipway run image       its checks; its image, under the branch's name
--   slipway run train                            B: what has gathered leaves as a minor version
--   slipway run alpha, slipway run promote       C: 1.2.0-alpha.1, alpha.2 …, then 1.2.0
--   slipway run hotfix --from v1.1.0             D: 1.1.1 from its own line; the fix comes home
return {
  project = "cormorant",
  trunk = "main",
  tag = "v{version}",
  scheme = "semver",
  changelog = "CHANGELOG.md",
  manifests = {
    "pyproject.toml", "uv.lock",
    { path = "deploy/app.yaml", image = "cormorant" }, { path = "compose.yaml", image = "cormorant" },
  },

  checks = {
    { "python3", "-m", "compileall", "-q", "src" },
    { "env", "PYTHONPATH=src", "python3", "-m", "unittest", "discover" },
    { "env", "PYTHONPATH=src", "CORMORANT_NEW_BILLING=1", "python3", "-m", "unittest", "discover" }, -- E: the same code, flag on
  },
  gates = { features = { { path = "src/cormorant/core/flags.py", off = "NEW_BILLING = False" } } },
  loops = { serve = { "env", "PYTHONPATH=src", "python3", "-m", "cormorant.main" } },

  forge = { kind = "gitea", url = "https://forge.example", repo = "team/cormorant", token = "env:CORMORANT_FORGE_TOKEN" },
  registries = {
    image = { image = "registry.example/team/cormorant", run = { { "python3", "deploy/image.py" } }, files = { "image.tar" }, smoke = false },
  },
}
