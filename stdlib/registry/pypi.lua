-- Python indexes: files are sent one by one through the upload interface, and found in the simple index. registry/open.lua
-- documents the functions. Sources: PEP 503, 592, 691; Warehouse's legacy upload interface.
local client = require "registry.client"
local config = require "registry.pypi_config"
local core_metadata = require "registry.core_metadata"
local errors = require "pure.errors"
local pep440 = require "pure.pep440"
local simple_index = require "registry.simple_index"
local unpack = require "registry.unpack"
local wheel = require "pure.wheel"

--- Version in a file's name; nil when it is no file of the package.
local function version_of(name, package)
  local parse = name:find "%.whl$" and wheel.parse or wheel.parse_sdist
  local found = parse(name)
  if found and found.name == package then return found.version.text end
end

--- What a file's name says: filetype and pyversion of the form.
local function type_of(name)
  local python = name:match "%-([^-]+)%-[^-]+%-[^-]+%.whl$"
  if python then return "bdist_wheel", python end
  if name:find "%.tar%.gz$" or name:find "%.zip$" then return "sdist", "source" end
end

--- The text of METADATA or PKG-INFO inside a built file.
local function metadata_text(world, file)
  return unpack.with(world, file.path, 0, function(folder)
    for _, top in ipairs(world.file.list(folder) or {}) do
      local name = top:find "%.dist%-info$" and "METADATA" or "PKG-INFO"
      local text = world.file.read(("%s/%s/%s"):format(folder, top, name))
      if text then return text end
    end
    return nil, errors.new { code = "registry.malformed", message = file.name .. " holds no metadata" }
  end)
end

local function add_reading(registry)
  local world = registry.world

  --- Files of a package by name; nil, nil when it is not there.
  local function listed(package)
    local url = ("%s/%s/"):format(registry.index, pep440.canonicalize_name(package))
    local accept = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"
    local response, err, status = registry.client.send("look into the index", { url = url, headers = { Accept = accept, ["Cache-Control"] = "no-cache" } }, "token")
    if not response then
      if status == 404 then return {} end
      return nil, err
    end
    return simple_index.read(response)
  end

  --- The digest that the index tells, else that of the file itself.
  local function digest_of(file)
    if file.sha256 then return "sha256:" .. file.sha256 end
    local scratch = ("%s/%s"):format(world.run and world.run.dir or "", "index-" .. file.name)
    if not world.run then return "unknown" end -- a fact only asks whether it is there
    local digest, err = registry.client.fetch("read back " .. file.name, file.url, scratch, "token")
    if world.file.stat(scratch) then world.file.remove(scratch) end
    return digest and "sha256:" .. digest, err
  end

  function registry.look(package, version)
    local list, err = listed(package)
    if not list then return nil, err end
    local wanted, found, all_yanked, why = pep440.canonicalize_name(package), {}, true, nil
    for _, file in ipairs(list) do
      if version_of(file.name, wanted) == version then
        local digest, failed = digest_of(file)
        if not digest then return nil, failed end
        found[file.name] = { digest = digest, url = file.url }
        if file.yanked then why = file.yanked else all_yanked = false end
      end
    end
    if next(found) == nil then return nil end
    return { files = found, yanked = all_yanked and why }
  end

  function registry.versions(package)
    local list, err = listed(package)
    if not list then return nil, err end
    local versions, seen = {}, {}
    for _, file in ipairs(list) do
      local version = not file.yanked and version_of(file.name, pep440.canonicalize_name(package))
      if version and not seen[version] then versions[#versions + 1], seen[version] = version, true end
    end
    return versions
  end

  function registry.units(package, version, files)
    local list, wanted = {}, pep440.canonicalize_name(package)
    for i, file in ipairs(files) do
      if version_of(file.name, wanted) ~= version then
        return nil, errors.new { code = "registry.malformed", message = ("%s is no file of %s %s"):format(file.name, package, version) }
      end
      list[i] = { name = file.name, path = file.path, digest = "sha256:" .. world.digest.sha256 { file = file.path } }
    end
    return list
  end

  function registry.fetch(_, _, name, seen, to)
    local digest, err = registry.client.fetch("download " .. name, seen.url, to, "token")
    return digest and "sha256:" .. digest, err
  end

  -- The package alone comes from this index; what it needs, from where the client finds it.
  function registry.install(package, version, folder)
    local wanted, python = package .. "==" .. version, folder .. "/.venv/bin/python"
    local commands
    if world.process.which "uv" then
      commands = {
        { "uv", "--quiet", "venv", ".venv" },
        { "uv", "--quiet", "--no-cache", "pip", "install", "--python", python, "--no-deps", "--default-index", registry.index, wanted },
        { "uv", "--quiet", "pip", "install", "--python", python, wanted },
      }
    else
      commands = {
        { "python3", "-m", "venv", ".venv" },
        { python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-cache-dir", "--no-deps", "--index-url", registry.index, wanted },
        { python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wanted },
      }
    end
    commands[#commands + 1] = { python, "-c", ("import importlib.metadata as m; assert m.version(%q) == %q"):format(package, version) }
    return { commands = commands, path = folder .. "/.venv/bin" }
  end
end

local function add_writing(registry)
  local world = registry.world

  function registry.send(_, _, unit)
    if not registry.upload then
      return nil, errors.new { code = "registry.no_address", message = "where files are sent is not known", hint = ('registries.%s.url = "https://…" in slipway.lua'):format(registry.name) }
    end
    local filetype, pyversion = type_of(unit.name)
    if not filetype then return nil, errors.new { code = "registry.malformed", message = unit.name .. " is neither a wheel nor a source archive" } end
    local text, err = metadata_text(world, unit)
    if not text then return nil, err end
    local form = core_metadata.form(text, { filetype = filetype, pyversion = pyversion, sha256 = unit.digest:gsub("^sha256:", "") })
    form[#form + 1] = { name = "content", file = unit.path, filename = unit.name, type = "application/octet-stream" }
    local response, failed = registry.client.send("upload " .. unit.name, { method = "POST", url = registry.upload, form = form, idempotent = false }, "must")
    return response and true, failed
  end
end

---@param o { world: table, name: string, settings: table }
return function(o)
  local known = o.settings.index and o.settings.url and {} or config.addresses(o.world, o.settings.registry)
  local index, upload = o.settings.index or known.index, o.settings.url or known.upload
  if not index then
    return nil, errors.new { code = "registry.no_address", message = "where the Python index is, is not known", hint = ('registries.%s.index = "https://…/simple" in slipway.lua, or [[tool.uv.index]] in pyproject.toml'):format(o.name) }
  end
  index = index:gsub("/+$", "")
  local registry = { world = o.world, name = o.name, index = index, upload = upload, where = upload or index }
  registry.client = client.new {
    world = o.world, name = o.name, token = o.settings.token, url = upload or index, urls = { index }, package = o.package, ca_file = o.settings.ca_file,
    credential = function(secret) return { header = "Authorization", user = o.settings.user or "__token__", value = secret } end,
  }
  registry.secret = registry.client.secret
  add_reading(registry)
  add_writing(registry)
  return registry
end
