-- Components of lock files that are lists of lines: requirements.txt (pip-compile, uv export, pip freeze) and go.sum.
local M = {}

-- Lines that a backslash continues are one; comments end a line.
local function logical_lines(text)
  text = text:gsub("\r\n", "\n"):gsub("\\\n", " ")
  return (text .. "\n"):gmatch "([^\n]*)\n"
end

--- Only what is pinned is a component: "name>=1" says nothing about what is in the release.
function M.requirements(text)
  local found = {}
  for line in logical_lines(text) do
    local bare = line:gsub("^#.*$", ""):gsub("%s#.*$", "")
    local name, version = bare:match "^%s*([%w][%w._-]*)%s*%b[]%s*===?%s*([%w._+!-]+)"
    if not name then name, version = bare:match "^%s*([%w][%w._-]*)%s*===?%s*([%w._+!-]+)" end
    if name then
      local hashes = {}
      for kind, digits in bare:gmatch "%-%-hash=(%w+):(%x+)" do
        if kind == "sha256" then hashes[#hashes + 1] = { "SHA-256", digits } end
      end
      -- several hashes are those of several files of one version, none of which is the package
      found[#found + 1] = { kind = "pypi", name = name, version = version, hashes = #hashes == 1 and hashes or {} }
    end
  end
  return found
end

--- go.sum has two lines a module: the module's tree ("h1:", a digest of digests, no digest of a file) and its go.mod.
--- Modules with only a go.mod line took part in choosing versions and are not built in.
function M.go(text)
  local found, seen = {}, {}
  for line in logical_lines(text) do
    local module, version = line:match "^(%S+) (v%S+) h1:%S+%s*$"
    if module and not version:find "/go%.mod$" and not seen[module .. "@" .. version] then
      seen[module .. "@" .. version] = true
      found[#found + 1] = { kind = "golang", name = module, version = version, hashes = {} }
    end
  end
  return found
end

return M
