-- The world of facts, and of commands that only look: it cannot write. Not a promise, but a table in which the writing
-- functions do not exist. Nearly all of it is made at its first use: most commands look at the repository alone.
local cache_dir = require "run.cache_dir"
local git = require "door.git"
local host = require "door.host"
local lazy = require "run.lazy"

-- A table with the named functions of `object` only; methods keep their object.
local function only(object, names)
  local view = {}
  for _, name in ipairs(names) do
    view[name] = function(_, ...) return object[name](object, ...) end
  end
  return view
end

local reading = {
  "info", "config", "identity", "status", "resolve", "ref", "symbolic", "refs", "ref_names", "releases", "tag", "commit", "log", "changelog", "touches", "votes", "reached", "reached_soon", "line_ends", "line_is_long",
  "nearest_tag",
  "merge_base", "is_ancestor", "read", "list", "gather", "changes", "patch_id", "patch_ids", "similar", "files_state", "remote", "ls_remote",
}

-- The scratch store of looking ahead: objects come and are made there, refs are not, and nothing leaves.
local looking_ahead = { "fetch", "rebase", "pick" }
table.move(reading, 1, #reading, #looking_ahead + 1, looking_ahead)

-- Requests that change nothing on the other side.
local function only_asking(request)
  return function(o)
    local method = o.method or "GET"
    if method ~= "GET" and method ~= "HEAD" or o.body or o.body_file or o.form then error("a fact sends nothing: " .. method, 2) end
    return request(o)
  end
end

---@param project table
---@param o { offline: boolean?, time: integer? }?
return function(project, o)
  o = o or {}
  local function view(repo, names) return only(o.offline and require("run.offline").repo(repo) or repo, names) end
  local repo = view(project.repo, reading)
  local world
  world = lazy({
    repo = repo, git = { is_valid_ref = git.is_valid_ref }, config = project.config,
    project = setmetatable({ repo = repo }, { __index = project }), -- what is asked of the remote is kept here, for this reader
    offline = o.offline or false, time = o.time or require("door.clock").now(), cache_dir = cache_dir(), getenv = host.getenv,
    credential = function() return require("run.world").credential(project) end,
    identity = function(ref) return require("secret.oidc").is_present(ref, host.getenv) end,
  }, {
    clock = function()
      local clock = require "door.clock"
      return { now = clock.now, date = clock.date, iso = clock.iso, parse = clock.parse, sleep = require("run.requests").sleep }
    end,
    file = function()
      local file = require "door.file"
      return { read = file.read, piece = file.piece, stat = file.stat, list = file.list }
    end,
    process = function() return { which = require("door.process").which, ask = require("run.requests").ask_program } end,
    lock = function() return { show = require("door.lock").show } end,
    digest = function() return { sha256 = require("door.digest").sha256 } end,
    http = function()
      local request = o.offline and require("run.offline").request or require("run.requests").patient(project)
      return { request = only_asking(request), escape = require("door.http").escape }
    end,
    secret = function() return { resolve = require("run.secrets").resolver(world.http.request, { offline = o.offline }) } end,
    scratch = function()
      local scratch, err = require "run.scratch"(project)
      if not scratch then return nil, err end
      return view(scratch, looking_ahead)
    end,
    forge = function()
      local settings = project.config.forge
      if not settings then return nil end
      local forge, err = require("forge.open")(settings, world)
      if not forge then return nil, err end
      return forge.reading()
    end,
  })
  return world
end
