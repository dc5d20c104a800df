-- What is known of each kind of package registry without asking one: which files a version has, how it is built, how it
-- writes versions, and what of an upload can be taken back, until when.
local errors = require "pure.errors"
local near = require "pure.near"

local M = {}

---@alias slipway.RegistryKind "cargo"|"pypi"|"npm"|"oci"

M.kinds = { "cargo", "npm", "oci", "pypi" }

-- Names that need no `kind`.
local by_name = { crates = "cargo", cargo = "cargo", pypi = "pypi", npm = "npm", image = "oci", oci = "oci" }

--- The kind of a registry of slipway.lua: said, or told by its name.
---@param name string
---@param settings { kind: string? }
---@return slipway.RegistryKind?
function M.kind_of(name, settings)
  local kind = settings.kind or by_name[name]
  return near.contains(M.kinds, kind) and kind or nil
end

-- Sources: doc.rust-lang.org, Cargo Book, "Publishing"; packaging.python.org, "PEP 592" and the index's help on file
-- names; docs of npm, "Unpublish policy"; OCI distribution specification, "Content management".
local lasting = {
  cargo = "stays for good; it can be yanked and un-yanked (slipway run yank)",
  pypi = "stays for good; a deleted file's name is never free again; it can be yanked by hand",
  npm = "can be unpublished for 72 hours, later only deprecated (slipway run yank); the version is never free again",
  oci = "a version's tag is never moved again; what was pulled stays out",
}

--- What cannot be taken back, and until when.
---@param kind slipway.RegistryKind
---@return string
function M.lasting(kind) return lasting[kind] end

--- A version in the words of the ecosystem.
---@param kind slipway.RegistryKind
---@param version any  text or a version value
---@return string?, slipway.Error?
function M.version_for(kind, version)
  local text = tostring(version)
  if kind == "pypi" then
    local pep440 = require "pure.pep440"
    local found = require("pure.semver").parse(text) and pep440.from_semver(text) or pep440.parse(text)
    if found then return pep440.normalize(tostring(found)) end
    return nil, errors.new { code = "version.invalid", message = ("%s has no equal in PEP 440"):format(text) }
  end
  if kind == "oci" then return M.image_tag(text) end
  return text
end

--- A tag that every image registry takes, made of any text: feature/Login Form → feature-login-form.
--- Source: OCI distribution specification, "Pull": [a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}.
---@param text string
---@return string?, slipway.Error?
function M.image_tag(text)
  local tag = text:lower():gsub("[^%w._-]+", "-"):gsub("^[-.]+", ""):sub(1, 128):gsub("-+$", "")
  if tag ~= "" then return tag end
  return nil, errors.new { code = "version.invalid", message = ("no image tag can be made of '%s'"):format(text) }
end

--- Names that stand in file names: PEP 625 and the binary distribution format; npm drops the scope's sign and slash.
local file_stem = {
  pypi = function(package) return (package:lower():gsub("[-_.]+", "_")) end,
  npm = function(package) return (package:gsub("^@", ""):gsub("/", "-")) end,
}

-- What the ecosystem's own builder makes, below the package's folder.
local produced = {
  cargo = function(stem, version) return { ("target/package/%s-%s.crate"):format(stem, version) } end,
  pypi = function(stem, version) return { ("dist/%s-%s-py3-none-any.whl"):format(stem, version), ("dist/%s-%s.tar.gz"):format(stem, version) } end,
  npm = function(stem, version) return { ("%s-%s.tgz"):format(stem, version) } end,
  oci = function() return {} end,
}

--- Paths of the files that a version consists of, as slipway.lua says, else as the ecosystem's builder names them.
---@param kind slipway.RegistryKind
---@param package string
---@param version string  in the ecosystem's words
---@param settings { files: string[]? }
---@param built string[]?  what the targets make that it publishes
---@return string[]
function M.files(kind, package, version, settings, built)
  local stem = (file_stem[kind] or tostring)(package)
  if not settings.files then return built or produced[kind](stem, version) end
  local list = {}
  for i, path in ipairs(settings.files) do
    list[i] = path:gsub("{%w+}", { ["{version}"] = version, ["{package}"] = stem })
  end
  return list
end

-- Crates that need each other are packed by one command: each finds the others before they are published.
local builders = {
  cargo = function(packages, settings)
    local argv = { "cargo", "package", "--no-verify" }
    local option, place = settings.registry and "--registry" or "--index", settings.registry or settings.index
    if #packages > 1 and place then table.move({ option, place }, 1, 2, #argv + 1, argv) end -- cargo from 1.90 on
    for _, package in ipairs(packages) do table.move({ "-p", package.name }, 1, 2, #argv + 1, argv) end
    return { argv }
  end,
  pypi = function(packages)
    local list = {}
    for i, package in ipairs(packages) do list[i] = { "uv", "build", "--out-dir", "dist", package.path } end
    return list
  end,
  npm = function(packages)
    local list = {}
    for i, package in ipairs(packages) do list[i] = { "npm", "pack", "./" .. (package.path == "." and "" or package.path) } end
    return list
  end,
}

--- The commands that build them, in the project's folder; nil: slipway.lua has to say.
---@param kind slipway.RegistryKind
---@param packages { name: string, path: string }[]  all that go to one registry
---@param settings { run: string[][]?, target: string? }
---@return string[][]?
function M.commands(kind, packages, settings)
  if settings.run or settings.target then return settings.run end
  return builders[kind] and builders[kind](packages, settings)
end

--- May a tag that moves be set to a version, beside the versions that are there? Nil: yes; else why not.
---@param version string
---@param others string[]
---@return string?
function M.backwards(version, others)
  local semver = require "pure.semver"
  local ours = semver.parse(version)
  if not ours then return ("%s is no version"):format(version) end
  if ours.pre then return ("%s is a pre-release"):format(version) end
  for _, text in ipairs(others) do
    local other = semver.parse(text)
    if other and not other.pre and other > ours then return ("%s is there, which is newer than %s"):format(text, version) end
  end
end

return M
