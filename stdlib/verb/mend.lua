-- Runs tools that mend files (formatters, linters with fixes) in a clean checkout of a commit, and commits what
-- they changed. Where they change nothing the commit stays what it is.
local commit_on = require "repository.commit_on"
local errors = require "pure.errors"
local json = require "door.json"
local verb = require "pure.declare"
local workspace = require "builder.workspace"

-- What the tools made is kept with the run: a killed run commits the same bytes when it is resumed.
local function record_path(world, a)
  local name = world.step and world.step.id or world.digest.sha256(table.concat(a.run[1] or {}, "\0") .. a.at):sub(1, 16)
  return ("%s/mended-%s.json"):format(world.run.dir, name)
end

local function recorded(world, a)
  local text = world.file.read(record_path(world, a))
  return text and json.decode(text)
end

--- Digests of a commit's files as they lie in the checkout.
local function snapshot(world, folder, at)
  local entries, err = world.repo:list { at = at, recursive = true }
  if not entries then return nil, err end
  local digests = {}
  for _, entry in ipairs(entries) do
    local path = folder .. "/" .. entry.path
    if entry.kind == "file" and world.file.stat(path) then
      local digest, failed = world.digest.sha256 { file = path }
      if not digest then return nil, failed end
      digests[#digests + 1] = { path = entry.path, digest = digest }
    end
  end
  return digests
end

local function changed(world, folder, before)
  local files = {}
  for _, entry in ipairs(before) do
    local path = folder .. "/" .. entry.path
    if not world.file.stat(path) then
      files[#files + 1] = { path = entry.path, remove = true }
    elseif world.digest.sha256 { file = path } ~= entry.digest then
      local content, err = world.file.read(path)
      if not content then return nil, err end
      files[#files + 1] = { path = entry.path, content = content }
    end
  end
  return files
end

local function mended(world, a)
  local folder, err = workspace.checkout(world, a.at, "mend")
  if not folder then return nil, err end
  local before, unread = snapshot(world, folder, a.at)
  if not before then return nil, unread end
  local ok, failed = workspace.run(world, folder, a.run, { name = "mend", timeout = a.timeout })
  if not ok then return nil, failed end
  local files, lost = changed(world, folder, before)
  if not files then return nil, lost end
  workspace.remove(world, folder)
  local text, bad = json.encode(json.array(files))
  if not text then return nil, errors.new { code = "mend.binary", message = "the tools changed a file that is no text", cause = bad } end
  local written, full = world.file.write { path = record_path(world, a), text = text }
  if not written then return nil, full end
  return files
end

return verb {
  name = "mend", class = "local", summary = "Let tools mend the files of a commit, and commit what they changed.",
  params = { on = "text", at = "commit", run = "list", message = "text", timeout = "duration?" }, returns = { commit = "oid" },
  tip = { branch = "on", at = "at", result = "commit" },
  undo_says = "move back",
  label = function(a) return ("the commit \"%s\""):format(a.message:match "^[^\n]*") end,
  example = 'p:mend { on = "main", run = { { "cargo", "fmt" } }, message = "style: format" }',
  describe = function(a)
    local names = {}
    for i, argv in ipairs(a.run) do names[i] = table.concat(argv, " ") end
    return ("mend on %s: %s"):format(a.on, table.concat(names, "; "))
  end,
  verify = function(world, a)
    local files = recorded(world, a)
    if not files then return "absent" end
    if #files == 0 then return "same", { commit = a.at } end
    return commit_on.verify(world, a, files)
  end,
  apply = function(world, a)
    local files, err = recorded(world, a), nil
    if not files then files, err = mended(world, a) end
    if not files then return nil, err end
    if #files == 0 then return { commit = a.at } end
    return commit_on.apply(world, a, files)
  end,
  undo = function(world, a, done)
    if done.commit ~= a.at then
      local ok, err = commit_on.undo(world, a, done)
      if not ok then return nil, err end
    end
    if world.file.stat(record_path(world, a)) then world.file.remove(record_path(world, a)) end
    return true
  end,
}
