-- The way of release of a trunk that nobody pushes to: a pull request with the release commit. Opens or updates it, waits
-- for review, checks and merge (the run parks, a person is needed), and returns the commit that the merge made.
local errors = require "pure.errors"
local follow = require "forge.follow"
local verb = require "pure.declare"

local function marker(a) return ("<!-- slipway: release %s -->"):format(a.branch) end
local function body(a) return ("%s\n\n%s"):format(a.body or "", marker(a)) end

local function find(world, a)
  return world.forge.find_pull { head = a.branch, base = a.base, commit = a.commit }
end

local function plain(text) return (text:gsub("\r\n", "\n"):gsub("%s+$", "")) end

--- The pull request as it has to be: there, open, with our words.
local function find_or_open(world, a)
  local pull, err = find(world, a)
  if err then return nil, err end
  if not pull then
    pull, err = world.forge.make_pull { head = a.branch, base = a.base, title = a.title, body = body(a) }
    if pull then return pull end
    local made = find(world, a) -- the answer may have been lost after it was opened
    if made then return made end
    return nil, err
  end
  if pull.state == "open" and pull.title ~= a.title or plain(pull.body) ~= plain(body(a)) and pull.state == "open" then
    return world.forge.edit_pull(pull, { title = a.title, body = body(a) })
  end
  return pull
end

--- What the merge made, fetched: the commit that is tagged. What others had merged meanwhile is in it, too.
local function merged(world, a, pull)
  local ok, err = world.repo:fetch { remote = a.remote, refs = { "refs/heads/" .. a.base }, credential = world.credential() }
  if not ok then return nil, err end
  local commit, absent = world.repo:commit(pull.merge_commit)
  if not commit then return nil, absent end
  local proposed, lost = world.repo:commit(a.commit)
  if not proposed then return nil, lost end
  local value = { commit = pull.merge_commit, number = pull.number, url = pull.url }
  if commit.tree ~= proposed.tree then
    value.debt = ("other changes came to %s with or before the merge of #%d; the release notes do not name them"):format(a.base, pull.number)
  end
  return value
end

local function reviews_told(world, a, pull)
  local reviews = world.forge.reviews(pull)
  if not reviews then return "reviews unknown" end
  if reviews.rejected > 0 then return ("changes are requested by %d"):format(reviews.rejected) end
  local wanted = a.approvals or (reviews.missing and reviews.approved + reviews.missing) or 0
  if reviews.approved < wanted then return ("%d of %d approvals"):format(reviews.approved, wanted) end
  return reviews.approved > 0 and ("%d approval%s"):format(reviews.approved, reviews.approved == 1 and "" or "s") or nil
end

--- What it waits for, in words.
local function told(world, a, pull)
  local parts = {}
  parts[#parts + 1] = reviews_told(world, a, pull)
  local checks = world.forge.checks(a.commit)
  if checks and checks.state ~= "none" then
    local names = checks.state == "red" and checks.failed or checks.state == "pending" and checks.pending or {}
    parts[#parts + 1] = ("checks %s%s"):format(checks.state, #names > 0 and " (" .. table.concat(names, ", ") .. ")" or "")
  end
  if pull.blocked then parts[#parts + 1] = "it has conflicts" end
  parts[#parts + 1] = "not merged yet"
  return ("#%d: %s; %s"):format(pull.number, table.concat(parts, ", "), tostring(pull.url))
end

local function closed(pull)
  return errors.new { code = "step.different", message = ("pull request #%d was closed without a merge"):format(pull.number), hint = "reopen it and slipway resume, or slipway undo: " .. tostring(pull.url) }
end

local function other_head(a, pull)
  return errors.new {
    code = "step.different", message = ("%s holds %s, proposed was %s"):format(a.branch, tostring(pull.head_commit):sub(1, 10), a.commit:sub(1, 10)),
    hint = "somebody pushed to the branch: look, then slipway undo and release again",
  }
end

local function look(world, a, number)
  local pull, err = world.forge.pull(number)
  if not pull then return nil, err end
  if pull.state == "merged" then return merged(world, a, pull) end
  if pull.state == "closed" then return false, closed(pull) end
  if pull.head_commit ~= a.commit then return false, other_head(a, pull) end
  return nil, told(world, a, pull)
end

return verb {
  name = "propose", class = "remote", summary = "Release by pull request: open it, wait for its merge, return the merged commit.",
  params = {
    branch = "text", base = "text", commit = "commit", title = "text", body = "text?", remote = "text", approvals = "integer?", within = "duration?",
  },
  returns = { commit = "oid", number = "integer", url = "text" },
  undo_says = "close it",
  label = function(a) return "the merge into " .. a.base end,
  example = 'p:propose { remote = "origin", branch = "release/v1.2.0", base = "main", commit = bump.commit, title = "Release 1.2.0" }',
  describe = function(a) return ("propose %s to %s as '%s', and await the merge"):format(a.branch, a.base, a.title) end,
  verify = function(world, a)
    local pull, err = find(world, a)
    if err then return err.retry and "unknown" or "different", err end
    if not pull then return "absent" end
    if pull.state == "merged" then
      local value, failed = merged(world, a, pull)
      if not value then return "unknown", failed end
      return "same", value
    end
    if not pull.body:find(marker(a), 1, true) then return "different", ("#%d proposes %s already and was not made by slipway"):format(pull.number, a.branch) end
    return "absent", nil, { number = pull.number, url = pull.url }
  end,
  apply = function(world, a)
    local pull, err = find_or_open(world, a)
    if not pull then return nil, err end
    if world.checkpoint then world.checkpoint "pull-open" end
    return follow.wait(world, { within = a.within, default = "10s", hint = "when it is merged: slipway resume" }, function() return look(world, a, pull.number) end)
  end,
  undo = function(world, a)
    local pull, err = find(world, a)
    if err then return nil, err end
    if not pull then return true end
    if pull.state == "merged" then
      return nil, errors.new { code = "step.different", message = ("pull request #%d is merged; %s is not rewritten"):format(pull.number, a.base), hint = "take it back by a pull request that reverts it: " .. tostring(pull.url) }
    end
    if not pull.body:find(marker(a), 1, true) then return true end
    local done, failed = world.forge.edit_pull(pull, { title = a.title, state = "closed" })
    return done and true, failed
  end,
}
