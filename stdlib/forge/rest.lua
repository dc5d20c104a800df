-- Requests to a forge: token, JSON, pages, and errors that say what is wrong. Repeating is the business of
-- world.http, which repeats only what is safe.
local errors = require "pure.errors"
local json = require "door.json"

local M = {}

local codes = { [401] = "forge.auth", [403] = "forge.forbidden", [404] = "forge.not_found", [409] = "forge.conflict", [422] = "forge.conflict", [429] = "forge.limited" }

local function text_of(response)
  local decoded = response.body and json.decode(response.body)
  local message = type(decoded) == "table" and (decoded.message or decoded.error)
  if type(message) == "string" and message ~= "" then return message end
  return (response.body or ""):sub(1, 200)
end

local function refusal(client, what, response)
  local code = codes[response.status] or (response.status >= 500 and "forge.broken" or "forge.refused")
  local hint
  if code == "forge.auth" then hint = ("the token (%s) is wrong or has expired; slipway doctor"):format(client.token or "none is configured: forge.token in slipway.lua") end
  if code == "forge.forbidden" then hint = "the token lacks the right to write to this repository" end
  return errors.new {
    code = code, message = ("%s: %s answered %d"):format(what, client.base:match "^%a+://([^/]+)", response.status),
    cause = text_of(response), hint = hint, retry = code == "forge.broken" or code == "forge.limited",
  }
end

--- A client. `base` is the address of the interface without a slash at its end.
---@param o { world: table, base: string, token: string?, prefix: string, ca_file: string?, headers: table? }
function M.client(o)
  local client = { base = o.base, token = o.token }
  local secret

  local function credential()
    if not o.token then return nil end
    if not secret then secret = errors.raise(o.world.secret.resolve { ref = o.token, dir = o.world.project.root }) end
    return { header = "Authorization", prefix = o.prefix, value = secret }
  end

  local function send(what, request)
    request.headers = request.headers or {}
    for name, value in pairs(o.headers or {}) do request.headers[name] = request.headers[name] or value end -- order: a set
    request.secret, request.ca_file = credential(), o.ca_file
    local response, err = o.world.http.request(request)
    if not response then return nil, errors.at(errors.adopt(err), what) end
    if response.status >= 400 then return nil, refusal(client, what, response), response.status end
    return response
  end

  local function address(path) return path:find "^https?://" and path or client.base .. path end

  --- Asks for JSON. Returns the decoded answer, true when it is empty; or nil, err, status.
  ---@param what string  for messages: "make the draft"
  ---@param o2 { method: string?, path: string, body: table?, idempotent: boolean? }
  function client.call(what, o2)
    local request = { method = o2.method or "GET", url = address(o2.path), idempotent = o2.idempotent, headers = { Accept = o2.accept or "application/json" } }
    if o2.body then
      request.body = assert(json.encode(o2.body))
      request.headers["Content-Type"] = "application/json"
    end
    local response, err, status = send(what, request)
    if not response then return nil, err, status end
    if not response.body or response.body == "" then return true end
    local value, malformed = json.decode(response.body)
    if value == nil then return nil, errors.at(errors.adopt(malformed), what) end
    return value
  end

  --- nil, nil when the answer is 404.
  function client.find(what, path)
    local value, err, status = client.call(what, { path = path })
    if value == nil and status == 404 then return nil end
    return value, err
  end

  --- All entries of a paged list.
  ---@param what string
  ---@param path string  with a "?" in it
  ---@param size_name string  "limit" or "per_page"
  function client.pages(what, path, size_name)
    local all = {}
    for page = 1, 200 do
      local list, err = client.call(what, { path = ("%s&%s=50&page=%d"):format(path, size_name, page) })
      if not list then return nil, err end
      if type(list) ~= "table" or #list == 0 then return all end -- a server may give fewer a page than it was asked for
      table.move(list, 1, #list, #all + 1, all)
    end
    return nil, errors.new { code = "forge.refused", message = ("%s: the list does not end"):format(what) }
  end

  --- Deletes; what is gone already is no error.
  function client.delete(what, path)
    local done, err, status = client.call(what, { method = "DELETE", path = path })
    if not done and status == 404 then return true end
    return done and true, err
  end

  --- Sends a file as it is, streamed from disk.
  function client.upload(what, path, file, content_type)
    local response, err, status = send(what, {
      method = "POST", url = address(path), body_file = file, headers = { ["Content-Type"] = content_type, Accept = "application/json" },
    })
    if not response then return nil, err, status end
    return json.decode(response.body)
  end

  --- Fetches a file to disk; returns its SHA-256.
  function client.download(what, path, to, accept)
    local response, err = send(what, { url = address(path), to_file = to, headers = { Accept = accept or "*/*" } })
    if not response then return nil, err end
    return response.sha256 or o.world.digest.sha256 { file = to }
  end

  return client
end

--- What GitHub and Gitea do alike with pages: Gitea's interface is made after GitHub's.
---@param forge table     gets make_draft, withdraw, remove and reading
---@param client table
---@param repo string     path of the repository below the interface's address
---@param page_of fun(release: table): table
function M.pages(forge, client, repo, page_of)
  local function path_of(page) return ("%s/releases/%d"):format(repo, page.id) end

  function forge.make_draft(p)
    local made, err = client.call("make the draft", { method = "POST", path = repo .. "/releases", body = {
      tag_name = p.tag, name = p.title, body = p.body, draft = true, prerelease = p.prerelease or false, target_commitish = p.target,
    } })
    return made and page_of(made), err
  end

  function forge.withdraw(page)
    local done, err = client.call("make the page a draft again", { method = "PATCH", path = path_of(page), idempotent = true, body = { draft = true } })
    return done and true, err
  end

  function forge.remove(page) return client.delete("remove the page", path_of(page)) end

  function forge.reading() return { check = forge.check, release = forge.release, checks = forge.checks } end
end

return M
