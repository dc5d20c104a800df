-- Image references in Kubernetes manifests, Kustomizations and Compose files, and blueprint
-- annotations of Config Connector. Which image is meant is said by name, by the old version, or by
-- being the only one with a version.
local errors = require "pure.errors"
local sites = require "pure.sites"
local yaml = require "pure.yaml_edit"

--- registry:port/path/name:tag@digest
local function parse_image(value)
  local reference, digest = value:match("^([^@]+)@(.+)$")
  reference = reference or value
  local name, tag = reference:match("^(.*[^:]):([%w_][%w_.-]*)$")
  if not name or tag:find("/", 1, true) then return nil end
  return { name = name, tag = tag, digest = digest }
end

local function is_called(name, wanted) return name == wanted or name:match("([^/]*)$") == wanted end

local function image_site(text, node, image)
  local at = node.first + node.open + #image.name + 1
  local v = #image.tag:match("^v?")
  return {
    first = at + v, last = at + #image.tag - 1, text = image.tag:sub(v + 1), role = "version",
    image = image.name,
    write = function(version)
      if not image.digest then return version end
      return nil, errors.new {
        code = "manifest.pinned",
        message = ("%s is pinned to a digest, which a new tag would contradict"):format(image.name),
        hint = "point the image with its digest once it is built",
      }
    end,
  }
end

local function walk(node, visit)
  if node.kind == "table" then
    visit(node)
    for _, key in ipairs(node.keys) do walk(node.map[key], visit) end
  elseif node.kind == "array" then
    for _, item in ipairs(node.items) do walk(item, visit) end
  end
end

local function is_text(node) return node ~= nil and node.kind == "string" and not node.block end

--- image: name:tag, and a Kustomization's { name, newTag }.
local function collect(text, root, images, blueprints)
  walk(root, function(map)
    local image = is_text(map.map.image) and parse_image(map.map.image.value)
    if image then images[#images + 1] = image_site(text, map.map.image, image) end
    local tag, name = map.map.newTag, map.map.newName or map.map.name
    if is_text(tag) and is_text(name) then
      local skip = #tag.value:match("^v?")
      local site = sites.node(text, tag)
      site.first, site.text, site.image = site.first + skip, tag.value:sub(skip + 1), name.value
      images[#images + 1] = site
    end
    for _, key in ipairs(map.keys) do
      local node = map.map[key]
      local head, version = (is_text(node) and node.value or ""):match("^(cnrm/.*/v)(%d+%.%d+%.%d+[%w.-]*)$")
      if head then
        local first = node.first + node.open + #head
        blueprints[#blueprints + 1] = sites.version(text, first, first + #version - 1)
      end
    end
  end)
end

--- The images meant: named ones, those at the old version, or the only one that has a version.
local function chosen(images, opts)
  local wanted, list, names, count = opts.image or opts.package, {}, {}, 0
  for _, site in ipairs(images) do
    local fits = wanted and is_called(site.image, wanted)
      or (not wanted and site.text:find("^%d+%.%d+") and (not opts.old or site.text == opts.old))
    if fits then
      list[#list + 1] = site
      if not names[site.image] then names[site.image], count = true, count + 1 end
    end
  end
  if count > 1 and not wanted then
    return nil, errors.new {
      code = "manifest.ambiguous", message = "the file names several images with a version",
      hint = "say which one: image = \"name\"",
    }
  end
  return list
end

local function locate(text, opts)
  local documents, err = yaml.parse(text)
  if not documents then return nil, err end
  local images, blueprints = {}, {}
  for _, root in ipairs(documents) do collect(text, root, images, blueprints) end
  if #blueprints > 0 then
    local list = {}
    for _, site in ipairs(blueprints) do
      if not opts.old or site.text == opts.old then list[#list + 1] = site end
    end
    return { sites = list }
  end
  local list
  list, err = chosen(images, opts)
  if not list then return nil, err end
  return { sites = list }
end

local function is_manifest(text)
  local lines = "\n" .. text
  return lines:find("\napiVersion:", 1, true) ~= nil and lines:find("\nkind:", 1, true) ~= nil
end

return {
  sites.format {
    name = "compose", title = "Compose files", locate = locate, deploys = true,
    matches = function(base) return base:find("^docker%-compose[%w._-]*%.ya?ml$") or base:find("^compose[%w._-]*%.ya?ml$") end,
  },
  sites.format {
    name = "kubernetes", title = "Kubernetes manifests", locate = locate, deploys = true,
    by_content = is_manifest,
    matches = function(base) return base:find("%.ya?ml$") ~= nil end,
  },
}
