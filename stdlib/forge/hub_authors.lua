-- Whose accounts wrote the commits between two revisions, as GitHub and Gitea tell it in their comparison.
-- docs.github.com, REST API, "Compare two commits"; Gitea's answers alike, but all at once.

local function login_of(entry)
  local email = type(entry.commit) == "table" and type(entry.commit.author) == "table" and entry.commit.author.email
  local login = type(entry.author) == "table" and entry.author.login
  if type(email) == "string" and type(login) == "string" and login ~= "" then return email:lower(), login end
end

---@param forge table        gets the function
---@param client table       forge/rest.lua
---@param repo string        path of the repository below the interface's address
---@param o { escape: (fun(text: string): string), size_name: string? }  size_name: the answer comes in pages
return function(forge, client, repo, o)
  --- Logins by e-mail address, lower case.
  ---@return table<string, string>?, slipway.Error?
  function forge.authors(base, head)
    local logins, what = {}, "ask who wrote the commits"
    local function add(entry)
      local email, login = login_of(entry)
      if email then logins[email] = login end
    end
    local path = ("%s/compare/%s...%s"):format(repo, o.escape(base), o.escape(head))
    if o.size_name then
      local ok, err = client.each(what, { path = path, size_name = o.size_name, key = "commits" }, add)
      return ok and logins, err
    end
    local answer, err = client.call(what, { path = path })
    if not answer then return nil, err end
    for _, entry in ipairs(type(answer) == "table" and type(answer.commits) == "table" and answer.commits or {}) do add(entry) end
    return logins
  end
end
