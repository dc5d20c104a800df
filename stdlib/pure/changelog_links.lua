-- Addresses on a page of changes: commits, comparisons, issues, people. Each is a template of
-- pure.template; without one the text stays text.
local markdown = require "pure.markdown"
local template = require "pure.template"

local M = {}

local function percent(text)
  return (text:gsub("[^%w%-._~/+!@:]", function(byte) return ("%%%02X"):format(byte:byte()) end))
end

-- One hole, as nearly all have, needs no template: { before, name, behind } by text.
local simple = setmetatable({}, { __mode = "k" })

local function parts_of(links, text)
  local known = simple[links]
  if not known then
    known = {}
    simple[links] = known
  end
  if known[text] == nil then
    local before, name, behind = text:match "^([^{]*){{([%a_]+)}}([^{]*)$"
    known[text] = before and { before, name, behind } or false
  end
  return known[text]
end

--- An address from one of the templates, or nil when there is none.
---@param links table?
---@param kind "commit"|"compare"|"issue"|"user"|"tag"|"other_issue"
---@param values table<string, string>
---@return string?
function M.address(links, kind, values)
  local text = links and links[kind]
  if not text then return nil end
  local parts = parts_of(links, text)
  if not parts then return (assert(template.render(text, values, percent))) end
  local value = values[parts[2]]
  return parts[1] .. (value:find "[^%w]" and percent(value) or value) .. parts[3]
end

--- The usual addresses of a forge.
---@param base string  "https://host/owner/name"
---@param forge "github"|"gitea"|"gitlab"
---@return table links
function M.of(base, forge)
  local host = base:match "^(%a+://[^/]+)"
  local home = base:gsub("/+$", ""):gsub("%.git$", "")
  local middle = forge == "gitlab" and "/-" or ""
  return {
    commit = home .. middle .. "/commit/{{oid}}", compare = home .. middle .. "/compare/{{from}}...{{to}}",
    issue = home .. middle .. "/issues/{{number}}", tag = home .. middle .. (forge == "gitlab" and "/tags/{{tag}}" or "/releases/tag/{{tag}}"),
    user = host .. "/{{name}}", other_issue = host .. "/{{project}}" .. middle .. "/issues/{{number}}",
  }
end

--- The usual addresses for the remote of a clone, when its host names its kind; nil for others.
---@param url string       "git@github.com:owner/name.git", "https://gitlab.example/group/name", "ssh://…"
---@param kind "github"|"gitea"|"gitlab"|nil  for a host whose name does not tell
---@return table?
function M.of_remote(url, kind)
  local host, path = url:match "^https?://([^/]+)/(.+)$"
  if not host then host, path = url:match "^ssh://([^/]+)/(.+)$" end
  if not host and not url:find "://" then host, path = url:match "^([^/:]+):([^/].*)$" end
  if not host then return nil end
  host, path = host:gsub("^.*@", ""), path:gsub("/+$", ""):gsub("%.git$", "")
  if not url:find "^https?://" then host = host:gsub(":%d+$", "") end
  kind = kind or host:match "%f[%w](github)%f[%W]" or host:match "%f[%w](gitlab)%f[%W]" or host:match "%f[%w](gitea)%f[%W]"
    or (host == "codeberg.org" and "gitea") or nil
  if not kind or not path:find "/" then return nil end
  return M.of((url:match "^http://" or "https://") .. host .. "/" .. path, kind)
end

--- The text of one reference ("#12", "owner/name#12"), linked where an address is known.
---@param links table?
---@param project string  "" for this one
---@param number string
---@return string
function M.reference(links, project, number)
  local shown = project .. "#" .. number
  local address = project == "" and M.address(links, "issue", { number = number })
    or project ~= "" and M.address(links, "other_issue", { project = project, number = number })
  return address and ("[%s](%s)"):format(shown, address) or shown
end

-- Texts of links that are there already are left alone.
local function outside_links(text, change)
  local parts, at = {}, 1
  while true do
    local start, stop = text:find("%[[^%[%]]*%]%([^%s()]*%)", at)
    local bare, bare_stop = text:find("%a+://[^%s)%]]+", at)
    if bare and (not start or bare < start) then start, stop = bare, bare_stop end
    if not start then break end
    parts[#parts + 1] = change(text:sub(at, start - 1))
    parts[#parts + 1] = text:sub(start, stop)
    at = stop + 1
  end
  parts[#parts + 1] = change(text:sub(at))
  return table.concat(parts)
end

local function link_issues(part, links)
  return ((" " .. part):gsub("([%s(,;:%[])([%w_.%-/]*)#(%d%w*)%f[^%w]", function(before, project, number)
    if project ~= "" and not project:find "^[%w_.%-]+/[%w_.%-]+$" then return nil end
    return before .. M.reference(links, project, number)
  end):sub(2))
end

-- A name after "@" notifies that person when the page is published: it becomes a link or code.
local function link_people(part, links)
  return ((" " .. part):gsub("([^%w/@.`])@(%a[%w%-]*)(/?)", function(before, name, slash)
    if slash ~= "" then return nil end -- "@scope/package"
    local address = M.address(links, "user", { name = name })
    return before .. (address and ("[@%s](%s)"):format(name, address) or ("`@%s`"):format(name))
  end):sub(2))
end

--- Commit text for a list: escaped, issues and people linked.
---@param text string
---@param links table?
---@return string
function M.line(text, links)
  if markdown.is_plain(text) then return text:find("#", 1, true) and link_issues(text, links) or text end
  return markdown.line(text, function(part)
    return outside_links(part, function(plain) return link_people(link_issues(plain, links), links) end)
  end)
end

--- The same for several lines.
---@param text string
---@param links table?
---@return string[]
function M.block(text, links)
  return markdown.block(text, function(part)
    return outside_links(part, function(plain) return link_people(link_issues(plain, links), links) end)
  end)
end

return M
