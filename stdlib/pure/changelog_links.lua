-- Addresses on a page of changes: commits, comparisons, issues, people. Each is a text with names in
-- double braces; without one the text stays text. door.page fills them in.

local M = {}

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

return M
