-- The platforms that files are built for: what each is called here, by zig, by Rust, by Go and by Python, and what the
-- header of a file built for it says. Two spellings of one platform keep their own name in file names.
local errors = require "pure.errors"
local near = require "pure.near"

local M = {}

---@class slipway.Platform
---@field name string     as it was written: "macos-silicon"
---@field os "linux"|"macos"|"windows"
---@field arch "amd64"|"arm64"
---@field exe string      what a program's name ends in: "" or ".exe"
---@field format string   of its programs: elf, mach-o or pe
---@field zig string      target of `zig cc`, without the version of a C library
---@field rust string     target of rustc
---@field go string       GOOS and GOARCH: "linux/amd64"
---@field wheel string    platform tag of a wheel; Linux: only the machine, the rest says which manylinux

local names = {
  ["linux-amd64"] = { os = "linux", arch = "amd64" }, ["linux-arm64"] = { os = "linux", arch = "arm64" },
  ["macos-amd64"] = { os = "macos", arch = "amd64" }, ["macos-arm64"] = { os = "macos", arch = "arm64" },
  ["windows-amd64"] = { os = "windows", arch = "amd64" },
}

local other_spellings = {
  ["linux-x86_64"] = "linux-amd64", ["linux-aarch64"] = "linux-arm64", ["macos-intel"] = "macos-amd64", ["macos-x86_64"] = "macos-amd64",
  ["macos-silicon"] = "macos-arm64", ["macos-aarch64"] = "macos-arm64", ["windows-x86_64"] = "windows-amd64",
}

local cpu = { amd64 = "x86_64", arm64 = "aarch64" }

local by_os = {
  linux = function(arch)
    return { format = "elf", exe = "", zig = cpu[arch] .. "-linux", rust = cpu[arch] .. "-unknown-linux-gnu", go = "linux/" .. arch, wheel = cpu[arch] }
  end,
  macos = function(arch)
    return {
      format = "mach-o", exe = "", zig = cpu[arch] .. "-macos", rust = cpu[arch] .. "-apple-darwin", go = "darwin/" .. arch,
      wheel = arch == "arm64" and "macosx_11_0_arm64" or "macosx_10_12_x86_64",
    }
  end,
  windows = function(arch)
    return { format = "pe", exe = ".exe", zig = cpu[arch] .. "-windows-gnu", rust = cpu[arch] .. "-pc-windows-gnu", go = "windows/" .. arch, wheel = "win_amd64" }
  end,
}

--- All names, sorted, the other spellings among them.
---@return string[]
function M.names()
  local list = {}
  for name in pairs(names) do list[#list + 1] = name end -- order: sorted below
  for name in pairs(other_spellings) do list[#list + 1] = name end -- order: sorted below
  table.sort(list)
  return list
end

--- What a platform is. Error: config.invalid
---@param name string
---@return slipway.Platform?, slipway.Error?
function M.get(name)
  local entry = names[other_spellings[name] or name]
  if not entry then
    return nil, errors.new {
      code = "config.invalid", message = ("there is no platform '%s'%s"):format(tostring(name), near.suggest(tostring(name), M.names())),
      hint = "platforms: linux-amd64, linux-arm64, macos-amd64 (macos-intel), macos-arm64 (macos-silicon), windows-amd64",
    }
  end
  local platform = by_os[entry.os](entry.arch)
  platform.name, platform.os, platform.arch = name, entry.os, entry.arch
  return platform
end

return M
