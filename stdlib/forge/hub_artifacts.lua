-- What a run of GitHub Actions or Gitea Actions has kept. Source: docs.github.com/rest/actions/artifacts, and Gitea's
-- routers/api/v1/repo/action.go. Both give a zip by way of an address that is signed; GitHub's is on another host, where
-- the token does not go. Gitea tells only of artifacts that were made by version 4 of the upload action.

local function artifact_of(entry)
  return {
    id = entry.id, name = entry.name, size = entry.size_in_bytes, expired = entry.expired == true, url = entry.archive_download_url,
    sha256 = type(entry.digest) == "string" and entry.digest:match "^sha256:(%x+)$" or nil,
  }
end

---@param forge table
---@param client table
---@param repo string
---@param o { size_name: string }
return function(forge, client, repo, o)
  forge.can.artifacts = true

  function forge.artifacts(run)
    local list, err = client.pages("list the artifacts", ("%s/actions/runs/%d/artifacts"):format(repo, run.id), o.size_name, "artifacts")
    if not list then return nil, err end
    for i, entry in ipairs(list) do list[i] = artifact_of(entry) end
    return list
  end

  function forge.fetch_artifact(artifact, to)
    return client.download("fetch the artifact " .. artifact.name, ("%s/actions/artifacts/%d/zip"):format(repo, artifact.id), to)
  end
end
