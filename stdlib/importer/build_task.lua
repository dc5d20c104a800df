-- A build command of another tool's task as a target of slipway.lua, as far as its words say it.
local M = {}

local platforms = {
  ["x86_64-unknown-linux-gnu"] = "linux-amd64", ["aarch64-unknown-linux-gnu"] = "linux-arm64", ["x86_64-apple-darwin"] = "macos-amd64",
  ["aarch64-apple-darwin"] = "macos-arm64", ["x86_64-pc-windows-gnu"] = "windows-amd64",
}

-- maturin's options: what each becomes in the target. Those of `false` are how Slipway calls maturin anyway.
local options = {
  ["--release"] = false, ["-r"] = false, ["--zig"] = false, ["--strip"] = false, ["--locked"] = false, ["--out"] = "", ["-o"] = "",
  ["--target"] = "target", ["--compatibility"] = "level", ["--manylinux"] = "level", ["-i"] = "python", ["--interpreter"] = "python",
  ["-m"] = "manifest", ["--manifest-path"] = "manifest", ["--features"] = "features", ["-F"] = "features", ["--profile"] = "profile",
}

--- The options of a command line; nil with the word that is none of them.
local function parse(words)
  local given, i = {}, 1
  while words[i] do
    local name, value = words[i]:match "^(%-%-[%w-]+)=(.*)$"
    name = name or words[i]
    local kind = options[name]
    if kind == nil then return nil, words[i] end
    if kind then
      if not value then value, i = words[i + 1], i + 1 end
      if not value then return nil, name end
      given[kind] = value
    end
    i = i + 1
  end
  return given
end

--- The wheel's interpreter and ABI: named, else what the crate's features say.
local function python_of(given, manifest)
  local major, minor = (given.python or ""):match "python(%d)%.(%d+)$"
  if major then return ("cp%s%s"):format(major, minor) end
  major, minor = (manifest or ""):match "abi3%-py(%d)(%d+)"
  if major then return ("cp%s%s"):format(major, minor), "abi3" end
end

--- A `maturin build` as a target; nil and why it is none.
---@param line string      the task's command
---@param read fun(path: string): string?
---@return table? target, string? why
function M.maturin(line, read)
  local rest = line:match "maturin build%s*(.*)$"
  if not rest then return nil end
  local words = {}
  for word in rest:gsub("\\\n", " "):gmatch "%S+" do
    if word:find "^[;&|]" then break end
    words[#words + 1] = word
  end
  local given, unknown = parse(words)
  if not given then return nil, ("it says %s"):format(unknown) end
  local platform = platforms[given.target or ""]
  if not platform then return nil, given.target and "no platform is known for " .. given.target or "it builds for whatever machine it runs on" end
  local python, abi = python_of(given, read((given.manifest or "Cargo.toml")))
  if not python then return nil, "no interpreter is named" end
  local features
  for name in (given.features or ""):gmatch "[^,]+" do
    features = features or {}
    features[#features + 1] = name
  end
  return {
    builder = "maturin", platform = platform, python = python, abi = abi, manylinux = (given.level or ""):match "^manylinux_(%d+_%d+)$",
    manifest = given.manifest, features = features, profile = given.profile ~= "release" and given.profile or nil,
  }
end

return M
