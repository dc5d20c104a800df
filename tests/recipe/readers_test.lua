-- Readers that stop reading: `slipway changelog | head` ends as quietly as git does.

test("a reader that goes away is no failure, and nothing is said about it", function()
  local dir = scratch()
  local lines = {}
  for i = 1, 3000 do
    local text = ("feat: change number %d, told in so many words that the page outgrows every pipe\n"):format(i)
    lines[#lines + 1] = ("commit refs/heads/main\nmark :%d\ncommitter A <a@example.org> %d +0000\ndata %d\n%s\n"):format(i, 1700000000 + i, #text, text)
    if i % 20 == 0 then lines[#lines + 1] = ("reset refs/tags/v1.%d.0\nfrom :%d\n"):format(i // 20, i) end
  end
  lines[#lines + 1] = "commit refs/heads/main\ncommitter A <a@example.org> 1700009000 +0000\ndata 7\nfix: x\n\n"
  assert(run({ "git", "init", "-q", "-b", "main", dir }).code == 0)
  local imported = run { "git", "-C", dir, "fast-import", "--quiet", input = table.concat(lines) }
  assert(imported.code == 0, imported.err)
  local env = { XDG_CACHE_HOME = dir .. "/cache" }
  for _, words in ipairs { "changelog", "changelog --no-cache", "changelog --json", "changelog v1.1.0..", "next --why", "next --json", "graph --all", "help config", "list", "eval 'for i = 1, 30000 do print(i) end'" } do
    local script = ('{ "$0" %s; echo "ended with $?" >&2; } | head -c 10 >/dev/null'):format(words)
    local result = run { "sh", "-c", script, slipway, dir = dir, env = env }
    check.equal(result.err, "ended with 0\n", words)
  end
  local whole = run { slipway, "changelog", "--no-cache", dir = dir, env = env }
  check.equal(run({ slipway, "changelog", dir = dir, env = env }).out, whole.out, "and the page that was kept meanwhile is whole")
end)
