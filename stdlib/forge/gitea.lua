-- Gitea and Forgejo. The functions are those of forge/open.lua.
local errors = require "pure.errors"
local rest = require "forge.rest"

local function page_of(release)
  local assets = {}
  for i, asset in ipairs(release.assets or {}) do
    assets[i] = { id = asset.id, name = asset.name, size = asset.size, url = asset.browser_download_url, downloads = asset.download_count }
  end
  return {
    id = release.id, tag = release.tag_name, title = release.name, body = release.body or "", draft = release.draft,
    prerelease = release.prerelease, url = release.html_url, assets = assets,
  }
end

--- Gitea's word for a status, and ours.
local states = { success = "green", pending = "pending", failure = "red", error = "red", warning = "green", skipped = "green" }

local function add_checks(forge, client, repo)
  function forge.check()
    local found, err = client.repository(repo)
    if not found then return nil, err end
    if not client.token then return nil, errors.new { code = "forge.auth", message = "no token is configured for the forge", hint = 'forge.token = "env:GITEA_TOKEN" in slipway.lua' } end
    if not (found.permissions and found.permissions.push) then
      return nil, errors.new { code = "forge.forbidden", message = ("the token may not write to %s"):format(found.full_name), hint = "make a token with write:repository" }
    end
    return true
  end

  function forge.token() return {} end -- Gitea tells nothing of a token but by refusing it

  -- One check has one word for each of its states, in the order they came; the last one counts.
  function forge.checks(commit)
    local seen, order = {}, {}
    local ok, err = client.each("ask for the checks", { path = ("%s/commits/%s/statuses"):format(repo, commit), size_name = "limit", size = 50 }, function(entry)
      local known = seen[entry.context]
      if not known then order[#order + 1] = entry.context end
      if not known or entry.id > known.id then seen[entry.context] = { id = entry.id, state = states[entry.status] or "pending" } end
    end)
    if not ok then return nil, err end
    local result = { state = "none", failed = {}, pending = {} }
    for _, name in ipairs(order) do
      local state = seen[name].state
      if state == "red" then result.failed[#result.failed + 1] = name end
      if state == "pending" then result.pending[#result.pending + 1] = name end
    end
    if #order > 0 then result.state = #result.failed > 0 and "red" or #result.pending > 0 and "pending" or "green" end
    return result
  end
end

local function add_pages(forge, client, repo, world)
  local escape = world.http.escape

  function forge.release(tag)
    local public, failed = client.find("find the release", ("%s/releases/tags/%s"):format(repo, escape(tag)))
    if failed then return nil, failed end
    if public and not public.draft then return page_of(public) end
    local found, err = client.each("list the drafts", { path = repo .. "/releases?draft=true", size_name = "limit", size = 50 }, function(release)
      if release.tag_name == tag and release.draft then return page_of(release) end
    end)
    if not found then return nil, err end
    return found ~= true and found or nil
  end

  --- Gitea looks at a pushed tag some time after it has answered the push, and a draft of that tag which it finds then
  --- becomes public (services/repository/push.go, pushUpdateAddTags: IsDraft = false). Its feed tells when it has looked.
  local function wait_for_push(tag)
    local pushed = client.find("look for the tag", ("%s/tags/%s"):format(repo, escape(tag)))
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

  function forge.upload(page, file, progress)
    local path = ("%s/releases/%d/assets?name=%s"):format(repo, page.id, escape(file.name))
    local made, err = client.upload("upload " .. file.name, { path = path, file = file.path, type = file.type, progress = progress })
    return made and true, err
  end

  function forge.remove_asset(page, asset)
    return client.delete("remove " .. asset.name, ("%s/releases/%d/assets/%d"):format(repo, page.id, asset.id))
  end

  function forge.digest(_, asset, scratch) return client.download("read back " .. asset.name, asset.url, scratch) end

  function forge.asset_text(asset) return client.text("read " .. asset.name, asset.url, 1 << 20) end

  function forge.publish(page, p)
    return forge.patch_page("publish the page", page, { draft = false, prerelease = p.prerelease or false })
  end

  -- models/repo/release.go, GetLatestReleaseByRepoID: the newest by date that is no draft and no pre-release.
  function forge.point_latest()
    return nil, errors.new {
      code = "forge.unsupported", message = "Gitea takes the newest release for the latest; the mark cannot be moved",
      hint = "mark what should not be the latest as a pre-release",
    }
  end
end

return function(o)
  local world = o.world
  local web = o.settings.url and o.settings.url:gsub("/+$", "")
  if not web then return nil, errors.new { code = "forge.no_url", message = "forge.url is missing", hint = 'set forge.url = "https://…" in slipway.lua' } end
  local client = rest.client { world = world, base = web .. "/api/v1", token = o.settings.token, prefix = "token ", ca_file = o.settings.ca_file }
  local repo = ("/repos/%s/%s"):format(world.http.escape(o.owner), world.http.escape(o.name))
  local forge = { can = { point = false, prerelease = true, cancel = false }, parallel_uploads = true }
  require "forge.hub_pages"(forge, client, repo, { page_of = page_of, size_name = "limit" })
  require "forge.hub_authors"(forge, client, repo, { escape = world.http.escape })
  require "forge.hub_planning"(forge, client, repo, {
    world = world, size_name = "limit", pulls_of = "pull",
    pull_query = function() return "sort=recentupdate" end,
    milestone_query = function(milestone, escape) return "milestones=" .. escape(milestone.title) end,
    kind_query = { issue = "type=issues", pull = "type=pulls" },
  })
  -- tells_steps: services/convert/convert.go gives every step of a job the job's own state.
  require "forge.hub_runs"(forge, client, repo, {
    world = world, size_name = "limit", dispatch_query = "?return_run_details=true",
    dispatch_page = function(workflow) return ("%s/%s/%s/actions?workflow=%s"):format(web, o.owner, o.name, workflow) end,
  })
  require "forge.hub_artifacts"(forge, client, repo, { size_name = "limit" })
  add_checks(forge, client, repo)
  add_pages(forge, client, repo, world)
  return forge
end
