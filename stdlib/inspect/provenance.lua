-- Provenance and other signed statements on the page: good signature, and every file it speaks of is the one there is.
local envelopes = require "signer.envelope"
local provenance = require "pure.provenance"

local M = { name = "provenance" }

local function commit_of(statement)
  local definition = type(statement.predicate) == "table" and statement.predicate.buildDefinition
  local from = type(definition) == "table" and type(definition.resolvedDependencies) == "table" and definition.resolvedDependencies[1]
  return type(from) == "table" and type(from.digest) == "table" and from.digest.gitCommit or nil
end

local function subjects(found, name, statement, report)
  local wrong = 0
  for _, subject in ipairs(statement.subject) do
    local file = found.assets[subject.name]
    local digest = type(subject.digest) == "table" and subject.digest.sha256
    if not file or file.sha256 ~= digest then
      wrong = wrong + 1
      report.different(tostring(subject.name), ("%s speaks of %s; %s"):format(name, tostring(digest):sub(1, 16), file and "the page has " .. file.sha256:sub(1, 16) or "it is not on the page"))
    end
  end
  return wrong
end

local function check_one(world, found, name, report)
  local opened, why = provenance.open(world.file.read(found.assets[name].path) or "")
  if not opened then return report.different(name, why) end
  local who, err = envelopes.check(world, (world.config.artifacts or {}).sign or {}, opened)
  if not who then report[err.code == "sign.invalid" and "different" or "unknown"](name, err) end
  local wrong = subjects(found, name, opened.statement, report)
  local commit = commit_of(opened.statement)
  if commit and commit ~= found.commit then
    wrong = wrong + 1
    report.different(name, ("it says that %s was built, the tag is %s"):format(tostring(commit):sub(1, 10), found.commit:sub(1, 10)))
  end
  if who and wrong == 0 then report.same(name, ("%s; %d files"):format(who, #opened.statement.subject)) end
end

function M.look(world, found, report)
  if not found.page then return end
  local names = {}
  for name in pairs(found.assets) do -- order: sorted below
    if name:find "%.intoto%.jsonl$" then names[#names + 1] = name end
  end
  table.sort(names)
  for _, name in ipairs(names) do check_one(world, found, name, report) end
  if #names == 0 and (world.config.artifacts or {}).provenance then report.different("provenance", "slipway.lua promises it, and the page has none") end
end

return M
