-- What is inside the packages and bundles on the page: files that the release built are the ones it built, files of the
-- repository those of the tag, payloads those of slipway.lua, and nothing else is in there. A Debian package also says the
-- version of the tag. Which files stand in which package is what slipway.lua says; what a build gave, this clone's journal.
local debian = require "builder.debian"
local matrix = require "pure.matrix"
local sorted_keys = require "pure.sorted_keys"
local source = require "builder.source"
local workspace = require "builder.workspace"

local M = { name = "members" }

--- A name of slipway.lua as a pattern: the version is known, every other word is a part of a name.
local function pattern_of(template, version)
  local text = template:gsub("{version}", (version:gsub("%%", "%%%%")))
  text = text:gsub("[%^%$%(%)%%%.%[%]%*%+%-%?]", "%%%0"):gsub("{[%l_]+}", ".+")
  return "^" .. text .. "$"
end

--- The binary and the payload that a bundle of that name is of.
local function bundle_of(bundles, version, name)
  for _, target in ipairs(sorted_keys(bundles.binaries or {})) do
    for _, payload in ipairs(sorted_keys(bundles.payloads or {})) do
      if matrix.fill(bundles.archive, { version = version, target = target, payload = payload }) == name then
        local binary = bundles.binaries[target]
        local asset = matrix.fill(type(binary) == "table" and binary.asset or binary, { version = version })
        return { include = bundles.include or {}, asset = asset, as = type(binary) == "table" and binary.as or asset, payload = bundles.payloads[payload] }
      end
    end
  end
end

--- What slipway.lua says of a package of that name: { include, deb, again }, for a bundle { include,
--- asset, as, payload }; nil: it is no package of ours.
local function entry_of(world, found, name)
  local artifacts = world.config.artifacts or {}
  for _, artifact in ipairs(artifacts) do
    if not artifact.source and name:find(pattern_of(artifact.archive or artifact.deb, found.version)) then
      -- CPack builds once more, by rules of the project's own
      return { include = artifact.include or {}, deb = artifact.deb ~= nil, again = artifact.with == "cpack" }
    end
  end
  return artifacts.bundles and bundle_of(artifacts.bundles, found.version, name)
end

--- Files below a folder by their path: digest, or what else stands there.
local function tree(world, folder, below, into)
  for _, name in ipairs(world.file.list(folder) or {}) do
    local path, shown = folder .. "/" .. name, below == "" and name or below .. "/" .. name
    local info = world.file.stat(path, { follow = false })
    if info and info.kind == "folder" then
      tree(world, path, shown, into)
    elseif info then
      into[shown] = info.kind == "link" and "a link" or world.digest.sha256 { file = path }
    end
  end
  return into
end

--- What files may be in there besides those of the repository: name → digests, or true where only the name is known.
local function known(world, found, entry)
  local list = {}
  if entry.payload then
    local asset = found.assets[entry.asset]
    list[entry.as] = asset and { [asset.sha256] = true } or true
    for _, file in ipairs(entry.payload) do list[file.as] = { [file.sha256] = true } end
    return list
  end
  local builds = matrix.expand(world.config.targets or {}, { version = found.version, project = (world.project.name:gsub("^.*/", "")) }) or {}
  for _, build in ipairs(builds) do
    for _, name in ipairs(build.produce) do list[name] = true end
  end
  for name, digests in pairs(found.record and found.record.built or {}) do list[name] = digests end -- order: a set
  return list
end

local function judge(name, digest, expected)
  if expected == nil then return "is in it, and nothing in slipway.lua puts it there" end
  if type(expected) == "table" and not expected[digest] then return ("is %s in it, which is not what was built"):format(digest:sub(1, 16)) end
end

--- Compares what was unpacked. `shown` turns a path in the package into the name slipway.lua has for it.
local function compare(world, found, name, entry, files, shown, report)
  local wrong, count, expected, lacking = 0, 0, known(world, found, entry), {}
  local folder = #entry.include > 0 and workspace.checkout(world, found.commit, "members-" .. name)
  for _, path in ipairs(entry.include) do lacking[path] = true end
  local function complain(member, why)
    wrong = wrong + 1
    report.different(name, ("%s %s"):format(member, why))
  end
  for _, path in ipairs(sorted_keys(files)) do
    local member = shown(path)
    count = count + 1
    if folder and lacking[member] then
      lacking[member] = nil
      if world.digest.sha256 { file = folder .. "/" .. member } ~= files[path] then complain(member, "is not as in the tag") end
    elseif not (entry.deb and expected[member] == nil) then
      local why = judge(member, files[path], expected[member])
      if why then complain(member, why) end
    end
  end
  if not entry.deb then
    for _, path in ipairs(sorted_keys(lacking)) do complain(path, "is missing in it") end
  end
  if folder then workspace.remove(world, folder) end
  if wrong == 0 then report.same(name, ("%d file%s in it, as slipway.lua says"):format(count, count == 1 and "" or "s")) end
end

-- Names that are packed as the project has them may not be unpacked everywhere (aux.c): that is no difference.
local suspicious = { ["archive.path"] = true, ["archive.link"] = true, ["archive.corrupt"] = true }

local function closed(name, err, report)
  if suspicious[err.code] then report.different(name, err) else report.absent(name, ("it cannot be unpacked here: %s"):format(err.message)) end
end

local function look_into_archive(world, found, name, entry, folder, report)
  local done, err = world.archive.extract { file = found.assets[name].path, to = folder, max_ratio = 1100 } -- as well as deflate can
  if not done then return closed(name, err, report) end
  local stem = source.stem(name) .. "/"
  compare(world, found, name, entry, tree(world, folder, "", {}), function(path)
    return path:sub(1, #stem) == stem and path:sub(#stem + 1) or path
  end, report)
end

-- 1.2.0, 1:1.2.0-2 and, before 1.2.0, 1.2.0~rc.1
local function is_version(text, version)
  text = text:gsub("^%d+:", "")
  return text == version or text:gsub("~", "-", 1) == version or text:gsub("%-[%w.+~]+$", "") == version
end

local function look_into_debian(world, found, name, entry, folder, report)
  local package, err = debian.unpack(world, found.assets[name].path, folder)
  if not package then return closed(name, err, report) end
  if not is_version(package.version or "", found.version) then
    return report.different(name, ("it says that it is version %s"):format(package.version or "(none)"))
  end
  if entry.again then return report.same(name, "version " .. package.version) end
  compare(world, found, name, entry, tree(world, package.folder, "", {}), function(path) return path:match "[^/]+$" end, report)
end

function M.look(world, found, report)
  if not found.page then return end
  for _, name in ipairs(sorted_keys(found.assets)) do
    local entry = entry_of(world, found, name)
    if entry then
      local folder = found.folder .. "/inside-" .. name
      if entry.deb then look_into_debian(world, found, name, entry, folder, report) else look_into_archive(world, found, name, entry, folder, report) end
      if world.file.stat(folder) then world.file.remove_tree { path = folder, below = found.folder } end
    end
  end
end

return M
