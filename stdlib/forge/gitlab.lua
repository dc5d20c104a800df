-- GitLab: gitlab.com, or one's own by forge.url. The functions are those of forge/open.lua.
-- Source of every rule: docs.gitlab.com, REST API, "Releases", "Release links", "Generic packages", "Packages",
-- "Commits", "Personal access tokens".
--
-- GitLab has no draft releases: a release is public when it is made. So a draft here is a generic package of the
-- project (name: the repository's with "-release", version: the tag). It holds the assets, and a file with title and
-- text; publishing makes the release, with a link to each file. GitLab knows no pre-releases either; what must not
-- become the latest is dated just before the release that is ("historical release").
local errors = require "pure.errors"
local json = require "door.json"
local rest = require "forge.rest"

local PAGE_FILE = "slipway-page.json"
local LEVEL_TO_WRITE = 30 -- Developer

local function given(value) return value ~= json.null and value or nil end

-- File names of packages take letters, digits and .+_-@~ only; everything else becomes ~XX.
local function stored_name(name)
  return (name:gsub("[^%w.+_@-]", function(c) return ("~%02X"):format(c:byte()) end))
end

local function shown_name(name)
  return (name:gsub("~(%x%x)", function(digits) return string.char(tonumber(digits, 16)) end))
end

-- What takes part in addresses of packages: a tag with a folder in it is one word there.
local function package_version(tag) return (tag:gsub("[^%w.+_-]", "-")) end

local function add_checks(forge, client, repo)
  function forge.check()
    if not client.token then return nil, errors.new { code = "forge.auth", message = "no token is configured for the forge", hint = 'forge.token = "env:GITLAB_TOKEN" in slipway.lua' } end
    local found, err = client.repository(repo)
    if not found then return nil, err end
    local level = 0
    for _, access in ipairs { "project_access", "group_access" } do
      local entry = found.permissions and given(found.permissions[access])
      if entry then level = math.max(level, entry.access_level or 0) end
    end
    if level < LEVEL_TO_WRITE then
      return nil, errors.new { code = "forge.forbidden", message = ("the token may not write to %s"):format(found.path_with_namespace), hint = "its role must be Developer at least" }
    end
    local token = client.find("look at the token", "/personal_access_tokens/self") -- job tokens have no such page
    local scopes = token and table.concat(token.scopes or {}, ", ")
    if scopes and not (", " .. scopes .. ","):find(", api,", 1, true) then
      return nil, errors.new { code = "forge.forbidden", message = ("the token's scopes are %s; publishing needs api"):format(scopes), hint = "make a token with the scope api" }
    end
    return true
  end

  function forge.token()
    local token, err = client.find("look at the token", "/personal_access_tokens/self")
    if err then return nil, err end
    return token and { expires = given(token.expires_at), scopes = table.concat(token.scopes or {}, ", ") } or {}
  end

  function forge.checks(commit)
    local list, err = client.pages("ask for the checks", ("%s/repository/commits/%s/statuses"):format(repo, commit), "per_page")
    if not list then return nil, err end
    local result = { state = "none", failed = {}, pending = {} }
    for _, entry in ipairs(list) do
      local status = entry.status
      if (status == "failed" or status == "canceled") and not entry.allow_failure then result.failed[#result.failed + 1] = entry.name end
      local waits = status ~= "success" and status ~= "failed" and status ~= "canceled" and status ~= "skipped" and not (status == "manual" and entry.allow_failure)
      if waits then result.pending[#result.pending + 1] = entry.name end
    end
    if #list > 0 then result.state = #result.failed > 0 and "red" or #result.pending > 0 and "pending" or "green" end
    return result
  end

  function forge.tags()
    local list = {}
    local ok, err = client.each("list the tags", { path = repo .. "/repository/tags", size_name = "per_page" }, function(tag)
      list[#list + 1] = { name = tag.name, commit = tag.commit.id }
    end)
    if not ok then return nil, err end
    return list
  end
end

-- The package that holds a page's files: { id, files = { { id, name, size, sha256 } }, page = title and text }.
local function add_store(store, client, repo, o)
  local world, name = o.world, stored_name(o.name) .. "-release"
  local escape = world.http.escape

  function store.address(tag, file)
    return ("%s%s/packages/generic/%s/%s%s"):format(client.base, repo, escape(name), escape(package_version(tag)), file and "/" .. escape(stored_name(file)) or "")
  end

  local function find(tag)
    local path = ("%s/packages?package_type=generic&package_name=%s&package_version=%s"):format(repo, escape(name), escape(package_version(tag)))
    local found, err = client.each("look for the draft", { path = path, size_name = "per_page" }, function(package)
      if package.name == name and package.version == package_version(tag) then return package end
    end)
    if not found then return nil, err end
    return found ~= true and found or nil
  end

  -- The newest file of a name is the one that GitLab serves.
  function store.open(tag)
    local package, err = find(tag)
    if not package then return nil, err end
    local files, failed = client.pages("list the files", ("%s/packages/%d/package_files"):format(repo, package.id), "per_page")
    if not files then return nil, failed end
    local opened = { id = package.id, files = {}, pages = {} }
    for _, file in ipairs(files) do
      local entry = { id = file.id, name = shown_name(file.file_name), size = file.size, sha256 = given(file.file_sha256) }
      if entry.name == PAGE_FILE then opened.pages[#opened.pages + 1] = entry else opened.files[#opened.files + 1] = entry end
    end
    if #opened.pages > 0 then
      local text, lost = client.text("read the draft", store.address(tag, PAGE_FILE), 4 * 1024 * 1024)
      if not text then return nil, lost end
      opened.page = json.decode(text)
    end
    return opened
  end

  function store.put_page(tag, page)
    return client.call("write the draft", { method = "PUT", path = store.address(tag, PAGE_FILE), body = page, idempotent = true })
  end

  function store.put(tag, file, progress)
    return client.upload("upload " .. file.name, { method = "PUT", path = store.address(tag, file.name), file = file.path, type = file.type, progress = progress })
  end

  function store.drop(package, file) return client.delete("remove " .. file.name, ("%s/packages/%d/package_files/%d"):format(repo, package, file.id)) end
  function store.remove(package) return client.delete("remove the draft", ("%s/packages/%d"):format(repo, package)) end
end

-- A public page: its links, and of our own files what the package knows. A link elsewhere has no size to compare.
local function public_page(release, opened, store)
  local by_address, assets = {}, {}
  for _, file in ipairs(opened and opened.files or {}) do by_address[store.address(release.tag_name, file.name)] = file end
  for i, link in ipairs(release.assets and release.assets.links or {}) do
    local file = by_address[link.url] or {}
    assets[i] = { id = file.id or link.id, link = link.id, name = link.name, size = file.size or -1, sha256 = file.sha256, url = link.url }
  end
  return {
    id = opened and opened.id or 0, tag = release.tag_name, title = release.name, body = given(release.description) or "", draft = false, assets = assets,
    url = given(release._links) and release._links.self or nil, released = release.released_at, package = opened and opened.id,
  }
end

local function draft_page(tag, opened, store)
  local assets = {}
  for i, file in ipairs(opened.files) do
    assets[i] = { id = file.id, name = file.name, size = file.size, sha256 = file.sha256, url = store.address(tag, file.name) }
  end
  local page = opened.page or {}
  return { id = opened.id, tag = tag, title = page.title, body = page.body or "", draft = true, prerelease = page.prerelease, assets = assets, package = opened.id, url = "(draft)" }
end

local function add_pages(forge, client, repo, store, world)
  local function path_of(tag) return ("%s/releases/%s"):format(repo, world.http.escape(tag)) end

  function forge.release(tag)
    local release, err = client.find("find the release", path_of(tag))
    if err then return nil, err end
    local opened, failed = store.open(tag)
    if failed then return nil, failed end
    if release then return public_page(release, opened, store) end
    return opened and opened.page and draft_page(tag, opened, store) or nil
  end

  function forge.releases()
    local list = {}
    local ok, err = client.each("list the releases", { path = repo .. "/releases", size_name = "per_page" }, function(release)
      list[#list + 1] = public_page(release, nil, store)
    end)
    if not ok then return nil, err end
    return list
  end

  local function latest() return client.find("ask for the latest release", repo .. "/releases/permalink/latest") end

  function forge.latest()
    local found, err = latest()
    return found and found.tag_name or nil, err
  end

  function forge.make_draft(p)
    local ok, err = store.put_page(p.tag, { title = p.title, body = p.body, prerelease = p.prerelease or false, target = p.target })
    if not ok then return nil, err end
    return forge.release(p.tag)
  end

  -- The new text is there before the old one goes.
  local function edit_draft(page, p)
    local opened, err = store.open(page.tag)
    if not opened then return nil, err end
    local old = opened.page or {}
    local ok, failed = store.put_page(page.tag, {
      title = p.title or old.title, body = p.body or old.body, target = old.target, prerelease = p.prerelease == nil and old.prerelease or p.prerelease or false,
    })
    if not ok then return nil, failed end
    for _, file in ipairs(opened.pages) do
      local gone, kept = store.drop(opened.id, file)
      if not gone then return nil, kept end
    end
    return forge.release(page.tag)
  end

  function forge.edit(page, p)
    if page.draft then return edit_draft(page, p) end
    local done, err = client.call("edit the page", { method = "PUT", path = path_of(page.tag), body = { name = p.title, description = p.body } })
    if not done then return nil, err end
    return forge.release(page.tag)
  end

  function forge.upload(page, file, progress)
    local made, err = store.put(page.tag, file, progress)
    return made and true, err
  end

  function forge.remove_asset(page, asset)
    if asset.link then
      local gone, kept = client.delete("remove " .. asset.name, ("%s/assets/links/%d"):format(path_of(page.tag), asset.link))
      if not gone or not page.package then return gone, kept end
    end
    return store.drop(page.package, asset)
  end

  function forge.asset_text(asset) return client.text("read " .. asset.name, asset.url, 1 << 20) end

  function forge.digest(_, asset, scratch)
    if asset.sha256 then return asset.sha256 end
    return client.download("read back " .. asset.name, asset.url, scratch)
  end

  -- releases/link.rb: which paths a permanent address may have
  local function permanent(name) return name:find "^[%w._-]+%w$" and "/" .. name or nil end

  -- GitLab's latest release is the one with the newest date.
  local function date_for(page, p)
    if p.latest and not p.prerelease then return nil end
    local newest, err = latest()
    if not newest then return nil, err end
    if newest.tag_name == page.tag then return nil end
    local seconds = world.clock.parse(newest.released_at)
    return seconds and world.clock.iso(seconds - 1)
  end

  function forge.publish(page, p)
    if not page.draft then return page end
    local date, err = date_for(page, p)
    if err then return nil, err end
    local links = {}
    for i, asset in ipairs(page.assets) do
      links[i] = { name = asset.name, url = store.address(page.tag, asset.name), link_type = "package", direct_asset_path = permanent(asset.name) }
    end
    local done, failed = client.call("publish the page", { method = "POST", path = repo .. "/releases", body = {
      tag_name = page.tag, name = page.title, description = page.body, released_at = date, assets = #links > 0 and { links = links } or nil,
    } })
    if not done then return nil, failed end
    return forge.release(page.tag)
  end

  function forge.point_latest(page)
    local done, err = client.call("make it the latest", { method = "PUT", path = path_of(page.tag), body = { released_at = world.clock.iso(world.clock.now()) } })
    return done and true, err
  end

  function forge.withdraw(page) return client.delete("take the page back", path_of(page.tag)) end

  function forge.remove(page)
    local gone, err = client.delete("remove the page", path_of(page.tag))
    if not gone or not page.package then return gone, err end
    return store.remove(page.package)
  end
end

return function(o)
  local world = o.world
  local web = o.settings.url and o.settings.url:gsub("/+$", "") or "https://gitlab.com"
  local job = o.settings.token == "env:CI_JOB_TOKEN"
  local client = rest.client { world = world, base = web .. "/api/v4", token = o.settings.token, header = job and "JOB-TOKEN" or "PRIVATE-TOKEN", ca_file = o.settings.ca_file }
  local repo = "/projects/" .. world.http.escape(o.owner .. "/" .. o.name)
  -- Generic packages: "You must call this API endpoint serially" for files of one package.
  local forge = { can = { point = true, prerelease = false, cancel = true }, parallel_uploads = false }
  local store = {}
  add_store(store, client, repo, o)
  add_checks(forge, client, repo)
  add_pages(forge, client, repo, store, world)
  require "forge.gitlab_planning"(forge, client, repo, world)
  require "forge.gitlab_runs"(forge, client, repo, { world = world, web = ("%s/%s/%s"):format(web, o.owner, o.name) })
  return forge
end
