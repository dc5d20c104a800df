-- GitHub, and GitHub Enterprise by forge.url. The functions are those that forge/gitea.lua documents.
-- Source of every rule: docs.github.com, REST API, "Releases", "Release assets", "Commit statuses", "Check runs".
local errors = require "pure.errors"
local rest = require "forge.rest"

local function page_of(release)
  local assets = {}
  for i, asset in ipairs(release.assets or {}) do
    -- state "starter": the stub of an upload that was cut off; its size says nothing
    assets[i] = {
      id = asset.id, name = asset.name, size = asset.state == "uploaded" and asset.size or -1, url = asset.url,
      sha256 = type(asset.digest) == "string" and asset.digest:match "^sha256:(%x+)$" or nil,
    }
  end
  return {
    id = release.id, tag = release.tag_name, title = release.name, body = release.body or "", draft = release.draft,
    prerelease = release.prerelease, url = release.html_url, assets = assets,
    upload_url = release.upload_url and release.upload_url:gsub("{.*}$", ""),
  }
end

local function worst_of(runs, statuses)
  local pending, failed = false, {}
  for _, run in ipairs(runs) do
    if run.status ~= "completed" then
      pending = true
    elseif run.conclusion ~= "success" and run.conclusion ~= "neutral" and run.conclusion ~= "skipped" then
      failed[#failed + 1] = run.name
    end
  end
  for _, status in ipairs(statuses) do
    if status.state == "pending" then pending = true end
    if status.state == "failure" or status.state == "error" then failed[#failed + 1] = status.context end
  end
  local state = #failed > 0 and "red" or pending and "pending" or (#runs + #statuses == 0) and "none" or "green"
  return { state = state, failed = failed }
end

return function(o)
  local world = o.world
  local base = o.settings.url and o.settings.url:gsub("/+$", "") or "https://api.github.com"
  local client = rest.client {
    world = world, base = base, token = o.settings.token, prefix = "Bearer ", ca_file = o.settings.ca_file,
    headers = { Accept = "application/vnd.github+json", ["X-GitHub-Api-Version"] = "2022-11-28", ["User-Agent"] = "slipway" },
  }
  local repo = ("/repos/%s/%s"):format(world.http.escape(o.owner), world.http.escape(o.name))
  local forge = {}
  rest.pages(forge, client, repo, page_of)

  function forge.check()
    if not o.settings.token then return nil, errors.new { code = "forge.auth", message = "no token is configured for the forge", hint = 'forge.token = "env:GITHUB_TOKEN" in slipway.lua' } end
    local found, err = client.call("look at the repository", { path = repo })
    if not found then return nil, err end
    if not (found.permissions and found.permissions.push) then
      return nil, errors.new { code = "forge.forbidden", message = ("the token may not write to %s/%s"):format(o.owner, o.name), hint = "make a token with the right contents: write" }
    end
    return true
  end

  function forge.release(tag)
    local public, err = client.find("find the release", ("%s/releases/tags/%s"):format(repo, world.http.escape(tag)))
    if err then return nil, err end
    if public then return page_of(public) end
    -- Drafts are not found by their tag.
    local list, failed = client.pages("list the releases", repo .. "/releases?draft=true", "per_page")
    if not list then return nil, failed end
    for _, release in ipairs(list) do
      if release.tag_name == tag and release.draft then return page_of(release) end
    end
  end

  function forge.upload(page, file)
    local path = ("%s?name=%s"):format(page.upload_url, world.http.escape(file.name))
    local made, err = client.upload("upload " .. file.name, path, file.path, "application/octet-stream")
    return made and true, err
  end

  function forge.remove_asset(_, asset)
    return client.delete("remove " .. asset.name, ("%s/releases/assets/%d"):format(repo, asset.id))
  end

  function forge.digest(_, asset, scratch)
    if asset.sha256 then return asset.sha256 end
    return client.download("read back " .. asset.name, asset.url, scratch, "application/octet-stream")
  end

  function forge.publish(page, p)
    local done, err = client.call("publish the page", { method = "PATCH", path = ("%s/releases/%d"):format(repo, page.id), idempotent = true, body = {
      draft = false, prerelease = p.prerelease or false, make_latest = (p.latest and not p.prerelease) and "true" or "false",
    } })
    return done and page_of(done), err
  end

  function forge.checks(commit)
    local runs, err = client.call("ask for the checks", { path = ("%s/commits/%s/check-runs?per_page=100"):format(repo, commit) })
    if not runs then return nil, err end
    local status, failed = client.call("ask for the statuses", { path = ("%s/commits/%s/status"):format(repo, commit) })
    if not status then return nil, failed end
    return worst_of(runs.check_runs or {}, status.statuses or {})
  end

  return forge
end
