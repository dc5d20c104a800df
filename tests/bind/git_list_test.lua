-- Listing the tree of a commit: the same as git ls-tree, from packs and from loose objects.
local git = require "door.git"
local repositories = stand "repositories"

local kinds = { ["40000"] = "folder", ["120000"] = "link", ["160000"] = "submodule" }

-- What git ls-tree tells, with modes as git writes them today.
local function told(r, ...)
  local list = {}
  for line in (r.git("ls-tree", "-z", ...) .. "\0"):gmatch "([^\0]+)\0" do
    local mode, oid, path = line:match "^0*(%d+) %a+ (%x+)\t(.*)$"
    if mode == "100664" then mode = "100644" end
    list[#list + 1] = { path = path, kind = kinds[mode] or "file", mode = tonumber(mode, 8), oid = oid }
  end
  return list
end

test("files, links, submodules and folders of a commit are listed with their modes, all or those of one name", function()
  local r = repositories.new()
  r.commit("one", { ["package.json"] = "{}", ["a/package.json"] = "1", ["a/b/package.json"] = "2", ["a/b c/x.txt"] = "3", ["a/package.json.d/y"] = "4", ["z/é"] = "5" })
  r.git("update-index", "--add", "--cacheinfo", "160000," .. r.oid "HEAD" .. ",a/sub")
  r.git("update-index", "--add", "--cacheinfo", "120000," .. r.oid "HEAD:package.json" .. ",link")
  r.git("update-index", "--chmod=+x", "z/é")
  r.git("commit", "-q", "-m", "two")
  local path = r.dir .. "/.git/tree"
  local file = assert(io.open(path, "wb"))
  local raw = r.oid("HEAD:package.json"):gsub("%x%x", function(pair) return string.char(tonumber(pair, 16)) end)
  file:write("100664 old\0", raw)
  file:close()
  r.git("update-ref", "refs/heads/old", r.git("commit-tree", "-m", "of long ago", r.git("hash-object", "-t", "tree", "-w", path)))
  for _ = 1, 2 do
    local repo = assert(git.open { path = r.dir })
    check.equal(repo:list { at = "HEAD", recursive = true }, told(r, "-r", "HEAD"))
    check.equal(repo:list { at = "HEAD" }, told(r, "HEAD"))
    check.equal(repo:list { at = "HEAD", path = "a/" }, told(r, "HEAD", "a/"))
    check.equal(repo:list { at = "old", recursive = true }, told(r, "-r", "old"))
    check.equal(repo:list { at = "HEAD", path = "no/such" }, {})
    local named = {}
    for i, entry in ipairs(repo:list { at = "HEAD", recursive = true, name = "package.json" }) do named[i] = entry.path end
    check.equal(named, { "a/b/package.json", "a/package.json", "package.json" })
    check.equal(#repo:list { at = "HEAD", name = "a" }, 1)
    r.git("gc", "-q")
  end
end)
