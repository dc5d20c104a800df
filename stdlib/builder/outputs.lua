-- What came out of a build, checked before it is believed: exactly the files that the plan names, each for the platform
-- it is meant for, within the limits of slipway.lua. What it is linked with is kept with its digest.
local binary = require "pure.binary"
local errors = require "pure.errors"
local schema = require "pure.schema"
local wheel = require "pure.wheel"

local M = {}

local function fail(code, message, hint) return nil, errors.new { code = code, message = message, hint = hint } end

local function ignored(steps, name)
  for _, pattern in ipairs(steps.ignore or {}) do
    if name:find(pattern) then return true end
  end
end

--- Nothing missing, nothing besides.
---@param job table
---@param steps table
---@param seen { exists: fun(file: table): any; listing: string[]? }  what is there; the names where exactly the files should be
---@return true?, slipway.Error?
function M.complete(job, steps, seen)
  local wanted, missing, extra = {}, {}, {}
  for _, file in ipairs(steps.files) do
    wanted[file.from] = true
    if file.also then wanted[file.also] = true end
    if not seen.exists(file) then missing[#missing + 1] = file.as end
  end
  for _, name in ipairs(seen.listing or {}) do
    if not wanted[steps.exact .. "/" .. name] and not ignored(steps, name) then extra[#extra + 1] = name end
  end
  local log = "compare with the log: slipway show RUN --log " .. job.target
  if #missing > 0 then
    local instead = #extra > 0 and "; it made " .. table.concat(extra, ", ") or ""
    return fail("build.no_product", ("the build of %s did not produce %s%s"):format(job.target, table.concat(missing, ", "), instead), log)
  end
  if #extra > 0 then
    return fail("build.extra_product", ("the build of %s made more than it should: %s"):format(job.target, table.concat(extra, ", ")), log)
  end
  return true
end

local function inspect(world, path) return binary.inspect(function(offset, size) return world.file.piece { path = path, offset = offset, size = size } end) end

local long_names = { elf = "an ELF file", ["mach-o"] = "a Mach-O file", pe = "a PE file", archive = "an archive", other = "no program" }

local function machine(job, name, about)
  local on = job.on
  if not on then return true end
  local is_program = about.format == "elf" or about.format == "mach-o" or about.format == "pe"
  if not is_program and not job.program then return true end -- a text, an archive: for any platform
  if about.format == on.format and about.arch == on.arch then return true end
  local seen = long_names[about.format] .. (about.arch and " for " .. about.arch or "")
  return fail("build.wrong_machine", ("%s is %s, not %s for %s"):format(name, seen, long_names[on.format], on.arch), "the builder did not build for " .. on.name)
end

-- Wheels ---------------------------------------------------------------------------------------

--- Libraries in an unpacked wheel: each for the platform, none newer than the tag allows.
local function wheel_libraries(world, job, folder, below, found)
  for _, name in ipairs(world.file.list(folder .. below) or {}) do
    local path = below .. "/" .. name
    local info = world.file.stat(folder .. path)
    if info and info.kind == "folder" then
      local ok, err = wheel_libraries(world, job, folder, path, found)
      if not ok then return nil, err end
    elseif name:find "%.so$" or name:find "%.pyd$" or name:find "%.dylib$" or name:find "%.so%.%d" then
      local about = inspect(world, folder .. path)
      local ok, err = machine(job, name, about)
      if not ok then return nil, err end
      found[#found + 1] = about
    end
  end
  return true
end

local function wheel_tags(world, name, folder)
  local parsed, malformed = wheel.parse(name)
  if not parsed then return nil, malformed end
  local wanted, seen = {}, {}
  for python in parsed.python:gmatch "[^.]+" do
    for abi in parsed.abi:gmatch "[^.]+" do
      for platform in parsed.platform:gmatch "[^.]+" do wanted[("%s-%s-%s"):format(python, abi, platform)] = true end
    end
  end
  for _, entry in ipairs(world.file.list(folder) or {}) do
    local text = entry:find "%.dist%-info$" and world.file.read(folder .. "/" .. entry .. "/WHEEL") or ""
    for tag in text:gmatch "\nTag:%s*(%S+)" do seen[tag] = true end
  end
  for tag in pairs(wanted) do -- order: any complaint is a complaint
    if not seen[tag] then return fail("build.wrong_tags", ("%s: the wheel inside does not say %s"):format(name, tag), "the name and the content of a wheel agree; was it renamed?") end
  end
  for tag in pairs(seen) do -- order: any complaint is a complaint
    if not wanted[tag] then return fail("build.wrong_tags", ("%s: the wheel inside also says %s"):format(name, tag)) end
  end
  return parsed
end

local function glibc_of_tag(platform)
  local major, minor = platform:match "manylinux_(%d+)_(%d+)"
  return major and ("%s.%s"):format(major, minor)
end

local function check_wheel(world, job, name, path)
  local folder = path .. ".unpacked"
  local ok, err = world.archive.extract { file = path, to = folder }
  if not ok then return nil, err end
  local found, parsed, misnamed = {}, wheel_tags(world, name, folder)
  err = misnamed
  if parsed then ok, err = wheel_libraries(world, job, folder, "", found) end
  world.file.remove_tree { path = folder, below = path:match "^(.*)/" }
  if not parsed or not ok then return nil, err end
  local about = { format = "archive", libraries = {} }
  local allowed = glibc_of_tag(parsed.platform)
  for _, library in ipairs(found) do
    about.arch = library.arch
    table.move(library.libraries, 1, #library.libraries, #about.libraries + 1, about.libraries)
    if library.glibc and binary.newer(about.glibc or "0.0", library.glibc) then about.glibc = library.glibc end
  end
  if allowed and about.glibc and binary.newer(allowed, about.glibc) then
    return fail("build.wrong_tags", ("%s needs the GNU C library %s, its name promises %s"):format(name, about.glibc, allowed))
  end
  return about
end

-- Limits ---------------------------------------------------------------------------------------

local function within(job, name, size, about)
  local limits = job.limits
  local most = schema.bytes(limits.max_size)
  if most and size > most then
    return fail("build.too_large", ("%s has %d bytes, max_size allows %d"):format(name, size, most), "strip it, or raise max_size in slipway.lua")
  end
  if limits.glibc and about.glibc and binary.newer(limits.glibc, about.glibc) then
    return fail("build.linked", ("%s needs the GNU C library %s, max_glibc allows %s"):format(name, about.glibc, limits.glibc))
  end
  if not limits.libraries then return true end
  local allowed = {}
  for _, library in ipairs(limits.libraries) do allowed[library] = true end
  for _, library in ipairs(about.libraries) do
    if not allowed[library] then
      return fail("build.linked", ("%s is linked with %s, which libraries does not allow"):format(name, library), "link it statically, or name it in libraries")
    end
  end
  return true
end

local function told(about)
  if about.format == "other" or (about.format == "archive" and not about.arch) then return nil end
  return {
    kind = about.format .. (about.arch and " " .. about.arch or ""), glibc = about.glibc,
    linked = #about.libraries > 0 and table.concat(about.libraries, ", ") or "static",
  }
end

--- Looks at one file. Returns what is kept about it.
---@return table|false|nil about, slipway.Error?
function M.check(world, job, name, path)
  local about, ok, err
  if name:find "%.whl$" then
    about, err = check_wheel(world, job, name, path)
    if not about then return nil, err end
  else
    about = inspect(world, path)
    ok, err = machine(job, name, about)
    if not ok then return nil, err end
  end
  ok, err = within(job, name, world.file.stat(path).size, about)
  if not ok then return nil, err end
  return told(about) or false
end

--- Takes the files of a build, copied to `folder`, as its product.
---@param world table
---@param job table
---@param folder string
---@param names string[]
---@return { name: string, path: string, about: table? }[]?, slipway.Error?
function M.accept(world, job, folder, names)
  local list = {}
  for i, name in ipairs(names) do
    local path = folder .. "/" .. name
    local about, err = M.check(world, job, name, path)
    if about == nil then return nil, err end
    list[i] = { name = name, path = path, about = about or nil }
  end
  return list
end

return M
