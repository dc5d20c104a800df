-- Commits files with given content onto a branch: anything that is not a bump.
local commit_on = require "repository.commit_on"
local verb = require "pure.declare"

return verb {
  name = "commit", class = "local", summary = "Commit files with given content onto a branch.",
  params = { files = "list", message = "text", on = "text", at = "commit" }, returns = { commit = "oid", tree = "oid" },
  tip = { branch = "on", at = "at", result = "commit" },
  undo_says = "move back",
  label = function(a) return ("the commit \"%s\""):format(a.message:match("^[^\n]*")) end,
  example = 'p:commit { on = "main", message = "Move the docs", files = { { path = "docs/version.txt", content = "1.2.0\\n" } } }',
  describe = function(a)
    local names = {}
    for i, file in ipairs(a.files) do names[i] = (file.remove and "-" or "") .. file.path end
    return ("commit \"%s\" on %s: %s"):format(a.message:match("^[^\n]*"), a.on, table.concat(names, ", "))
  end,
  verify = function(world, a) return commit_on.verify(world, a, a.files) end,
  apply = function(world, a) return commit_on.apply(world, a, a.files) end,
  undo = commit_on.undo,
}
