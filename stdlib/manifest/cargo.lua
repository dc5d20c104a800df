-- Cargo.toml: the package's version, the workspace's (inherited by its members), and the requirements
-- of dependants. https://doc.rust-lang.org/cargo/reference/manifest.html
local sites = require "pure.sites"
local toml = require "pure.toml"

local sections = {
  "dependencies", "dev-dependencies", "dev_dependencies", "build-dependencies",
  "build_dependencies",
}

local function child(node, ...)
  for _, key in ipairs { ... } do
    node = node and node.kind == "table" and node.map[key] or nil
  end
  return node
end

local function is_text(node) return node ~= nil and node.kind == "string" end

--- Every table of dependencies, also those of targets and of the workspace.
local function dependency_tables(root)
  local found = {}
  local function collect(holder)
    for _, section in ipairs(sections) do
      local node = child(holder, section)
      if node and node.kind == "table" then
        found[#found + 1] = { node = node, development = section:find("^dev") ~= nil }
      end
    end
  end
  collect(root)
  collect(child(root, "workspace"))
  local targets = child(root, "target")
  for _, name in ipairs(targets and targets.keys or {}) do collect(targets.map[name]) end
  return found
end

--- The requirement in one entry: name = "1.0" or name = { version = "1.0", path =, package = }.
local function requirement_of(key, node)
  if is_text(node) then return { name = key, node = node, here = false } end
  local version = child(node, "version")
  if not is_text(version) then return nil end
  local renamed = child(node, "package")
  return {
    name = is_text(renamed) and renamed.value or key, node = version,
    here = child(node, "path") ~= nil,
  }
end

--- Names of everything depended on, also without a version, and of what is for development only. What
--- the workspace lists is not needed yet.
local function needs_of(root)
  local needs, wants = {}, {}
  for _, section in ipairs(dependency_tables(root)) do
    local list = section.development and wants or needs
    for _, key in ipairs(section.node ~= child(root, "workspace", "dependencies") and section.node.keys or {}) do
      local renamed = child(section.node.map[key], "package")
      list[#list + 1] = is_text(renamed) and renamed.value or key
    end
  end
  return needs, wants
end

--- Requirements on other packages. Without named packages those of the repository move along: all of
--- them, or those that stand at the old version when the caller knows it.
local function add_requirements(found, root, text, opts)
  found.needs, found.wants = needs_of(root)
  for _, section in ipairs(dependency_tables(root)) do
    for _, key in ipairs(section.node.keys) do
      local entry = requirement_of(key, section.node.map[key])
      if entry then
        local follows = not opts.old or entry.node.value:match("^[=^~]?%s*(.*)$") == opts.old
        local o = { here = entry.here, elsewhere = not entry.here, follows = follows }
        found.sites[#found.sites + 1] = sites.requirement(text, entry.node, "cargo", opts, entry.name, o)
      end
    end
  end
end

--- Is the version of [workspace.package] the one to release? Yes when nothing else in this file is,
--- or when the caller knows that the package inherits it.
local function add_workspace_version(found, root, text, opts, own)
  local shared = child(root, "workspace", "package", "version")
  if not is_text(shared) then return nil end
  local wanted = opts.inherits
  if wanted == nil then wanted = not is_text(own) end
  if wanted then
    local site = sites.node(text, shared)
    site.shared = true
    found.sites[#found.sites + 1] = site
  end
  return shared.value
end

--- publish = false, or to no registry at all.
local function is_private(root)
  local publish = child(root, "package", "publish")
  if not publish then return false end
  return publish.value == false or (publish.kind == "array" and #publish.items == 0)
end

local function locate(text, opts)
  local root, err = toml.parse(text)
  if not root then return nil, sites.malformed(err) end
  local name, own = child(root, "package", "name"), child(root, "package", "version")
  if own and not is_text(own) and own.kind ~= "table" then
    return nil, sites.fault(text, own.first, "manifest.malformed", "the version must be a string")
  end
  local found = { sites = {}, name = is_text(name) and name.value or nil, private = is_private(root) }
  if is_text(own) then found.sites[1] = sites.node(text, own) end
  local shared = add_workspace_version(found, root, text, opts, own)
  if own and own.kind == "table" and not shared then
    found.answer = sites.inherited("the version is the workspace's")
  end
  found.quiet = child(root, "workspace") ~= nil and not own
  add_requirements(found, root, text, opts)
  return found
end

return sites.format {
  name = "cargo", title = "Cargo.toml", matches = sites.named { "Cargo.toml" }, locate = locate,
}
