-- Watches a release for some days: new bug reports, downloads of every asset and from every registry that counts. What
-- was seen is kept with the run, so that the watch can be left, killed and resumed without losing a count.
local errors = require "pure.errors"
local json = require "door.json"
local open = require "registry.open"
local schema = require "pure.schema"
local verb = require "pure.declare"

-- Words of reports that people could not install what was released.
local installation = { "install", "setup", "download", "checksum", "not found for", "no matching distribution", "wheel", "glibc", "permission denied", "code sign" }

local function path_of(world) return ("%s/monitor-%s.json"):format(world.run.dir, world.step and world.step.id or "step") end

local function load_state(world)
  local text = world.file.read(path_of(world))
  local state = text and json.decode(text)
  if state then return state end
  return { began = world.clock.now(), looks = 0, issues = json.array {}, downloads = {} }
end

local function save(world, state)
  local text = assert(json.encode(state))
  return world.file.write { path = path_of(world), text = text }
end

local function is_about_installation(title)
  local lower = title:lower()
  for _, word in ipairs(installation) do
    if lower:find(word, 1, true) then return true end
  end
  return false
end

-- Reports opened since the watch began that were not seen before.
local function look_at_issues(world, a, state)
  local list, err = world.forge.issues { any = a.labels or { "bug" }, state = "all", kind = "issue", since = world.clock.iso(state.began) }
  if not list then return nil, err end
  local seen = {}
  for _, issue in ipairs(state.issues) do seen[issue.number] = true end
  for _, issue in ipairs(list) do
    local created = world.clock.parse(issue.created)
    if not seen[issue.number] and created and created >= state.began then
      local entry = { number = issue.number, title = issue.title, url = issue.url, installation = is_about_installation(issue.title) }
      table.insert(state.issues, entry)
      world.run.note(("new report #%d: %s%s"):format(entry.number, entry.title, entry.installation and "   (installation)" or ""))
    end
  end
  return true
end

-- Counters only grow: a server that answers less for a while loses nothing.
local function count(state, name, value)
  state.downloads[name] = math.max(state.downloads[name] or 0, value or 0)
end

local function look_at_page(world, a, state)
  local page, err = world.forge.release(a.tag)
  if not page then return nil, err or errors.new { code = "monitor.no_page", message = ("there is no release page of %s"):format(a.tag), hint = "slipway verify " .. a.tag } end
  for _, asset in ipairs(page.assets) do count(state, asset.name, asset.downloads) end
  return true
end

-- Of the registries that count.
local function look_at_registries(world, a, state)
  for _, item in ipairs(a.packages or {}) do
    local registry, err = open.open(world, item.registry, item.package)
    if not registry then return nil, err end
    if registry.downloads then
      local found, failed = registry.downloads(item.package, item.version)
      if failed then return nil, failed end
      if found then count(state, ("%s on %s"):format(item.package, item.registry), found) end
    end
  end
  return true
end

local function total(state)
  local sum = 0
  for _, value in pairs(state.downloads) do sum = sum + value end -- order: a sum
  return sum
end

local function look(world, a, state)
  for _, part in ipairs { look_at_page, look_at_registries, look_at_issues } do
    local ok, err = part(world, a, state)
    if not ok then return nil, err end
  end
  state.looks, state.last, state.first = state.looks + 1, world.clock.now(), state.first or total(state)
  return save(world, state)
end

-- What was fetched before the watch began may have been the release itself, which verifies what it has published.
local function told(state, ends, now)
  local hours, all, first = math.max(0, math.ceil((ends - now) / 3600)), total(state), state.first or 0
  local new = first > 0 and (" (%d since the watch began)"):format(all - first) or ""
  return ("%d report%s, %d download%s%s, %d h to go"):format(#state.issues, #state.issues == 1 and "" or "s", all, all == 1 and "" or "s", new, hours)
end

-- Gone for a while is no news; a refused token is.
local function is_passing(err) return err.retry == true or err.code == "http.failed" or err.code == "forge.failed" end

local function result(state)
  return { looks = state.looks, issues = state.issues, downloads = state.downloads, began = state.began }
end

return verb {
  name = "monitor", class = "read", summary = "Watch a release: new reports, downloads of every asset and from every registry that counts.",
  params = { tag = "text", packages = "list?", labels = "list?", lasts = "duration?", every = "duration?", park = "boolean?" },
  returns = { looks = "integer", issues = "list", downloads = "map", began = "integer" },
  example = 'p:monitor { tag = "v1.2.0", labels = { "bug" }, lasts = "48h", every = "1h" }',
  describe = function(a) return ("watch %s for %s, every %s"):format(a.tag, tostring(a.lasts or "48h"), tostring(a.every or "1h")) end,
  verify = function(world, a)
    local state = load_state(world)
    local ends = state.began + schema.seconds(a.lasts or "48h")
    if state.looks > 0 and state.last >= ends then return "same", result(state) end
    return "absent"
  end,
  apply = function(world, a)
    local state = load_state(world)
    local ends, every = state.began + schema.seconds(a.lasts or "48h"), schema.seconds(a.every or "1h")
    while true do
      if a.park or not state.last or world.clock.now() >= state.last + every or world.clock.now() >= ends then
        local ok, err = look(world, a, state)
        if not ok and not is_passing(errors.adopt(err)) then return nil, err end
        if not ok then world.progress("not answered: " .. tostring(err)) end
      end
      local now = world.clock.now()
      if now >= ends then return result(state) end
      world.progress(told(state, ends, now))
      if a.park then
        return nil, errors.new { code = "gate.waiting", message = ("watching %s: %s"):format(a.tag, told(state, ends, now)), hint = "slipway resume   looks again" }
      end
      world.clock.sleep(math.floor(1000 * math.max(1, math.min((state.last or now) + every, ends) - now)))
      if world.interrupted and world.interrupted() then
        return nil, errors.new { code = "run.interrupted", message = "left while watching: " .. told(state, ends, now), hint = "slipway resume   goes on with the counts" }
      end
    end
  end,
}
