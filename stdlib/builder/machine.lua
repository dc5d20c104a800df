-- The machine a build runs on, as far as builds care: its platform, its programs, and the variables that lead tools to
-- their own homes. Everything else of the caller's environment stays outside.
local binary = require "pure.binary"

local M = {}

-- Homes of tools and the way to the network; never flags, wrappers or tokens.
local passed = {
  "CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN", "GOPATH", "GOMODCACHE", "GOCACHE", "GOPROXY", "GOSUMDB", "GOPRIVATE", "GONOSUMDB",
  "ZIG_GLOBAL_CACHE_DIR", "PYENV_ROOT", "PYENV_VERSION", "SDKROOT", "DEVELOPER_DIR", "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTP_PROXY", "HTTPS_PROXY",
  "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
}

M.passed = passed

---@param world table
---@return table<string, string>
function M.environment(world)
  local env = {}
  for _, name in ipairs(passed) do env[name] = world.getenv(name) end
  return env
end

--- Does this machine run programs of that platform? Told by the header of its shell.
---@param world table
---@param platform slipway.Platform?
---@return boolean
function M.is_native(world, platform)
  if not platform then return true end
  local about = binary.inspect(function(offset, size) return world.file.piece { path = "/bin/sh", offset = offset, size = size } end)
  return about.format == platform.format and about.arch == platform.arch
end

--- How a program is called: as slipway.lua says, else by its name; zig also as its Python package installs it.
---@param config table
---@param which fun(name: string): string?
---@return fun(name: string): string[]
function M.programs(config, which)
  local own = (config.build or {}).programs or {}
  return function(name)
    if own[name] then return own[name] end
    if name == "zig" and not which "zig" and which "python-zig" then return { "python-zig" } end
    return { name }
  end
end

return M
