-- Pushes a branch and a tag, atomically, each with the value that is expected there. A branch that has
-- moved, or a tag that exists, refuses the push; nothing is ever forced. A tag is moved only from the value that
-- `tag_expect` names.
local errors = require "pure.errors"
local branch_tip = require "repository.tip"
local schema = require "pure.schema"
local verb = require "pure.declare"

local LIMIT <const> = 1800 -- seconds; a git that waits for the rest of an answer would wait for ever

--- The refs this push is about: name, the value they get, the value expected there.
local function wanted(a)
  local refs = {}
  if a.branch then refs[#refs + 1] = { name = "refs/heads/" .. (a.to or a.branch), to = a.commit, expect = a.expect } end
  if a.tag then refs[#refs + 1] = { name = "refs/tags/" .. a.tag_name, to = a.tag, expect = a.tag_expect or "" } end
  for _, tag in ipairs(a.tags or {}) do refs[#refs + 1] = { name = "refs/tags/" .. tag.name, to = tag.oid, expect = "" } end
  return refs
end

local function unexpected(a, ref, value)
  return ("%s on %s is at %s, expected %s"):format(ref.name, a.remote, value == "" and "nothing" or value:sub(1, 10),
    ref.expect == "" and "nothing" or ref.expect:sub(1, 10))
end

local function remote_refs(world, a)
  local patterns = {}
  for i, ref in ipairs(wanted(a)) do patterns[i] = ref.name end
  return world.repo:ls_remote { remote = a.remote, patterns = patterns, credential = world.credential() }
end

local function send(world, a, refs)
  local limit = math.ceil(1000 * (schema.seconds((world.config.policy or {}).push_limit) or LIMIT))
  local answer, err = world.repo:push { remote = a.remote, refs = refs, credential = world.credential(), within = limit }
  if not answer then return nil, err end
  if answer.ok then return true end
  local reasons, names = {}, {}
  for name in pairs(answer.refs) do names[#names + 1] = name end -- order: sorted below
  table.sort(names)
  for _, name in ipairs(names) do
    local ref = answer.refs[name]
    if ref.state ~= "ok" and ref.state ~= "same" then reasons[#reasons + 1] = ("%s: %s"):format(name, ref.why or ref.state) end
  end
  return nil, errors.new {
    code = "push.rejected", message = ("%s refused the push: %s"):format(a.remote, table.concat(reasons, "; ")),
    hint = "if the remote has moved on: slipway undo, then plan again",
  }
end

--- Takes a pushed branch back: moved back while it is ours and the server allows it, else reverted on top.
local function take_branch_back(world, a, tip)
  local name, expect = "refs/heads/" .. (a.to or a.branch), a.expect
  if expect == "" then return send(world, a, { { name = name, expect = tip } }) end
  if tip == a.commit and (world.config.policy or {}).move_back ~= false then
    local ok, err = send(world, a, { { name = name, to = expect, expect = tip } })
    if ok or err.code ~= "push.rejected" then return ok, err end
  end
  return nil, "revert"
end

local function revert_on_top(world, a, tip)
  local name = "refs/heads/" .. (a.to or a.branch)
  local made, err = world.repo:revert {
    commits = branch_tip.between(world, a.expect, a.commit), onto = tip, time = world.time,
    message = branch_tip.revert_message(world.repo:commit(a.commit).subject),
  }
  if not made then return nil, err end
  return send(world, a, { { name = name, to = made.commit, expect = tip } })
end

--- Is there nothing (left) of ours on the branch: our commit never came there, or a revert of ours stands on it already,
--- perhaps below what others have pushed since?
---@return boolean?, slipway.Error?
local function is_free_of_ours(world, a, tip)
  if not world.repo:commit(tip) then
    local ok, err = world.repo:fetch { remote = a.remote, refs = { "refs/heads/" .. (a.to or a.branch) }, credential = world.credential() }
    if not ok then return nil, err end
  end
  local reached, err = world.repo:is_ancestor(a.commit, tip)
  if reached == nil then return nil, err end
  if not reached then return true end
  return branch_tip.is_taken_back(world, a.commit, tip)
end

-- Is what we pushed on the branch, with more on top of it, and not taken back?
local function is_below(world, a, tip)
  local free, err = is_free_of_ours(world, a, tip)
  if free == nil then return nil, err end
  return not free
end

--- "main and v1.2.0"; "main, core-v1.2.0 and cli-v2.0.0".
local function in_words(names)
  if #names < 3 then return table.concat(names, " and ") end
  return table.concat(names, ", ", 1, #names - 1) .. " and " .. names[#names]
end

return verb {
  name = "push", class = "remote", summary = "Push a branch and a tag with the values expected there.",
  params = {
    remote = "text", branch = "text?", commit = "commit?", to = "text?", expect = "text?", tag = "oid?", tag_name = "text?", tag_expect = "text?", tags = "list?",
    starts = "text?",
  },
  returns = { commit = "oid", tag = "oid" },
  tip = { branch = "branch", at = "commit" },
  forward = true, undo_says = "take back", retract = "what the tag starts runs on: cancel it at the forge, yank what it has published",
  raise_class = function(a) if a.starts then return "final" end end,
  label = function(a) return a.tag_name or (a.tags and a.tags[1] and a.tags[1].name) or a.branch end,
  example = 'p:push { remote = "origin", branch = "main", expect = ahead.remote, tag = tag.oid, tag_name = "v1.2.0" }',
  describe = function(a)
    local names = {}
    if a.branch then names[#names + 1] = a.to or a.branch end
    if a.tag then names[#names + 1] = tostring(a.tag_name) end
    for i, tag in ipairs(a.tags or {}) do
      if i <= 3 then names[#names + 1] = tag.name end
    end
    local more = #(a.tags or {}) - 3
    if more > 0 then names[#names + 1] = ("%d more tags"):format(more) end
    return ("push %s to %s%s"):format(in_words(names), a.remote, #names > 1 and ", atomically" or "")
  end,
  verify = function(world, a)
    local there, err = remote_refs(world, a)
    if not there then
      if err.code == "git.no_network" or err.retry then return "unknown", err end
      return "different", err
    end
    local here, same, other = wanted(a), 0, nil
    for _, ref in ipairs(here) do
      local value = there.refs[ref.name] or ""
      local below, unread
      if value ~= ref.to and value ~= ref.expect and value ~= "" and ref.name:find "^refs/heads/" then
        below, unread = is_below(world, a, value) -- others have pushed on top of it since
        if unread then return "unknown", unread end
      end
      if value == ref.to or below then same = same + 1 elseif value ~= ref.expect then other = other or unexpected(a, ref, value) end
    end
    local value = { commit = a.commit, tag = a.tag }
    if same == #here then return "same", value end
    return other and "different" or "absent", other, same > 0 and value or nil
  end,
  apply = function(world, a)
    local there, err = remote_refs(world, a)
    if not there then return nil, err end
    local missing = {}
    for _, ref in ipairs(wanted(a)) do
      if there.refs[ref.name] ~= ref.to then missing[#missing + 1] = ref end
    end
    local ok, failed = send(world, a, missing)
    if not ok then return nil, failed end
    return { commit = a.commit, tag = a.tag }
  end,
  undo = function(world, a)
    local there, err = remote_refs(world, a)
    if not there then return nil, err end
    local ours = {}
    for _, ref in ipairs(wanted(a)) do
      if ref.name:find "^refs/tags/" and there.refs[ref.name] == ref.to then
        ours[#ours + 1] = { name = ref.name, to = ref.expect ~= "" and ref.expect or nil, expect = ref.to }
      end
    end
    if #ours > 0 then
      local ok, failed = send(world, a, ours)
      if not ok then return nil, failed end
    end
    world.checkpoint "tag-gone"
    local tip = a.branch and there.refs["refs/heads/" .. (a.to or a.branch)]
    if not tip or tip == a.expect then return true end
    local free, unread = is_free_of_ours(world, a, tip)
    if free or free == nil then return free, unread end
    local ok, why = take_branch_back(world, a, tip)
    if ok or why ~= "revert" then return ok, why end
    return revert_on_top(world, a, tip)
  end,
}
