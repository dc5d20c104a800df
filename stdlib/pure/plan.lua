-- Plans as values: built from a draft, checked against the rules, canonical, with a digest. Nothing
-- here touches the world.
local canon = require "door.canon"
local errors = require "pure.errors"
local schema = require "pure.schema"
local shape = require "pure.plan_shape"

local M = {}

M.FORMAT = 1

local function refuse(code, format, ...) return nil, errors.new { code = code, message = format:format(...) } end

--- The step ids that a value refers to.
---@param value any
---@param found string[]?
---@return string[]
function M.references(value, found)
  found = found or {}
  if type(value) ~= "table" then return found end
  if schema.is_reference(value) then
    found[#found + 1] = value["$ref"]:match("^(.-)%.")
    return found
  end
  for _, item in pairs(value) do M.references(item, found) end -- order: a set
  return found
end

--- Replaces references by what `lookup(step, field)` gives.
---@param value any
---@param lookup fun(step: string, field: string): any
---@return any
function M.resolve(value, lookup)
  if type(value) ~= "table" then return value end
  if schema.is_reference(value) then return lookup(value["$ref"]:match("^(.-)%.(.+)$")) end
  local copy = {}
  for key, item in pairs(value) do copy[key] = M.resolve(item, lookup) end -- order: a copy has none
  return copy
end

--- What a reader sees where a result is not known yet: the noun of the step that will make it.
local function with_labels(args, steps, verbs)
  return M.resolve(args, function(id, field)
    local step = steps[id]
    local label = step and verbs[step.verb].label
    return label and label(step.args) or ("<%s.%s>"):format(id, field)
  end)
end

local function describe(step, by_id, verbs)
  local verb = verbs[step.verb]
  local ok, text = pcall(verb.describe, with_labels(step.args, by_id, verbs))
  local line = ok and type(text) == "string" and text or verb.summary
  return (line:gsub("%c", " ")) -- shown to who approves: it must not steer the terminal
end

local function build_step(step, by_id, verbs)
  local verb = verbs[step.verb]
  local class = verb.raise_class and verb.raise_class(step.args) or verb.class
  local built = {
    id = step.id, phase = step.phase, verb = step.verb, args = step.args, at = step.at, class = class,
    describe = describe(step, by_id, verbs), forward = verb.forward or false, parallel = verb.parallel or false,
  }
  if class == "local" or class == "remote" then built.undo = verb.undo_says end
  if class == "final" then built.retract = verb.retraction and verb.retraction(step.args) or verb.retract or "none" end
  return built
end

-- Every reference is to a result that an earlier step gives.
local function check_references(step, seen, verbs)
  local refused
  M.resolve(step.args, function(id, field)
    local target = id and seen[id]
    if not target then
      refused = refused or { "plan.forward_reference", "%s: step %s refers to %s, which does not stand before it", step.at, step.id, tostring(id) }
    elseif not verbs[target.verb].returns[field] then
      refused = refused or { "plan.no_result", "%s: the step %s gives no '%s'", step.at, id, field }
    end
  end)
  if refused then return refuse(table.unpack(refused)) end
  return true
end

local function check_order(steps, policy, verbs)
  local seen, pivot, approved = {}, nil, false
  for _, step in ipairs(steps) do
    local known, unknown = check_references(step, seen, verbs)
    if not known then return nil, unknown end
    seen[step.id] = step
    if step.verb == "approve" then approved = true end
    if step.class == "final" and not pivot then
      pivot = step.id
      if policy.approval == "step" and not approved then
        return refuse("plan.no_approval", "%s: step %s cannot be undone and no approve step stands before it", step.at, step.id)
      end
    elseif pivot and (step.class == "local" or step.class == "remote") and not step.forward then
      return refuse("plan.after_pivot", "%s: step %s (%s) stands behind %s, which cannot be undone", step.at, step.id, step.class, pivot)
    end
  end
  return true, pivot
end

-- The fork at the end names a step of this plan, and recipes whose arguments refer to its steps at most.
local function check_fork(after, steps, verbs)
  if not after then return true end
  local known = {}
  for _, step in ipairs(steps) do known[step.id] = step end
  if not known[after.step] then return refuse("recipe.contract", "p:after: there is no step '%s'", tostring(after.step)) end
  for choice, way in pairs(after) do -- order: any complaint is a complaint
    if choice ~= "step" then
      local sound = type(way) == "table" and type(way[1]) == "string" and (way[2] == nil or type(way[2]) == "table")
      if not sound then return refuse("recipe.contract", "p:after: '%s' leads to no recipe", tostring(choice)) end
      local resolves, err = check_references({ id = "p:after", at = "p:after", args = way[2] or {} }, known, verbs)
      if not resolves then return nil, err end
    end
  end
  return true
end

-- Steps with everything that follows from verb and arguments. The recipe's process has checked the arguments; nothing
-- is believed of it.
local function build_steps(drafted, verbs, policy)
  local by_id, steps = {}, {}
  for _, step in ipairs(drafted) do by_id[step.id] = step end
  for _, step in ipairs(drafted) do
    local verb = verbs[step.verb]
    if not verb then return refuse("plan.no_verb", "%s: there is no verb '%s'", step.at, step.verb) end
    local checked, err = schema.check_args(verb.params, step.args)
    if not checked then return refuse(err.code, "%s: p:%s: %s", step.at, step.verb, err.message) end
  end
  for i, step in ipairs(drafted) do steps[i] = build_step(step, by_id, verbs) end
  local ordered, pivot_or_error = check_order(steps, policy, verbs)
  if not ordered then return nil, pivot_or_error end
  return steps, pivot_or_error
end

--- Builds the plan of a draft. `verbs` are the declarations; `o` is what the host knows besides.
---@param draft slipway.Draft
---@param verbs table<string, slipway.Verb>
---@param o { recipe: table, args: table, facts: table[], project: table, policy: table, slipway: string, digests: table }
---@return table? plan, slipway.Error?
function M.build(draft, verbs, o)
  local shaped, misshapen = shape.draft(draft)
  if not shaped then return nil, misshapen end
  local steps, pivot_or_error = build_steps(draft.steps, verbs, o.policy)
  if not steps then return nil, pivot_or_error end
  local forks, unsound = check_fork(draft.after, steps, verbs)
  if not forks then return nil, unsound end
  local plan = {
    format = M.FORMAT, slipway = o.slipway, recipe = o.recipe.name, args = o.args, project = o.project,
    title = draft.title or o.recipe.summary, version = draft.version, channel = draft.channel,
    checks = draft.checks, facts = o.facts, steps = steps, pivot = pivot_or_error, after = draft.after,
    digests = o.digests, day = o.day,
  }
  local digest, err = M.digest(plan)
  if not digest then return nil, errors.at(errors.adopt(err), "plan of " .. plan.recipe) end
  plan.digest = digest
  return plan
end

--- The digest covers everything but itself.
---@param plan table
---@return string?, slipway.Error?  64 hexadecimal digits
function M.digest(plan)
  local copy = {}
  for key, value in pairs(plan) do copy[key] = value end -- order: canonical form sorts
  copy.digest = nil
  local digest, err = canon.digest(copy)
  if not digest then return nil, err end
  return (digest:gsub("^sha256:", ""))
end

--- Checks a plan that came from outside.
---@param plan any
---@return table?, slipway.Error?
function M.check(plan)
  if type(plan) ~= "table" or type(plan.steps) ~= "table" or type(plan.digest) ~= "string" then
    return refuse("plan.altered", "this is not a plan")
  end
  if math.type(plan.format) ~= "integer" or plan.format > M.FORMAT then
    return refuse("plan.newer", "the plan has format %s, this Slipway knows %d", tostring(plan.format), M.FORMAT)
  end
  if M.digest(plan) ~= plan.digest then return refuse("plan.altered", "the plan does not fit its digest %s", plan.digest:sub(1, 12)) end
  local shaped, err = shape.plan(plan)
  if not shaped then return nil, err end
  return plan
end

--- A digest only tells that nothing was changed by accident. So before a plan is performed: is every step still what its
--- verb makes of its arguments? Otherwise a plan could call a final step a read one and pass without approval.
---@param plan table
---@param verbs table<string, slipway.Verb>
---@param policy table
---@return true?, slipway.Error?
function M.verify(plan, verbs, policy)
  local steps, pivot_or_error = build_steps(plan.steps, verbs, policy)
  if not steps then return nil, pivot_or_error end
  for i, step in ipairs(plan.steps) do
    if canon.encode(step) ~= canon.encode(steps[i]) then
      return refuse("plan.altered", "step %s is not what the verb %s makes of its arguments: it was edited, or planned by another Slipway", step.id, step.verb)
    end
  end
  if plan.pivot ~= pivot_or_error then return refuse("plan.altered", "the plan's first final step is not %s", tostring(plan.pivot)) end
  return true
end

--- The failed checks of a plan as one error, or nil when it may run. Credentials decide the exit code
--- only when nothing else failed.
---@param plan table
---@return slipway.Error?
function M.refusal(plan)
  local failed, only_credentials = {}, true
  for _, check in ipairs(plan.checks) do
    if check.must and not check.ok then
      failed[#failed + 1] = check
      local entry = check.code and errors.entry(check.code)
      if not entry or entry.exit ~= 5 then only_credentials = false end
    end
  end
  if #failed == 0 then return nil end
  local lines = {}
  for _, check in ipairs(failed) do lines[#lines + 1] = check.why and ("%s: %s"):format(check.say, check.why) or check.say end
  return errors.new {
    code = only_credentials and "plan.credentials" or "plan.refused",
    message = #failed == 1 and lines[1] or ("%d requirements are not met"):format(#failed), cause = #failed > 1 and table.concat(lines, "\n") or nil,
    hint = failed[1].hint,
  }
end

-- Parts ---------------------------------------------------------------------------------------

local function position(plan, name)
  local first, last
  for i, step in ipairs(plan.steps) do
    if step.phase == name or step.id == name or step.verb == name then
      first, last = first or i, i
    end
  end
  return first, last
end

--- Which steps a part takes in: --only, --start, --until name phases or steps.
---@param plan table
---@param part { only: string[]?, start: string?, ["until"]: string? }
---@return table<string, true>?, slipway.Error?  nil, nil: all
function M.part(plan, part)
  if not (part.only or part.start or part["until"]) then return nil end
  local chosen = {}
  local from, to = 1, #plan.steps
  for _, bound in ipairs { "start", "until" } do
    if part[bound] then
      local first, last = position(plan, part[bound])
      if not first then return refuse("plan.no_step", "--%s %s: the plan has no such phase or step", bound, part[bound]) end
      if bound == "start" then from = first else to = last end
    end
  end
  for i = from, to do chosen[plan.steps[i].id] = true end
  if part.only then
    local narrowed = {}
    for _, name in ipairs(part.only) do
      if not position(plan, name) then return refuse("plan.no_step", "--only %s: the plan has no such phase or step", name) end
      for _, step in ipairs(plan.steps) do
        if (step.phase == name or step.id == name or step.verb == name) and chosen[step.id] then narrowed[step.id] = true end
      end
    end
    chosen = narrowed
  end
  return chosen
end

--- Groups neighbouring steps that may run together: same verb, declared parallel, not referring to each other.
---@param steps table[]
---@return table[][]
function M.groups(steps)
  local groups = {}
  for _, step in ipairs(steps) do
    local group = groups[#groups]
    local joins = group and step.parallel and group[1].parallel and group[1].verb == step.verb
    if joins then
      local members = {}
      for _, member in ipairs(group) do members[member.id] = true end
      for _, id in ipairs(M.references(step.args)) do joins = joins and not members[id] end
    end
    if joins then group[#group + 1] = step else groups[#groups + 1] = { step } end
  end
  return groups
end

return M
