-- Gitea and Forgejo. This file also documents what every forge offers:
--
--   check()                       → true                is the repository there and may this token write to it?
--   release(tag)                  → Page | nil          the page of a tag, draft or public
--   make_draft{ tag, title, body, prerelease, target } → Page
--   upload(page, file)            → true                file = { name, path, size, sha256 }
--   remove_asset(page, asset)     → true
--   digest(page, asset, scratch)  → sha256              what the forge has, by its word or by downloading it
--   publish(page, { prerelease, latest }) → Page
--   withdraw(page)                → true                makes a page that became public too early a draft again
--   remove(page)                  → true
--   checks(commit)                → { state = "green"|"red"|"pending"|"none", failed, url }
--   reading()                     → the functions above that change nothing
--
-- Page = { id, tag, title, body, draft, prerelease, url, assets = { { id, name, size, sha256?, url } } }
-- All return nil, err when the forge refuses or does not answer.
local errors = require "pure.errors"
local rest = require "forge.rest"

local function page_of(release)
  local assets = {}
  for i, asset in ipairs(release.assets or {}) do
    assets[i] = { id = asset.id, name = asset.name, size = asset.size, url = asset.browser_download_url }
  end
  return {
    id = release.id, tag = release.tag_name, title = release.name, body = release.body or "", draft = release.draft,
    prerelease = release.prerelease, url = release.html_url, assets = assets,
  }
end

--- Gitea's word for a combined status, and ours.
local states = { success = "green", pending = "pending", failure = "red", error = "red", warning = "green" }

return function(o)
  local world = o.world
  local base = o.settings.url and o.settings.url:gsub("/+$", "")
  if not base then return nil, errors.new { code = "forge.no_url", message = "forge.url is missing", hint = 'set forge.url = "https://…" in slipway.lua' } end
  local client = rest.client { world = world, base = base .. "/api/v1", token = o.settings.token, prefix = "token ", ca_file = o.settings.ca_file }
  local repo = ("/repos/%s/%s"):format(world.http.escape(o.owner), world.http.escape(o.name))
  local forge = {}
  rest.pages(forge, client, repo, page_of)

  function forge.check()
    local found, err = client.call("look at the repository", { path = repo })
    if not found then return nil, err end
    if not o.settings.token then return nil, errors.new { code = "forge.auth", message = "no token is configured for the forge", hint = 'forge.token = "env:GITEA_TOKEN" in slipway.lua' } end
    if not (found.permissions and found.permissions.push) then
      return nil, errors.new { code = "forge.forbidden", message = ("the token may not write to %s/%s"):format(o.owner, o.name), hint = "make a token with write:repository" }
    end
    return true
  end

  function forge.release(tag)
    local list, err = client.pages("list the releases", repo .. "/releases?draft=true", "limit")
    if not list then return nil, err end
    local public, failed = client.find("find the release", ("%s/releases/tags/%s"):format(repo, world.http.escape(tag)))
    if failed then return nil, failed end
    if public and not public.draft then return page_of(public) end
    for _, release in ipairs(list) do
      if release.tag_name == tag and release.draft then return page_of(release) end
    end
  end

  --- Gitea looks at a pushed tag some time after it has answered the push, and a draft of that tag which it finds then
  --- becomes public (services/repository/push.go, pushUpdateAddTags: IsDraft = false). Its feed tells when it has looked.
  local function wait_for_push(tag)
    local pushed = client.find("look for the tag", ("%s/tags/%s"):format(repo, world.http.escape(tag)))
    if not pushed then return end
    for _ = 1, 50 do
      local feed = client.call("read the feed", { path = repo .. "/activities/feeds?limit=50" })
      if not feed or #feed >= 50 then return end -- no feed to wait for, or so busy a one that the tag may be behind it
      for _, entry in ipairs(feed) do
        local named = entry.op_type == "push_tag" and entry.ref_name
        if named == tag or named == "refs/tags/" .. tag then return world.clock.sleep(300) end -- it writes just after the feed
      end
      world.clock.sleep(200)
    end
  end

  local make_draft = forge.make_draft
  function forge.make_draft(p)
    wait_for_push(p.tag)
    return make_draft(p)
  end

  function forge.upload(page, file)
    local path = ("%s/releases/%d/assets?name=%s"):format(repo, page.id, world.http.escape(file.name))
    local made, err = client.upload("upload " .. file.name, path, file.path, "application/octet-stream")
    return made and true, err
  end

  function forge.remove_asset(page, asset)
    return client.delete("remove " .. asset.name, ("%s/releases/%d/assets/%d"):format(repo, page.id, asset.id))
  end

  function forge.digest(_, asset, scratch)
    return client.download("read back " .. asset.name, asset.url, scratch)
  end

  function forge.publish(page, p)
    local done, err = client.call("publish the page", { method = "PATCH", path = ("%s/releases/%d"):format(repo, page.id), idempotent = true,
      body = { draft = false, prerelease = p.prerelease or false } })
    return done and page_of(done), err
  end

  function forge.checks(commit)
    local status, err = client.call("ask for the checks", { path = ("%s/commits/%s/status"):format(repo, commit) })
    if not status then return nil, err end
    local statuses = type(status.statuses) == "table" and status.statuses or {}
    if #statuses == 0 then return { state = "none" } end
    local failed = {}
    for _, entry in ipairs(statuses) do
      if states[entry.status] == "red" then failed[#failed + 1] = entry.context end
    end
    return { state = states[status.state] or "pending", failed = failed, url = status.url }
  end

  return forge
end
