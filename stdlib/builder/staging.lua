-- What goes to another place and what comes back: a folder with the checkout, the texts of the builder and the script;
-- then the files with their digests, which are compared before they count.
local errors = require "pure.errors"
local here = require "builder.here"
local open = require "builder.open"
local outputs = require "builder.outputs"
local script = require "builder.script"
local workspace = require "builder.workspace"

local M = {}

--- A folder of this build's own at the place; two runs, and two attempts of one, never meet.
---@param world table
---@param job table
---@param base string
---@param attempt integer
---@return string
function M.work(world, job, base, attempt) return ("%s/%s-%s-%d"):format(base, world.run.id, job.target, attempt) end

--- Where things will be at the place; what is read is read from the checkout here.
local function places(world, place, job, work, base, folder)
  local source = work .. "/source"
  local dir = job.dir and "/" .. job.dir or ""
  local own, programs = place.programs or {}, (world.config.build or {}).programs or {}
  return {
    source = source, dir = source .. dir, out = work .. "/out", side = work .. "/side", tools = base .. "/tools",
    cache = ("%s/cache/%s-%s"):format(base, world.digest.sha256(world.project.root):sub(1, 12), job.target),
    program = function(name) return own[name] or (programs[name] and place.kind == "container" and programs[name]) or { name } end,
    read = function(path) return world.file.read(("%s%s/%s"):format(folder, dir, path)) end, matching = here.matching(world, folder .. dir),
    environment = {}, home = nil, native = place.platform == nil or place.platform == (job.on and job.on.name),
  }
end

--- Lays out the folder that goes there.
---@param world table
---@param o { place: table, a: table, job: table, base: string, work: string, attempt: integer }
---@return { folder: string, steps: table, at: table }? staged, slipway.Error?
function M.prepare(world, o)
  local job = o.job
  local name = ("away-%s-%d"):format(job.target, o.attempt)
  local stage = workspace.base(world) .. "/" .. name
  local made, unmade = here.fresh(world, stage)
  if not made then return nil, unmade end
  local folder, err = workspace.checkout(world, o.a.commit, name .. "/source")
  if not folder then return nil, err end
  local at = places(world, o.place, job, o.work, o.base, folder)
  local steps = open.builder(job.builder).steps(job, at)
  local ok, failed = here.fresh(world, stage .. "/side")
  if ok then ok, failed = here.write_texts(world, stage .. "/side", steps.texts) end
  if not ok then return nil, failed end
  local commit = world.repo:commit(o.a.commit)
  local env = here.environment(at, steps, job, commit and commit.committer.time or world.time)
  env.LANG = "C.UTF-8"
  ok, failed = world.file.write { path = stage .. "/build.sh", text = script.text { place = o.place, work = o.work, at = at, steps = steps, env = env }, mode = 493 }
  if not ok then return nil, failed end
  return { folder = stage, steps = steps, at = at }
end

local function sums_of(text)
  local sums = {}
  for hex, name in (text or ""):gmatch "(%x+)%s+[*]?%./([^\n]+)" do sums[name] = hex end
  return sums
end

--- Takes what came back: `back` holds result/, sums and perhaps listing.
---@param world table
---@param job table
---@param steps table
---@param back string
---@param to string
---@return table[]? files, slipway.Error?
function M.receive(world, job, steps, back, to)
  local listing = steps.exact and {} or nil
  for name in (listing and world.file.read(back .. "/listing") or ""):gmatch "[^\n]+" do listing[#listing + 1] = name end
  local ok, err = outputs.complete(job, steps, { exists = function(file) return world.file.stat(back .. "/result/" .. file.as) end, listing = listing })
  if not ok then return nil, err end
  local sums, names = sums_of(world.file.read(back .. "/sums")), {}
  for i, file in ipairs(steps.files) do
    local path = to .. "/" .. file.as
    ok, err = world.file.copy { from = back .. "/result/" .. file.as, to = path }
    if not ok then return nil, err end
    if world.digest.sha256 { file = path } ~= sums[file.as] then
      return nil, errors.new { code = "build.altered", message = ("%s is not the file that was built: its digest has changed on the way"):format(file.as), retry = true }
    end
    names[i] = file.as
  end
  return outputs.accept(world, job, to, names)
end

--- Forgets the folder that went there.
function M.clear(world, staged)
  workspace.remove(world, staged.folder)
end

return M
