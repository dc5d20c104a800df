-- Rust projects: the lock file, and the manifest's description of what is published
-- (The Cargo Book, "Before publishing a new crate").
local toml = require "pure.toml"

local function manifest(tree)
  local text = tree.read "Cargo.toml"
  return text and toml.decode(text) or nil
end

local function package(tree)
  local all = manifest(tree)
  return all and type(all.package) == "table" and all.package or nil
end

local function is_binary(tree)
  local all = manifest(tree)
  return tree.has "src/main.rs" or tree.has "src/bin" or (all ~= nil and all.bin ~= nil)
end

local demanded = { "description" }

---@type slipway.InspectionRule[]
return {
  {
    name = "Cargo.lock", applies = function(tree) return tree.has "Cargo.toml" and is_binary(tree) end,
    judge = function(tree)
      return tree.has "Cargo.lock", tree.has "Cargo.lock" and "committed" or "not committed: two builds of one tag may differ", "git add -f Cargo.lock"
    end,
  },
  {
    name = "crate metadata", advice = true,
    -- a Rust library for Python goes to a Python index, whose words stand in pyproject.toml
    applies = function(tree) return package(tree) ~= nil and package(tree).publish ~= false and not (tree.read "pyproject.toml" or ""):find("maturin", 1, true) end,
    judge = function(tree)
      local p, missing = package(tree), {}
      for _, field in ipairs(demanded) do missing[#missing + 1] = p[field] == nil and field or nil end
      if p.license == nil and p["license-file"] == nil then missing[#missing + 1] = "license" end
      if #missing == 0 then return true, "description and license are there" end
      return false, "missing: " .. table.concat(missing, ", ") .. "; the registry refuses a crate without", "set them in [package], or publish = false"
    end,
  },
}
