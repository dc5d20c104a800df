-- Small packages as their builders would pack them, made without the builders: for tests of what happens to built files.
local M = {}

local archive = require "door.archive"
local digest = require "door.digest"
local file = require "door.file"

local function artifact(path)
  return { name = path:match "[^/]*$", path = path, size = file.stat(path).size, sha256 = digest.sha256 { file = path } }
end

local function pack(dir, name, files, o)
  local list, source = {}, ("%s/%s.files"):format(dir, name)
  for path, text in pairs(files) do -- order: the archive sorts
    local full = source .. "/" .. path
    assert(file.mkdir { path = full:match "^(.*)/", parents = true })
    assert(file.write { path = full, text = text })
    list[#list + 1] = { path = full, as = path }
  end
  assert(archive.create { file = dir .. "/" .. name, files = list, format = o.format, prefix = o.prefix, time = 1795262400 })
  return artifact(dir .. "/" .. name)
end

--- An npm tarball. Another `text` is another content of the same version.
function M.npm(dir, name, version, text)
  return pack(dir, ("%s-%s.tgz"):format(name:gsub("^@", ""):gsub("/", "-"), version), {
    ["package.json"] = ('{ "name": "%s", "version": "%s", "main": "index.js" }\n'):format(name, version), ["index.js"] = ("exports.say = %q;\n"):format(text or "hello"),
  }, { format = "tar.gz", prefix = "package" })
end

function M.crate(dir, name, version, text)
  return pack(dir, ("%s-%s.crate"):format(name, version), {
    ["Cargo.toml"] = ('[package]\nname = "%s"\nversion = "%s"\nedition = "2021"\n\n[dependencies.serde]\nversion = "1.0"\nfeatures = ["derive"]\n'):format(name, version),
    ["src/lib.rs"] = ("pub const SAY: &str = %q;\n"):format(text or "hello"),
  }, { format = "tar.gz", prefix = name .. "-" .. version })
end

--- A source archive and a wheel.
function M.python(dir, name, version, text)
  local metadata = ("Metadata-Version: 2.1\nName: %s\nVersion: %s\nSummary: a bird\nClassifier: Topic :: Utilities\nClassifier: Programming Language :: Python :: 3\nRequires-Python: >=3.8\n\nLong text.\n"):format(name, version)
  local code = ("say = %q\n"):format(text or "hello")
  local info = ("%s-%s.dist-info/"):format(name, version)
  return {
    pack(dir, ("%s-%s-py3-none-any.whl"):format(name, version), {
      [name .. "/__init__.py"] = code, [info .. "METADATA"] = metadata, [info .. "WHEEL"] = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
      [info .. "RECORD"] = ("%s/__init__.py,,\n%sMETADATA,,\n%sWHEEL,,\n%sRECORD,,\n"):format(name, info, info, info),
    }, { format = "zip" }),
    pack(dir, ("%s-%s.tar.gz"):format(name, version), { ["PKG-INFO"] = metadata, [name .. "/__init__.py"] = code }, { format = "tar.gz", prefix = name .. "-" .. version }),
  }
end

--- An image as `docker save` writes it: manifest.json, a config, one layer.
function M.image(dir, text)
  local layer = pack(dir, "layer.tar", { ["say.txt"] = text or "hello" }, { format = "tar" })
  local bytes = assert(file.read(layer.path))
  local config = ('{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}'):format(layer.sha256)
  local name = digest.sha256(config) .. ".json"
  return pack(dir, "image.tar", {
    [name] = config, ["0/layer.tar"] = bytes, ["manifest.json"] = ('[{"Config":"%s","RepoTags":["pelican:latest"],"Layers":["0/layer.tar"]}]'):format(name),
  }, { format = "tar" })
end

--- Arguments of `upload` for such files.
---@param kind "cargo"|"npm"|"pypi"|"oci"
function M.upload(registry, kind, package, version, files, more)
  local names = {}
  for i, entry in ipairs(files) do names[i] = entry.name end
  local args = { registry = registry, kind = kind, package = package, version = version, files = files, names = names, within = "20s" }
  for key, value in pairs(more or {}) do args[key] = value end -- order: a set
  return args
end

--- slipway.lua for the registries of a Gitea (or of a proxy before it, `url`) that packages of `owner` go to.
function M.config(url, token)
  local host = url:gsub("^http://", "")
  return ([[return { registries = {
    crates = { index = "sparse+%s/api/packages/rel/cargo/", token = %q, token_prefix = "Bearer " },
    npm = { url = "%s/api/packages/rel/npm", token = %q },
    pypi = { url = "%s/api/packages/rel/pypi", index = "%s/api/packages/rel/pypi/simple", token = %q },
    image = { image = "%s/rel/pelican", user = "rel", token = %q, run = { { "true" } }, files = { "image.tar" } },
  } }
]]):format(url, token, url, token, url, url, token, host, token)
end

return M
