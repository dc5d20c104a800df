-- The tag: the same object here and on the remote, annotated, its commit there, its signature good.
local M = { name = "tag" }

local function on_remote(world, found, report)
  if not world.project.remote then return report.absent("the remote", "the project has none") end
  local there, err = world.repo:ls_remote { remote = world.project.remote, patterns = { "refs/tags/" .. found.tag }, credential = world.credential() }
  if not there then return report.unknown(found.tag .. " on " .. world.project.remote, err) end
  local oid = there.refs["refs/tags/" .. found.tag]
  local subject = ("%s on %s"):format(found.tag, world.project.remote)
  if not oid then return report.different(subject, "it is not there") end
  if oid ~= found.oid then return report.different(subject, ("it is %s there, %s here"):format(oid:sub(1, 10), found.oid:sub(1, 10))) end
  report.same(subject, oid:sub(1, 10))
end

local function signature(world, found, report)
  if not found.signed then return report.absent("the tag's signature", "the tag is not signed") end
  local result, err = world.process.run { argv = { "git", "-C", world.project.root, "verify-tag", found.tag } }
  if not result then return report.unknown("the tag's signature", err) end
  if result.code == 0 then return report.same("the tag's signature", result.err:match "[^\n]*[Gg]ood[^\n]*") end
  report.different("the tag's signature", (result.err:gsub("%s+$", ""):match "[^\n]*$"))
end

function M.look(world, found, report)
  if found.annotated then report.same(found.tag, "annotated, " .. found.commit:sub(1, 10)) else report.different(found.tag, "it is no annotated tag") end
  on_remote(world, found, report)
  signature(world, found, report)
end

return M
