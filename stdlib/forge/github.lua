-- GitHub, and GitHub Enterprise by forge.url. The functions are those of forge/open.lua.
-- Source of every rule: docs.github.com, REST API, "Releases", "Release assets", "Commit statuses", "Check runs",
-- "Workflow runs"; immutable releases: "Preventing changes to your releases".
local errors = require "pure.errors"
local rest = require "forge.rest"

local function page_of(release)
  local assets = {}
  for i, asset in ipairs(release.assets or {}) do
    -- state "starter": the stub of an upload that was cut off; its size says nothing
    assets[i] = {
      id = asset.id, name = asset.name, size = asset.state == "uploaded" and asset.size or -1, url = asset.url, downloads = asset.download_count,
      sha256 = type(asset.digest) == "string" and asset.digest:match "^sha256:(%x+)$" or nil,
    }
  end
  return {
    id = release.id, tag = release.tag_name, title = release.name, body = release.body or "", draft = release.draft,
    prerelease = release.prerelease, url = release.html_url, assets = assets, immutable = release.immutable == true or nil,
    upload_url = release.upload_url and release.upload_url:gsub("{.*}$", ""),
  }
end

local fine = { success = true, neutral = true, skipped = true }

local function worst_of(runs, statuses)
  local pending, failed = {}, {}
  for _, run in ipairs(runs) do
    if run.status ~= "completed" then
      pending[#pending + 1] = run.name
    elseif not fine[run.conclusion] then
      failed[#failed + 1] = run.name
    end
  end
  for _, status in ipairs(statuses) do
    if status.state == "pending" then pending[#pending + 1] = status.context end
    if status.state == "failure" or status.state == "error" then failed[#failed + 1] = status.context end
  end
  local state = #failed > 0 and "red" or #pending > 0 and "pending" or (#runs + #statuses == 0) and "none" or "green"
  return { state = state, failed = failed, pending = pending }
end

local function add_checks(forge, client, repo, o)
  function forge.check()
    if not client.token then return nil, errors.new { code = "forge.auth", message = "no token is configured for the forge", hint = 'forge.token = "env:GITHUB_TOKEN" in slipway.lua' } end
    local found, err = client.repository(repo)
    if not found then return nil, err end
    if not (found.permissions and found.permissions.push) then
      return nil, errors.new { code = "forge.forbidden", message = ("the token may not write to %s/%s"):format(o.owner, o.name), hint = "make a token with the right contents: write" }
    end
    return true
  end

  function forge.token()
    local seen = client.seen or {}
    return { expires = seen["github-authentication-token-expiration"], scopes = seen["x-oauth-scopes"] }
  end

  function forge.checks(commit)
    local runs, err = client.pages("ask for the checks", ("%s/commits/%s/check-runs"):format(repo, commit), "per_page", "check_runs")
    if not runs then return nil, err end
    local statuses, failed = client.pages("ask for the statuses", ("%s/commits/%s/status"):format(repo, commit), "per_page", "statuses")
    if not statuses then return nil, failed end
    return worst_of(runs, statuses)
  end
end

local function add_pages(forge, client, repo, world)
  function forge.release(tag)
    local public, err = client.find("find the release", ("%s/releases/tags/%s"):format(repo, world.http.escape(tag)))
    if err then return nil, err end
    if public then return page_of(public) end
    -- Drafts are not found by their tag.
    local found, failed = client.each("list the releases", { path = repo .. "/releases", size_name = "per_page" }, function(release)
      if release.tag_name == tag and release.draft then return page_of(release) end
    end)
    if not found then return nil, failed end
    return found ~= true and found or nil
  end

  function forge.upload(page, file, progress)
    local path = ("%s?name=%s"):format(page.upload_url, world.http.escape(file.name))
    local made, err = client.upload("upload " .. file.name, { path = path, file = file.path, type = file.type, progress = progress })
    return made and true, err
  end

  function forge.remove_asset(_, asset)
    return client.delete("remove " .. asset.name, ("%s/releases/assets/%d"):format(repo, asset.id))
  end

  function forge.digest(_, asset, scratch)
    if asset.sha256 then return asset.sha256 end
    return client.download("read back " .. asset.name, asset.url, scratch, "application/octet-stream")
  end

  function forge.asset_text(asset) return client.text("read " .. asset.name, asset.url, 1 << 20, "application/octet-stream") end

  function forge.publish(page, p)
    return forge.patch_page("publish the page", page, {
      draft = false, prerelease = p.prerelease or false, make_latest = (p.latest and not p.prerelease) and "true" or "false",
    })
  end

  function forge.point_latest(page)
    local done, err = forge.patch_page("make it the latest", page, { make_latest = "true" })
    return done and true, err
  end
end

return function(o)
  local world = o.world
  local base = o.settings.url and o.settings.url:gsub("/+$", "") or "https://api.github.com"
  local web = o.settings.url and base:gsub("/api/v3$", "") or "https://github.com"
  local client = rest.client {
    world = world, base = base, token = o.settings.token, prefix = "Bearer ", ca_file = o.settings.ca_file,
    headers = { Accept = "application/vnd.github+json", ["X-GitHub-Api-Version"] = "2022-11-28", ["User-Agent"] = "slipway" },
  }
  local repo = ("/repos/%s/%s"):format(world.http.escape(o.owner), world.http.escape(o.name))
  local forge = { can = { point = true, prerelease = true, cancel = true }, parallel_uploads = true }
  require "forge.hub_pages"(forge, client, repo, { page_of = page_of, size_name = "per_page" })
  require "forge.hub_authors"(forge, client, repo, { escape = world.http.escape, size_name = "per_page" })
  require "forge.hub_planning"(forge, client, repo, {
    world = world, size_name = "per_page", pulls_of = "pulls",
    pull_query = function(p, escape) return ("head=%s&base=%s&sort=updated&direction=desc"):format(escape(o.owner .. ":" .. p.head), escape(p.base)) end,
    milestone_query = function(milestone) return "milestone=" .. milestone.id end,
  })
  require "forge.hub_runs"(forge, client, repo, {
    world = world, size_name = "per_page", tells_steps = true,
    dispatch_page = function(workflow) return ("%s/%s/%s/actions/workflows/%s"):format(web, o.owner, o.name, workflow) end,
  })
  require "forge.hub_artifacts"(forge, client, repo, { size_name = "per_page" })
  add_checks(forge, client, repo, o)
  add_pages(forge, client, repo, world)
  return forge
end
