-- GitLab's milestones, issues and merge requests, in the words of forge/open.lua. Source: docs.gitlab.com, REST API,
-- "Project milestones", "Issues", "Merge requests", "Merge request approvals", "Notes".
local json = require "door.json"

local function given(value) return value ~= json.null and value or nil end

local states = { opened = "open", closed = "closed", merged = "merged", locked = "open", active = "open" }

local function item_of(entry, is_pull)
  local milestone = given(entry.milestone)
  return {
    number = entry.iid, title = entry.title, state = states[entry.state] == "open" and "open" or "closed", labels = given(entry.labels) or {}, pull = is_pull,
    author = given(entry.author) and entry.author.username or nil, created = entry.created_at, url = entry.web_url, milestone = milestone and milestone.title,
  }
end

local function pull_of(entry)
  local state = states[entry.state] or "closed"
  local merged = state == "merged" and (given(entry.merge_commit_sha) or given(entry.squash_commit_sha) or entry.sha) or nil
  return {
    number = entry.iid, title = entry.title, body = given(entry.description) or "", state = state, head = entry.source_branch, base = entry.target_branch,
    head_commit = entry.sha, merge_commit = merged, url = entry.web_url, blocked = state == "open" and entry.has_conflicts == true or nil,
  }
end

local function add_milestones(forge, client, repo)
  local function path_of(milestone) return ("%s/milestones/%d"):format(repo, milestone.id) end

  -- Counts are not part of a milestone: its issues and merge requests are listed.
  local function count(milestone)
    local counts = { open = 0, closed = 0 }
    for _, kind in ipairs { "issues", "merge_requests" } do
      local ok, err = client.each("list what is in the milestone", { path = ("%s/%s"):format(path_of(milestone), kind), size_name = "per_page" }, function(entry)
        local state = states[entry.state] == "open" and "open" or "closed"
        counts[state] = counts[state] + 1
      end)
      if not ok then return nil, err end
    end
    return counts
  end

  local function milestone_of(entry)
    local counts, err = count(entry)
    if not counts then return nil, err end
    return {
      id = entry.id, title = entry.title, state = states[entry.state], description = given(entry.description) or "", url = entry.web_url,
      open = counts.open, closed = counts.closed,
    }
  end

  function forge.milestones(p)
    local wanted = ({ open = "?state=active", closed = "?state=closed" })[p and p.state or "open"] or ""
    local list, err = client.pages("list the milestones", ("%s/milestones%s"):format(repo, wanted), "per_page")
    if not list then return nil, err end
    for i, entry in ipairs(list) do
      local milestone, failed = milestone_of(entry)
      if not milestone then return nil, failed end
      list[i] = milestone
    end
    return list
  end

  function forge.make_milestone(p)
    local made, err = client.call("make the milestone " .. p.title, { method = "POST", path = repo .. "/milestones",
      body = { title = p.title, description = p.description, due_date = p.due and p.due:sub(1, 10) } })
    if not made then return nil, err end
    return milestone_of(made)
  end

  function forge.set_milestone(milestone, state)
    local done, err, status = client.call("set the milestone " .. milestone.title, { method = "PUT", path = path_of(milestone),
      body = { state_event = state == "closed" and "close" or "activate" } })
    if not done and status ~= 422 then return nil, err end -- 422: it is in that state
    local found, failed = client.call("read the milestone", { path = path_of(milestone) })
    if not found then return nil, failed end
    return milestone_of(found)
  end

  function forge.remove_milestone(milestone) return client.delete("remove the milestone " .. milestone.title, path_of(milestone)) end
end

local function add_items(forge, client, repo, world)
  local escape = world.http.escape

  local function query(p, labels)
    local words = {}
    if p.state ~= "all" then words[#words + 1] = "state=" .. (p.state == "closed" and "closed" or "opened") end
    if #labels > 0 then words[#words + 1] = "labels=" .. escape(table.concat(labels, ",")) end
    if p.milestone then words[#words + 1] = "milestone=" .. escape(p.milestone) end
    if p.since then words[#words + 1] = "updated_after=" .. escape(p.since) end
    return table.concat(words, "&")
  end

  function forge.issues(p)
    local list, seen = {}, {}
    for _, kind in ipairs { "issue", "pull" } do
      local path = kind == "issue" and "issues" or "merge_requests"
      for _, label in ipairs((not p.kind or p.kind == kind) and (p.any or { false }) or {}) do
        local labels = table.move(p.labels or {}, 1, #(p.labels or {}), 1, {})
        if label then labels[#labels + 1] = label end
        local ok, err = client.each("list the " .. path, { path = ("%s/%s?%s"):format(repo, path, query(p, labels)), size_name = "per_page" }, function(entry)
          local key = kind .. entry.iid
          if not seen[key] then list[#list + 1] = item_of(entry, kind == "pull") end
          seen[key] = true
        end)
        if not ok then return nil, err end
      end
    end
    return list
  end

  function forge.make_issue(p)
    local made, err = client.call("file the issue " .. p.title, { method = "POST", path = repo .. "/issues", body = { title = p.title, description = p.body } })
    return made and item_of(made, false), err
  end

  function forge.set_issue(item, state)
    local done, err = client.call(("set %d"):format(item.number), { method = "PUT", path = ("%s/issues/%d"):format(repo, item.number), idempotent = true,
      body = { state_event = state == "closed" and "close" or "reopen" } })
    return done and item_of(done, false), err
  end

  local function notes(item) return ("%s/%s/%d/notes"):format(repo, item.pull and "merge_requests" or "issues", item.number) end

  function forge.comments(item)
    local list, err = client.pages("list the comments", notes(item), "per_page")
    if not list then return nil, err end
    for i, entry in ipairs(list) do list[i] = { id = entry.id, body = entry.body } end
    return list
  end

  function forge.comment(item, text)
    local made, err = client.call(("comment on %d"):format(item.number), { method = "POST", path = notes(item), body = { body = text } })
    return made and { id = made.id, url = item.url }, err
  end

  function forge.remove_comment(item, id) return client.delete("remove the comment", ("%s/%d"):format(notes(item), id)) end
end

local function add_pulls(forge, client, repo, world)
  local escape = world.http.escape

  function forge.find_pull(p)
    local merged
    local path = ("%s/merge_requests?state=all&source_branch=%s&target_branch=%s"):format(repo, escape(p.head), escape(p.base))
    local found, err = client.each("look for the merge request", { path = path, size_name = "per_page" }, function(entry)
      local pull = pull_of(entry)
      if pull.state == "open" then return pull end
      if pull.state == "merged" and pull.head_commit == p.commit then merged = merged or pull end
    end)
    if not found then return nil, err end
    return found ~= true and found or merged
  end

  local function path_of(number) return ("%s/merge_requests/%d"):format(repo, number) end

  function forge.pull(number)
    local found, err = client.call(("read merge request %d"):format(number), { path = path_of(number) })
    return found and pull_of(found), err
  end

  function forge.make_pull(p)
    local made, err = client.call("open the merge request", { method = "POST", path = repo .. "/merge_requests",
      body = { source_branch = p.head, target_branch = p.base, title = p.title, description = p.body } })
    return made and pull_of(made), err
  end

  function forge.edit_pull(pull, p)
    local event = p.state and (p.state == "closed" and "close" or "reopen") or nil
    local done, err = client.call(("edit merge request %d"):format(pull.number), { method = "PUT", path = path_of(pull.number),
      body = { title = p.title, description = p.body, state_event = event } })
    return done and pull_of(done), err
  end

  -- GitLab counts what is missing; it has no word for "changes requested" that every edition tells.
  function forge.reviews(pull)
    local found, err = client.call("read the approvals", { path = path_of(pull.number) .. "/approvals" })
    if not found then return nil, err end
    return { approved = #(given(found.approved_by) or {}), rejected = 0, missing = given(found.approvals_left) }
  end

  function forge.pulls_of(commit)
    local list, err = client.find("look for its merge request", ("%s/repository/commits/%s/merge_requests"):format(repo, commit))
    if err then return nil, err end
    for i, entry in ipairs(list or {}) do list[i] = item_of(entry, true) end
    return list or {}
  end
end

---@param forge table
---@param client table
---@param repo string
---@param world table
return function(forge, client, repo, world)
  add_milestones(forge, client, repo)
  add_items(forge, client, repo, world)
  add_pulls(forge, client, repo, world)
end
