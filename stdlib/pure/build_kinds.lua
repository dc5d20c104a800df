-- What the builders can be told in slipway.lua and which files each gives, known before anything is built. How they
-- build is in stdlib/builder, one file each, under the same names.
local pep440 = require "pure.pep440"
local sorted_keys = require "pure.sorted_keys"

local M = {}

---@class slipway.BuildKind
---@field summary string
---@field fields table<string, string|string[]>  its own settings and their types
---@field needs string[]?   settings that must be there
---@field platform boolean? it builds for a platform that must be named
---@field program boolean?  it makes a program: `.exe` is added where it belongs
---@field produce fun(t: table): string[]  names of the files; `t` is the target with everything filled in

local function by_name(t) return { t.name } end

-- maturin writes both names of a manylinux tag (PEP 600 and the older one).
local older_names = { ["2_17"] = "manylinux2014", ["2_12"] = "manylinux2010", ["2_5"] = "manylinux1" }

local function platform_tag(t)
  local platform = t.on
  if platform.os ~= "linux" then return platform.wheel end
  local level = t.settings.manylinux or "2_17"
  local tag = ("manylinux_%s_%s"):format(level, platform.wheel)
  return older_names[level] and ("%s.%s_%s"):format(tag, older_names[level], platform.wheel) or tag
end

local function python_version(t)
  local version = pep440.parse(t.version)
  return version and tostring(version) or t.version
end

local function distribution(t) return (pep440.canonicalize_name(t.settings.distribution or t.project):gsub("-", "_")) end

local cargo_fields = {
  bin = "string", package = "string", features = "table", default_features = "boolean", profile = "string", args = "table",
  rustls = "table", demand = "table", offline = "boolean",
}

local function with(fields, more)
  local all = {}
  for name, kind in pairs(fields) do all[name] = kind end -- order: a set
  for name, kind in pairs(more) do all[name] = kind end -- order: a set
  return all
end

---@type table<string, slipway.BuildKind>
M.kinds = {
  command = {
    summary = "commands of your own", fields = { run = "table", produce = "table", dist = "string" }, needs = { "run", "produce" },
    produce = function(t)
      local names = {}
      for i, path in ipairs(t.produce_paths) do names[i] = path:match "[^/]+$" end
      return names
    end,
  },
  zig = {
    summary = "C and C++ by zig cc", fields = { sources = "table", args = "table", language = "string", libc = "string" },
    needs = { "sources" }, platform = true, program = true, produce = by_name,
  },
  cmake = {
    summary = "CMake, with zig as the compiler for other platforms", fields = { output = "string", args = "table", build = "string", libc = "string", compiler = "string" },
    needs = { "output" }, platform = true, program = true, produce = by_name,
  },
  cargo = { summary = "Rust by cargo", fields = cargo_fields, platform = true, program = true, produce = by_name },
  ["cargo-zigbuild"] = {
    summary = "Rust by cargo, linked by zig", fields = with(cargo_fields, { glibc = "string" }), platform = true, program = true, produce = by_name,
  },
  maturin = {
    summary = "a Python wheel of a Rust crate",
    fields = with(cargo_fields, { python = "string", abi = "string", manylinux = "string", manifest = "string", distribution = "string", zig = "boolean" }),
    needs = { "python" }, platform = true,
    produce = function(t)
      return { ("%s-%s-%s-%s-%s.whl"):format(distribution(t), python_version(t), t.settings.python, t.settings.abi or t.settings.python, platform_tag(t)) }
    end,
  },
  sdist = {
    summary = "a Python source archive", fields = { tool = "string", distribution = "string", args = "table" },
    produce = function(t) return { ("%s-%s.tar.gz"):format(distribution(t), python_version(t)) } end,
  },
  go = {
    summary = "Go", fields = { package = "string", ldflags = "string", tags = "table", cgo = "boolean", args = "table", offline = "boolean" },
    platform = true, program = true, produce = by_name,
  },
}

---@return string[]
function M.names()
  local names = sorted_keys(M.kinds)
  return names
end

return M
