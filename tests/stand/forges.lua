-- Forges for tests as verbs get them: a real Gitea, and fakes of GitHub and GitLab written from their documentation.
-- `local forges = stand "forges"`; forges.make.github(token?) → forge, a commit it knows, server.
local M = { kinds = { "gitea", "github", "gitlab" } }

local file = require "door.file"
local projects = stand "project"
local servers = stand "servers"

M.servers = servers

local count = 0

--- A forge by settings as in slipway.lua.
function M.open(settings, dir, token_text)
  local token = dir .. "/token"
  assert(file.write { path = token, text = token_text, mode = 384 })
  settings.token = "file:" .. token
  local http = require "door.http"
  local world = {
    http = { request = require "run.attempts"(http.request, require "door.clock"), escape = http.escape },
    secret = require "door.secret", digest = require "door.digest", file = file, process = require "door.process",
    clock = require "door.clock", together = require("run.together").run, project = { root = dir }, repo = { remote = function() end },
  }
  return require "forge.open"(settings, world), world
end

M.make = {}

function M.make.gitea(token, kind)
  M.gitea = M.gitea or servers.gitea()
  count = count + 1
  local repo = M.gitea.new_repo("forge" .. count)
  local p = projects.new { dir = scratch(), remote = repo.auth_url }
  M.gitea.settle(repo)
  local server = setmetatable({ repo = repo.owner .. "/" .. repo.name, path = ("/repos/%s/%s"):format(repo.owner, repo.name), project = p }, { __index = M.gitea })
  return assert(M.open({ kind = kind or "gitea", url = M.gitea.url, repo = server.repo }, p.home, token or M.gitea.token)), p.git("rev-parse", "main"), server
end

function M.make.github(token)
  local server = servers.fake_github()
  return assert(M.open({ kind = "github", url = server.url, repo = server.repo }, scratch(), token or server.token)), ("a"):rep(40), server
end

function M.make.gitlab(token)
  local server = servers.fake_gitlab()
  return assert(M.open({ kind = "gitlab", url = server.url, repo = server.repo }, scratch(), token or server.token)), ("a"):rep(40), server
end

--- A file to upload, with its digest.
function M.asset(name, text)
  local path = scratch() .. "/" .. name
  assert(file.write { path = path, text = text })
  return { name = name, path = path, size = #text, sha256 = require("door.digest").sha256(text) }
end

return M
