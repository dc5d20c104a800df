-- The bill of materials of a commit: its lock files read, as CycloneDX or SPDX. The same commit gives the same bytes.
local canon = require "door.canon"
local components = require "pure.sbom.components"

local M = {}

local makers = { cyclonedx = "pure.sbom.cyclonedx", spdx = "pure.sbom.spdx" }

--- The kinds there are.
---@param kind string
---@return boolean
function M.is_kind(kind) return makers[kind] ~= nil end

local function lock_files(repo, commit)
  local listed, err = repo:list { at = commit, recursive = true }
  if not listed then return nil, err end
  local files = {}
  for _, entry in ipairs(listed) do
    if entry.kind == "file" and components.is_lock(entry.path) then
      local text, failed = repo:read { at = commit, path = entry.path }
      if not text then return nil, failed end
      files[#files + 1] = { path = entry.path, text = text }
    end
  end
  table.sort(files, function(a, b) return a.path < b.path end)
  return files
end

local ecosystems = { ["Cargo.toml"] = "cargo", ["package.json"] = "npm", ["pyproject.toml"] = "pypi", ["go.mod"] = "golang" }

--- What the released thing itself is called: by its ecosystem, where it has one.
local function own_purl(project, version)
  for _, path in ipairs(project.manifests) do
    local kind = ecosystems[path:match "[^/]+$"]
    if kind then return components.purl(kind, project.name, version) end
  end
  return components.purl("generic", project.name, version)
end

---@param world table
---@param o { kind: "cyclonedx"|"spdx", commit: oid, version: string }
---@return string? text  canonical JSON, slipway.Error?
function M.text(world, o)
  local files, err = lock_files(world.repo, o.commit)
  if not files then return nil, err end
  local found, failed = components.read(files)
  if not found then return nil, failed end
  local purl, texts = own_purl(world.project, o.version), {}
  for _, c in ipairs(found.list) do texts[#texts + 1] = c.purl end
  local commit = world.repo:commit(o.commit)
  local document = require(makers[o.kind]).document { -- arrow: pure
    name = world.project.name, version = o.version, purl = purl, commit = o.commit, components = found, tool = world.slipway,
    time = world.clock.iso(commit and commit.committer.time or world.time),
    digest = world.digest.sha256(table.concat({ purl, o.commit, table.concat(texts, "\n") }, "\0")),
  }
  local text, broken = canon.encode(document)
  return text and text .. "\n", broken
end

return M
