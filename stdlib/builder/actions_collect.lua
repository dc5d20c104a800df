-- Takes what a run of Actions has built for one target: the artifact with the target's name, unpacked safely, holding
-- exactly the files that the plan names, each for the platform it is meant for.
local binary = require "pure.binary"
local errors = require "pure.errors"
local outputs = require "builder.outputs"

local M = {}

local function fail(code, message, hint, more)
  local err = { code = code, message = message, hint = hint }
  for name, value in pairs(more or {}) do err[name] = value end -- order: a set
  return nil, errors.new(err)
end

--- The newest artifact of the target: after a rerun there may be an older one.
local function choose(artifacts, run, target)
  local found, names = nil, {}
  for _, artifact in ipairs(artifacts) do
    names[#names + 1] = artifact.name
    if artifact.name == target and (not found or artifact.id > found.id) then found = artifact end
  end
  if not found then
    local instead = #names > 0 and "it has " .. table.concat(names, ", ") or "it has none"
    return fail("build.no_product", ("run #%d has no artifact '%s'; %s"):format(run.id, target, instead),
      "the workflow keeps each target's files as an artifact of its name, by version 4 of the upload action: slipway help actions")
  end
  if found.expired then
    return fail("build.expired", ("the artifact %s of run #%d has expired"):format(target, run.id), "slipway resume   builds it again")
  end
  return found
end

--- All files below a folder; their names are unique, since the plan's are.
local function files_below(world, folder, list)
  for _, name in ipairs(world.file.list(folder) or {}) do
    local path = folder .. "/" .. name
    local info = world.file.stat(path, { follow = false })
    if info and info.kind == "folder" then files_below(world, path, list) else list[#list + 1] = { name = name, path = path } end
  end
  return list
end

local function sums_of(text)
  local sums = {}
  for hex, name in (text or ""):gmatch "(%x+)%s+[*]?([^\n]+)" do sums[name:match "[^/]+$"] = hex end
  return sums
end

--- What `slipway run build --to` writes beside the files is taken as their digests, not as a file.
local function split_sums(world, found, wanted)
  local files, sums = {}, nil
  for _, one in ipairs(found) do
    if one.name == "SHA256SUMS" and not wanted[one.name] then sums = sums_of(world.file.read(one.path)) else files[#files + 1] = one end
  end
  return files, sums or {}
end

local function is_program(world, path)
  local about = binary.inspect(function(offset, size) return world.file.piece { path = path, offset = offset, size = size } end)
  return about.format == "elf" or about.format == "mach-o" or about.format == "pe"
end

--- One file of ours from those that came. Artifacts lose the right to be executed.
local function take(world, one, sum, path)
  local ok, err = world.file.copy { from = one.path, to = path }
  if not ok then return nil, err end
  if sum and world.digest.sha256 { file = path } ~= sum then
    return fail("build.altered", ("%s is not the file that was built: its digest has changed on the way"):format(one.name))
  end
  if is_program(world, path) then return world.file.chmod { path = path, mode = 493 } end
  return true
end

local function accept(world, job, run, folder, to)
  local names, wanted, steps = {}, {}, { files = {}, exact = "artifact" }
  for i, path in ipairs(job.produce) do
    names[i] = path:match "[^/]+$"
    wanted[names[i]], steps.files[i] = true, { from = "artifact/" .. names[i], as = names[i] }
  end
  local files, sums = split_sums(world, files_below(world, folder, {}), wanted)
  local by_name, listing = {}, {}
  for i, one in ipairs(files) do
    if by_name[one.name] then return fail("build.extra_product", ("run #%d made %s twice for %s"):format(run.id, one.name, job.target)) end
    by_name[one.name], listing[i] = one, one.name
  end
  local ok, err = outputs.complete(job, steps, { exists = function(file) return by_name[file.as] end, listing = listing })
  if not ok then return nil, err end
  for _, name in ipairs(names) do
    ok, err = take(world, by_name[name], sums[name], to .. "/" .. name)
    if not ok then return nil, err end
  end
  return outputs.accept(world, job, to, names)
end

local function unpack_and_accept(world, o, artifact, base)
  local zip, folder = base .. "/artifact.zip", base .. "/unpacked"
  o.say(("run #%d: fetches %s (%d KiB)"):format(o.run.id, artifact.name, (artifact.size or 0) // 1024))
  local digest, err = world.forge.fetch_artifact(artifact, zip)
  if not digest then return nil, err end
  if artifact.sha256 and artifact.sha256 ~= digest then
    return fail("build.altered", ("the artifact %s is not what the run kept: its digest has changed on the way"):format(artifact.name), nil, { retry = true })
  end
  local ok, bad = world.archive.extract { file = zip, to = folder }
  if not ok then return nil, errors.at(errors.adopt(bad), "unpack the artifact " .. artifact.name) end
  return accept(world, o.job, o.run, folder, o.to)
end

--- Leaves the target's files in the folder `to`.
---@param world table
---@param o { run: table, job: table, to: string, say: fun(text: string) }
---@return table[]? files, slipway.Error?
function M.take(world, o)
  local artifacts, err = world.forge.artifacts(o.run)
  if not artifacts then return nil, err end
  local artifact, lacking = choose(artifacts, o.run, o.job.target)
  if not artifact then return nil, lacking end
  local base = ("%s/artifact-%s"):format(world.run.dir, o.job.target)
  world.file.remove_tree { path = base, below = world.run.dir }
  local ok, unmade = world.file.mkdir { path = base, parents = true }
  if not ok then return nil, unmade end
  local files, failed = unpack_and_accept(world, o, artifact, base)
  world.file.remove_tree { path = base, below = world.run.dir }
  return files, failed
end

return M
