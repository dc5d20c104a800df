-- A project's own verbs run with all rights, so they wait until a person has accepted them.
local env = {
  GIT_CONFIG_NOSYSTEM = "1",
  GIT_CONFIG_GLOBAL = "/dev/null",
  GIT_AUTHOR_NAME = "Ada",
  GIT_AUTHOR_EMAIL = "ada@example.test",
  GIT_COMMITTER_NAME = "Ada",
  GIT_COMMITTER_EMAIL = "ada@example.test",
}

local function write(path, text)
  assert(run { "mkdir", "-p", (path:match "^(.*)/") }.code == 0)
  local file <close> = assert(io.open(path, "w"))
  file:write(text)
end

local function new_project()
  local dir = scratch()
  local home = scratch()
  write(dir .. "/VERSION", "1.0.0\n")
  write(
    dir .. "/slipway/verbs/greet.lua",
    [[
local verb = require "pure.declare"
return verb {
  name = "greet", class = "read", summary = "Say hello.", params = { who = "text" }, example = 'p:greet { who = "Ada" }',
  describe = function(a) return "greet " .. a.who end,
  verify = function() return "absent" end,
  apply = function() return {} end,
}
]]
  )
  write(
    dir .. "/slipway/recipes/hello.lua",
    [[
-- Greets.
return {
  name = "hello", summary = "Greet.", params = {},
  plan = function(p) p:greet { who = "Ada" } end,
}
]]
  )
  for _, words in ipairs {
    { "init", "-q", "-b", "main" },
    { "add", "." },
    { "commit", "-q", "-m", "feat: one" },
  } do
    assert(run { dir = dir, env = env, "git", table.unpack(words) }.code == 0)
  end
  return function(...)
    local all = {
      HOME = home,
      XDG_CONFIG_HOME = home .. "/c",
      XDG_STATE_HOME = home .. "/s",
      XDG_CACHE_HOME = home .. "/k",
    }
    for name, value in pairs(env) do
      all[name] = value
    end
    return run { dir = dir, env = all, slipway, ... }
  end,
    dir
end

test("a verb that nobody has accepted is refused, with the way to accept it", function()
  local command = new_project()
  local result = command("plan", "hello")
  check.equal(result.code, 4)
  check.match(result.err, "SW%-VERB%-UNTRUSTED.*'greet'.*slipway trust")
end)

test("an accepted verb plans, and a change of its text asks again", function()
  local command, dir = new_project()
  check.equal(command("trust").code, 0)
  local planned = command("plan", "hello")
  check.equal(planned.code, 0, planned.err)
  check.match(planned.out, "greet Ada")
  local file = assert(io.open(dir .. "/slipway/verbs/greet.lua", "a"))
  file:write "-- changed\n"
  file:close()
  check.equal(command("plan", "hello").code, 4)
end)

test("a mistyped verb stays a mistyped verb", function()
  local command, dir = new_project()
  write(
    dir .. "/slipway/recipes/hello.lua",
    '-- Greets.\nreturn { name = "hello", summary = "s", params = {}, plan = function(p) p:gret {} end }\n'
  )
  local result = command("plan", "hello")
  check.equal(result.code, 2)
  check.match(result.err, "there is no verb 'gret'")
end)
