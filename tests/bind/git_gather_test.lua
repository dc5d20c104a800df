-- The files of one name in the folders that fit some globs: the quick way against listing and reading.
local git = require "door.git"
local repositories = stand "repositories"

local function open(repo) return assert(git.open { path = repo.dir }) end

test("manifests are gathered as listing and reading them one by one finds them, loose and packed", function()
  local workspace = require "manifest.workspace"
  local r = repositories.new()
  local files = { ["m.json"] = "root", ["pa/m.json"] = "0" }
  for _, folder in ipairs { "p/a", "p/b", "p/b/deep", "p/b/skip/x", "q", "q/r/s", "qq", "skip/y", "p/a/m.json.d" } do files[folder .. "/m.json"] = folder .. ("\0 line\n"):rep(300) end
  r.commit("all", files)
  files["p/a/m.json"] = files["p/a/m.json"] .. "more" -- as a delta, once packed
  r.commit("again", files)
  run { "ln", "-s", "../a/m.json", r.dir .. "/p/deep.json" }
  run { "mkdir", "-p", r.dir .. "/p/link" }
  run { "ln", "-s", "../a/m.json", r.dir .. "/p/link/m.json" }
  r.git("add", "-A")
  r.commit("links")
  local function both(repo, globs)
    local slow, quick = {}, {}
    for _, entry in ipairs(repo:list { at = "HEAD", recursive = true }) do
      local folder = entry.path:match "^(.+)/m%.json$"
      if folder and entry.kind == "file" and not folder:find "/skip" and workspace.fits(folder, globs) then
        slow[#slow + 1] = { path = entry.path, text = repo:read { at = "HEAD", path = entry.path } }
      end
    end
    for i, found in ipairs(assert(repo:gather { at = "HEAD", name = "m.json", globs = workspace.plain(globs), except = { "skip" } })) do quick[i] = found end
    check.equal(quick, slow)
    return #quick
  end
  for _ = 1, 2 do
    local repo = open(r)
    check.equal(both(repo, { "p/*" }), 2)
    check.equal(both(repo, { "./p/**/", "q/**" }), 5)
    check.equal(both(repo, { "{q,qq}", "p/?" }), 4)
    check.equal(both(repo, { "**/s", "*" }), 4)
    check.equal(both(repo, { "p**" }), 5)
    check.equal(both(repo, { "p/b/**/x", "none/*" }), 0)
    repo:close()
    r.git("repack", "-adfq")
    r.git("prune-packed")
  end
end)
