-- slipway help --man: the manual page, in the language of man(7), from the same declarations as help.
local commands = require "cli.commands"
local host = require "door.host"

local M = {}

-- Text as roff has to have it: no escapes of its own, no line that begins as a request.
---@param text string
---@return string
local function roff(text)
  local escaped = text:gsub("\\", "\\e"):gsub("%-", "\\-"):gsub("\n([.'])", "\n\\&%1")
  escaped = escaped:gsub("[\xC2-\xF4][\x80-\xBF]+", function(c) return ("\\[u%04X]"):format(utf8.codepoint(c)) end)
  return (escaped:gsub("^([.'])", "\\&%1"))
end

M.roff = roff

--- The first lines of a page.
---@param title string
---@param number integer  section of the manual
---@param manual string   its name
---@param name string     what stands under NAME, as roff
---@return string[]
function M.head(title, number, manual, name)
  return { ('.TH %s %d "" "slipway %s" "%s"'):format(title, number, host.version, manual), ".SH NAME", name }
end

function M.section(lines, title) lines[#lines + 1] = ".SH " .. title end

--- A tagged paragraph.
function M.item(lines, head, text)
  lines[#lines + 1] = ".TP\n.B " .. roff(head)
  lines[#lines + 1] = text ~= "" and roff(text) or "\\&"
end

local exits = {
  { "0", "done; plan: there is something to do" }, { "1", "internal fault" }, { "2", "usage" }, { "3", "nothing to release" }, { "4", "a gate or precondition refused" },
  { "5", "credential missing or refused" }, { "6", "locked by another run" }, { "7", "stopped after effects: resume or undo" }, { "8", "verification found a difference" },
  { "9", "the world has moved since the plan" }, { "10", "a person said no" }, { "11", "waiting for a person or a service" }, { "130, 143", "interrupted" },
}

--- The page.
---@param options fun(command: string): { [1]: string, [2]: string }[]
---@param global { [1]: string, [2]: string }[]
---@return string
function M.page(options, global)
  local lines = M.head("SLIPWAY", 1, "User Commands", "slipway \\- plan, run, resume and undo releases")
  M.section(lines, "SYNOPSIS")
  lines[#lines + 1] = ".B slipway\n[COMMAND] [OPTIONS]"
  M.section(lines, "DESCRIPTION")
  lines[#lines + 1] = roff "A recipe reads the project and plans steps; the plan is shown, stored, approved, and performed exactly as it stands. A run that was stopped or killed goes on with slipway resume and is taken back with slipway undo."
  M.section(lines, "COMMANDS")
  for _, entry in ipairs(commands.list) do
    M.item(lines, entry.usage, entry.summary)
    local rows = options(entry.name)
    for i = 1, #rows - #global do
      local head, text = rows[i][1], rows[i][2]
      if head == "" then -- goes on from the row before
        table.insert(lines, #lines, roff(text))
      else
        lines[#lines + 1] = ".RS\n.TP\n.B " .. roff(head) .. "\n" .. (text ~= "" and roff(text) or "\\&")
        lines[#lines + 1] = ".RE"
      end
    end
  end
  M.section(lines, "OPTIONS")
  for _, row in ipairs(global) do M.item(lines, row[1], row[2]) end
  M.section(lines, '"EXIT STATUS"')
  for _, row in ipairs(exits) do M.item(lines, row[1], row[2]) end
  M.section(lines, "FILES")
  M.item(lines, "slipway.lua", "the settings of a project: slipway help config")
  M.item(lines, "slipway/recipes, slipway/verbs, slipway/tests", "a project's own")
  M.item(lines, ".git/slipway/runs", "the journals of its runs")
  M.section(lines, '"SEE ALSO"')
  lines[#lines + 1] = ".BR slipway\\-recipe (5),\n.BR slipway\\-lua (7),\n.BR git (1)"
  return table.concat(lines, "\n") .. "\n"
end

return M
