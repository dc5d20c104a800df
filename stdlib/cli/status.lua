-- slipway: where the project stands and what to type. git status begins as early as it can, and runs beside the rest.
local M = {}

function M.run(context, words)
  local o, err = context:parse("status", words, #words > 0 and function() end or nil)
  if not o then return err == 0 and 0 or nil, err end
  local found, failed = context:reading()
  if not found then return nil, failed end
  local project, out = found.project, context.out
  if not project.head.oid then
    out.object("status", { project = project.name, empty = true })
    out.say(("%s   %s, no commit yet"):format(out.paint("bold", project.name), require("cli.status_view").where(project)))
    return 0
  end
  project.repo:status_soon()
  return require("cli.status_view").show(context, found)
end

return M
