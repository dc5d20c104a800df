-- Who wrote a release, and who of them had written nothing before: authors and co-authors by e-mail address, called as
-- .mailmap says. Logins come from addresses that forges hand out, and from the forge itself where it is asked.
local page = require "door.page"
local release_pages = require "repository.release_pages"
local remote_view = require "repository.remote_view"

local M = {}

-- What forges give to people who hide their address: "123+login@users.noreply.github.com", "login@noreply.codeberg.org".
---@param email string
---@return string? login
function M.login_of(email)
  local name, host = email:match "^(.-)@(.+)$"
  if not name then return nil end
  if host:find "^users%.noreply%." then return name:match "^%d+[+-](.+)$" or name end
  return host:find "^noreply%." and name or nil
end

local function shown(person, login, links)
  if not login then return page.line(person.name) end
  local address = links and links.user
  if not address then return ("%s (`@%s`)"):format(page.line(person.name), login) end
  return ("%s ([@%s](%s))"):format(page.line(person.name), login, (address:gsub("{{name}}", function() return login end)))
end

--- For each e-mail address the oldest release (0: not released) that holds a commit of its owner.
---@param world table
---@param o { from: oid, releases: slipway.ReleasePages }
---@return table<string, integer>?, slipway.Error?
function M.first_releases(world, o)
  local first = {}
  local ok, err = release_pages.each(world, {
    from = o.from, releases = o.releases, style = {},
    people = function(release, people)
      for _, person in ipairs(people) do first[person.email:lower()] = release end
    end,
  }, function() end, function() first = {} end)
  if not ok then return nil, err end
  return first
end

--- What repo:changelog wants to know: whom the page of a release names, sorted by name.
---@param world table
---@param o { from: oid, releases: slipway.ReleasePages, style: slipway.ChangelogStyle, logins: table<string, string>? }
---   `logins` by e-mail address
---@return (fun(release: integer, people: { name: string, email: string }[]): table[])?, slipway.Error?
function M.teller(world, o)
  local first, err = M.first_releases(world, o)
  if not first then return nil, err end
  local logins = o.logins or {}
  return function(release, people)
    local list = {}
    for i, person in ipairs(people) do
      local email = person.email:lower()
      list[i] = {
        name = shown(person, logins[email] or M.login_of(email), o.style.links), first = first[email] == release, key = person.name:lower() .. "\0" .. email,
      }
    end
    table.sort(list, function(a, b) return a.key < b.key end)
    return list
  end
end

local nothing_released = { commits = {}, tags = {}, versions = {} }

-- Those who wrote what `from` leads to and `hide` does not, by e-mail address, each once.
local function writers(world, from, hide)
  local list, seen = {}, {}
  local function add(_, people)
    for _, person in ipairs(people) do
      local email = person.email:lower()
      if not seen[email] then list[#list + 1] = person end
      seen[email] = true
    end
    return {}
  end
  local o = { from = from, hide = hide, releases = nothing_released, style = {}, people = add }
  local view = setmetatable({ repo = remote_view.reader(world, from) }, { __index = world }) -- it may only be fetched, not here
  local ok, err = release_pages.each(view, o, function() end, function() list, seen = {}, {} end)
  if not ok then return nil, err end
  return list, seen
end

-- Of commits that were picked, those who wrote them.
local function writers_of(world, commits)
  local list, seen = {}, {}
  for _, commit in ipairs(commits) do
    local some, err = writers(world, commit.oid, commit.parents)
    if not some then return nil, err end
    for _, person in ipairs(some) do
      local email = person.email:lower()
      if not seen[email] then list[#list + 1] = person end
      seen[email] = true
    end
  end
  return list
end

--- Who wrote a release that is yet to be made, as its page and the file name them. `at`: the last commit of it; nil when
--- it consists of `commits` that were picked. `base`: the release before, nil for the first.
---@param world table
---@param o { at: oid?, commits: slipway.Commit[], base: oid?, base_tag: string?, links: table? }
---@return table[]?, slipway.Error?
function M.of_coming(world, o)
  local known = {}
  if o.base then
    local earlier, seen = writers(world, o.base)
    if not earlier then return nil, seen end
    known = seen
  end
  local list, err
  if o.at then list, err = writers(world, o.at, { o.base }) else list, err = writers_of(world, o.commits) end
  if not list then return nil, err end
  local logins, named = o.at and M.ask(world, o.base_tag, o.at) or {}, {}
  for i, person in ipairs(list) do
    local email = person.email:lower()
    named[i] = {
      name = person.name, link = shown(person, logins[email] or M.login_of(email), o.links), first = not known[email],
      key = person.name:lower() .. "\0" .. email,
    }
  end
  table.sort(named, function(a, b) return a.key < b.key end)
  return named
end

--- Logins of those who wrote what lies between two revisions, from the forge; none when it cannot be asked.
---@param world table
---@param base string?
---@param head string
---@return table<string, string>
function M.ask(world, base, head)
  if world.offline or not base then return {} end
  local ok, forge = pcall(function() return world.forge end)
  if not ok or not forge or not forge.authors then return {} end -- names are enough where the forge does not answer
  local asked, logins = pcall(forge.authors, base, head)
  return asked and logins or {}
end

return M
