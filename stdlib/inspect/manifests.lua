-- The manifests of the released commit: all carry the version of the tag, lock files included.
local formats = require "manifest.formats"

local M = { name = "manifests" }

function M.look(world, found, report)
  local texts, order = {}, {}
  for _, path in ipairs(world.project.manifests) do
    local text, err = world.repo:read { at = found.commit, path = path }
    if err then return report.unknown(path, err) end
    if text then
      texts[path], order[#order + 1] = text, path
    else
      report.different(path, "it is not in the released commit")
    end
  end
  if #order == 0 then return report.absent("the manifests", "none is known") end
  local version, err, core_only = formats.agree(texts, order, world.project.manifest_options)
  local subject = table.concat(order, ", ")
  if err then return report.different(subject, err) end
  if not version then return report.absent(subject, "they carry no version") end
  if formats.same({ version = version, core_only = core_only }, { version = found.version }) then return report.same(subject, version) end
  report.different(subject, ("the version there is %s, the tag says %s"):format(version, found.version))
end

return M
