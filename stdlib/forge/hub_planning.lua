-- Milestones, issues and pull requests as GitHub and Gitea have them alike.
local json = require "door.json"

local function given(value) return value ~= json.null and value or nil end

local function item_of(issue)
  local labels = {}
  for i, label in ipairs(given(issue.labels) or {}) do labels[i] = type(label) == "table" and label.name or label end
  local milestone = given(issue.milestone)
  return {
    number = issue.number, title = issue.title, state = issue.state, labels = labels, pull = given(issue.pull_request) ~= nil or issue.head ~= nil,
    author = given(issue.user) and issue.user.login or nil, created = issue.created_at, url = issue.html_url, milestone = milestone and milestone.title,
  }
end

local function milestone_of(m)
  return {
    id = m.number or m.id, title = m.title, state = m.state, description = given(m.description) or "", open = m.open_issues, closed = m.closed_issues,
    url = m.html_url,
  }
end

local function pull_of(pull)
  local merged = given(pull.merged_at) ~= nil
  -- Gitea: once the branch is deleted, its name stands in the label only.
  local head = pull.head.ref:find "^refs/pull/" and given(pull.head.label) or pull.head.ref
  return {
    number = pull.number, title = pull.title, body = given(pull.body) or "", state = merged and "merged" or pull.state, url = pull.html_url,
    head = head, base = pull.base.ref, head_commit = pull.head.sha, merge_commit = merged and given(pull.merge_commit_sha) or nil,
    blocked = not merged and pull.mergeable == false or nil,
  }
end

-- A person's last word counts, comments are none.
local function count_reviews(reviews)
  local last, order = {}, {}
  for _, review in ipairs(reviews) do
    local who = given(review.user) and review.user.login or "?"
    if not last[who] then order[#order + 1] = who end
    if review.dismissed then
      last[who] = "DISMISSED"
    elseif review.state == "APPROVED" or review.state == "REQUEST_CHANGES" or review.state == "CHANGES_REQUESTED" or review.state == "DISMISSED" then
      last[who] = review.state
    end
    last[who] = last[who] or "COMMENTED"
  end
  local counts = { approved = 0, rejected = 0 }
  for _, who in ipairs(order) do
    if last[who] == "APPROVED" then counts.approved = counts.approved + 1 end
    if last[who] == "REQUEST_CHANGES" or last[who] == "CHANGES_REQUESTED" then counts.rejected = counts.rejected + 1 end
  end
  return counts
end

local function add_milestones(forge, client, repo, o)
  local function path_of(milestone) return ("%s/milestones/%d"):format(repo, milestone.id) end

  function forge.milestones(p)
    local list, err = client.pages("list the milestones", ("%s/milestones?state=%s"):format(repo, p and p.state or "open"), o.size_name)
    if not list then return nil, err end
    for i, entry in ipairs(list) do list[i] = milestone_of(entry) end
    return list
  end

  function forge.make_milestone(p)
    local made, err = client.call("make the milestone " .. p.title, { method = "POST", path = repo .. "/milestones",
      body = { title = p.title, description = p.description, due_on = p.due } })
    return made and milestone_of(made), err
  end

  function forge.set_milestone(milestone, state)
    local done, err = client.call("set the milestone " .. milestone.title, { method = "PATCH", path = path_of(milestone), idempotent = true, body = { state = state } })
    return done and milestone_of(done), err
  end

  function forge.remove_milestone(milestone) return client.delete("remove the milestone " .. milestone.title, path_of(milestone)) end
end

-- Gitea leaves a label that the repository does not have out of the question, instead of answering that nothing has it.
local function has_all(item, labels)
  local has = {}
  for _, label in ipairs(item.labels) do has[label] = true end
  for _, label in ipairs(labels) do
    if not has[label] then return false end
  end
  return true
end

-- One query of the interface for each label of `any`, joined; an issue with two of them counts once.
local function add_issues(forge, client, repo, o)
  local escape = o.world.http.escape

  local function query(p, labels, milestone)
    local words = { "state=" .. (p.state or "open") }
    if #labels > 0 then words[#words + 1] = "labels=" .. escape(table.concat(labels, ",")) end
    if milestone then words[#words + 1] = o.milestone_query(milestone, escape) end
    if p.since then words[#words + 1] = "since=" .. escape(p.since) end
    if o.kind_query and p.kind then words[#words + 1] = o.kind_query[p.kind] end
    return repo .. "/issues?" .. table.concat(words, "&")
  end

  local function milestone_named(title)
    local list, err = forge.milestones { state = "all" }
    if not list then return nil, err end
    for _, milestone in ipairs(list) do
      if milestone.title == title then return milestone end
    end
    return false
  end

  function forge.issues(p)
    local milestone, err = nil, nil
    if p.milestone then milestone, err = milestone_named(p.milestone) end
    if err then return nil, err end
    if milestone == false then return {} end
    local list, seen = {}, {}
    for _, label in ipairs(p.any or { false }) do
      local labels = table.move(p.labels or {}, 1, #(p.labels or {}), 1, {})
      if label then labels[#labels + 1] = label end
      local ok, failed = client.each("list the issues", { path = query(p, labels, milestone), size_name = o.size_name }, function(issue)
        local item = item_of(issue)
        if not seen[item.number] and has_all(item, labels) and (not p.kind or item.pull == (p.kind == "pull")) then
          seen[item.number] = true
          list[#list + 1] = item
        end
      end)
      if not ok then return nil, failed end
    end
    return list
  end

  function forge.make_issue(p)
    local made, err = client.call("file the issue " .. p.title, { method = "POST", path = repo .. "/issues", body = { title = p.title, body = p.body } })
    return made and item_of(made), err
  end

  function forge.set_issue(item, state)
    local done, err = client.call(("set #%d"):format(item.number), { method = "PATCH", path = ("%s/issues/%d"):format(repo, item.number), idempotent = true, body = { state = state } })
    return done and item_of(done), err
  end

  function forge.comments(item)
    local list, err = client.pages("list the comments", ("%s/issues/%d/comments"):format(repo, item.number), o.size_name)
    if not list then return nil, err end
    for i, entry in ipairs(list) do list[i] = { id = entry.id, body = entry.body } end
    return list
  end

  function forge.comment(item, text)
    local made, err = client.call(("comment on #%d"):format(item.number), { method = "POST", path = ("%s/issues/%d/comments"):format(repo, item.number), body = { body = text } })
    return made and { id = made.id, url = made.html_url }, err
  end

  function forge.remove_comment(_, id) return client.delete("remove the comment", ("%s/issues/comments/%d"):format(repo, id)) end
end

local function add_pulls(forge, client, repo, o)
  local escape = o.world.http.escape

  function forge.find_pull(p)
    local merged
    local path = ("%s/pulls?state=all&%s"):format(repo, o.pull_query(p, escape))
    local found, err = client.each("look for the pull request", { path = path, size_name = o.size_name, size = 50 }, function(entry)
      local pull = pull_of(entry)
      if pull.head ~= p.head or pull.base ~= p.base then return nil end
      if pull.state == "open" then return pull end
      if pull.state == "merged" and pull.head_commit == p.commit then merged = merged or pull end
    end)
    if not found then return nil, err end
    return found ~= true and found or merged
  end

  function forge.pull(number)
    local found, err = client.call(("read pull request #%d"):format(number), { path = ("%s/pulls/%d"):format(repo, number) })
    return found and pull_of(found), err
  end

  function forge.make_pull(p)
    local made, err = client.call("open the pull request", { method = "POST", path = repo .. "/pulls",
      body = { head = p.head, base = p.base, title = p.title, body = p.body } })
    return made and pull_of(made), err
  end

  function forge.edit_pull(pull, p)
    local done, err = client.call(("edit pull request #%d"):format(pull.number), { method = "PATCH", path = ("%s/pulls/%d"):format(repo, pull.number), idempotent = true,
      body = { title = p.title, body = p.body, state = p.state } })
    return done and pull_of(done), err
  end

  function forge.reviews(pull)
    local list, err = client.pages("read the reviews", ("%s/pulls/%d/reviews"):format(repo, pull.number), o.size_name)
    if not list then return nil, err end
    return count_reviews(list)
  end

  function forge.pulls_of(commit)
    local found, err = client.find("look for its pull request", ("%s/commits/%s/%s"):format(repo, commit, o.pulls_of))
    if err then return nil, err end
    if not found then return {} end
    local list = found.number and { found } or found
    for i, entry in ipairs(list) do list[i] = item_of(entry) end
    return list
  end
end

---@param forge table   gets the functions
---@param client table  forge/rest.lua
---@param repo string   path of the repository below the interface's address
---@param o { world: table, size_name: string, pulls_of: string, pull_query: function, milestone_query: function, kind_query: table? }
return function(forge, client, repo, o)
  add_milestones(forge, client, repo, o)
  add_issues(forge, client, repo, o)
  add_pulls(forge, client, repo, o)
end
