-- Container engines: docker and podman, told apart by name only.
local M = {}

---@param container { image: string, engine: string?, args: string[]? }
---@param o { name: string, mounts: string[], argv: string[] }
---@return string[]
function M.run(container, o)
  local argv = { container.engine or "docker", "run", "--rm", "--name", o.name }
  for _, mount in ipairs(o.mounts) do
    argv[#argv + 1] = "-v"
    argv[#argv + 1] = ("%s:%s"):format(mount, mount)
  end
  for _, word in ipairs(container.args or {}) do argv[#argv + 1] = word end
  argv[#argv + 1] = container.image
  for _, word in ipairs(o.argv) do argv[#argv + 1] = word end
  return argv
end

--- Asks whether the engine answers; `docker version` fails when its daemon does not.
---@return string[]
function M.ask(container) return { container.engine or "docker", "version" } end

---@return string[]
function M.kill(container, name) return { container.engine or "docker", "kill", name } end

--- A name that an engine accepts.
---@param text string
---@return string
function M.name(text) return "slipway-" .. text:gsub("[^%w_.-]", "-") end

return M
