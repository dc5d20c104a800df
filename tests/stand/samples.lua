-- The sample projects below samples/: what they hold is what a stranger would write; here it becomes a project on the
-- stand. Addresses and words that only the stand knows are put in place of those in the files.
local M = {}

local file = require "door.file"
local projects = stand "project"

local here = debug.getinfo(1, "S").source:match "^@(.*)/[^/]*$" or "."

-- As plain text, both of them.
local function replaced(text, old, new)
  local at = text:find(old, 1, true)
  while at do
    text = text:sub(1, at - 1) .. new .. text:sub(at + #old)
    at = text:find(old, at + #new, true)
  end
  return text
end

local function walk(root, folder, files, replace)
  for _, name in ipairs(assert(file.list(root .. folder))) do
    local path = folder .. "/" .. name
    if assert(file.stat(root .. path)).kind == "folder" then
      walk(root, path, files, replace)
    else
      local text = assert(file.read(root .. path))
      for old, new in pairs(replace or {}) do text = replaced(text, old, new) end -- order: none holds another
      files[path:sub(2)] = text
    end
  end
  return files
end

--- The files of samples/NAME by path.
---@param name string
---@param replace table<string, string>?  what stands in them → what the stand has instead
---@return table<string, string>
function M.files(name, replace) return walk(here .. "/samples/" .. name, "", {}, replace) end

--- The programs that a sample needs; a missing one skips the test.
function M.need(...)
  for _, program in ipairs { ... } do
    if not require("door.process").which(program) then skip(program .. " is missing: sh vendor/install test") end
  end
end

--- The folder of zig, maturin and cargo-zigbuild (build.sh); skips where they are not there.
function M.builders()
  local home = run({ "sh", "-c", ". \"$0/places.sh\" && printf %s \"$builders_home\"", here }).out
  if not file.stat(home .. "/bin/python-zig") then skip "zig is missing: sh vendor/install servers" end
  return home
end

--- An empty project, whose `origin` is a repository of a Gitea, with the toolchain of whoever runs the tests.
---@param o { remote: string, env: table<string, string>? }
---@return stand.Project
function M.project(o)
  local p = projects.empty { dir = scratch(), remote = o.remote, env = o.env }
  local rustup = os.getenv "RUSTUP_HOME" or (os.getenv "HOME" or "") .. "/.rustup"
  if file.stat(rustup) then assert(file.link { target = rustup, path = p.home .. "/.rustup" }) end
  return p
end

return M
