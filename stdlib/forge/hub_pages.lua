-- Release pages as GitHub and Gitea have them alike: Gitea's interface is made after GitHub's.

---@param forge table        gets the functions
---@param client table       forge/rest.lua
---@param repo string        path of the repository below the interface's address
---@param o { page_of: (fun(release: table): table), size_name: string }
return function(forge, client, repo, o)
  local page_of = o.page_of
  local function path_of(page) return ("%s/releases/%d"):format(repo, page.id) end

  local function patch(what, page, body)
    local done, err = client.call(what, { method = "PATCH", path = path_of(page), idempotent = true, body = body })
    return done and page_of(done), err
  end
  forge.patch_page = patch

  function forge.make_draft(p)
    local made, err = client.call("make the draft", { method = "POST", path = repo .. "/releases", body = {
      tag_name = p.tag, name = p.title, body = p.body, draft = true, prerelease = p.prerelease or false, target_commitish = p.target,
    } })
    return made and page_of(made), err
  end

  function forge.edit(page, p)
    return patch("edit the page", page, { name = p.title, body = p.body, prerelease = p.prerelease })
  end

  function forge.withdraw(page)
    local done, err = patch("make the page a draft again", page, { draft = true })
    return done and true, err
  end

  function forge.remove(page) return client.delete("remove the page", path_of(page)) end

  function forge.releases()
    local list = {}
    local ok, err = client.each("list the releases", { path = repo .. "/releases", size_name = o.size_name }, function(release)
      if not release.draft then list[#list + 1] = page_of(release) end
    end)
    if not ok then return nil, err end
    return list
  end

  function forge.latest()
    local found, err = client.find("ask for the latest release", repo .. "/releases/latest")
    return found and found.tag_name or nil, err
  end

  function forge.tags()
    local list = {}
    local ok, err = client.each("list the tags", { path = repo .. "/tags", size_name = o.size_name }, function(tag)
      list[#list + 1] = { name = tag.name, commit = tag.commit.sha }
    end)
    if not ok then return nil, err end
    return list
  end
end
