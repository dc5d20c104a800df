-- slipway help --man: the manual page, in the language of man(7), from the same declarations as help.
local commands = require "cli.commands"
local host = require "door.host"

local M = {}

-- Text as roff has to have it: no escapes of its own, no line that begins as a request.
local function roff(text)
  local escaped = text:gsub("\\", "\\e"):gsub("%-", "\\-"):gsub("\n([.'])", "\n\\&%1")
  escaped = escaped:gsub("[\xC2-\xF4][\x80-\xBF]+", function(c) return ("\\[u%04X]"):format(utf8.codepoint(c)) end)
  return (escaped:gsub("^([.'])", "\\&%1"))
end

local function section(lines, title) lines[#lines + 1] = ".SH " .. title end

local function item(lines, head, text)
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
  local lines = { ('.TH SLIPWAY 1 "" "slipway %s" "User Commands"'):format(host.version) }
  section(lines, "NAME")
  lines[#lines + 1] = "slipway \\- plan, run, resume and undo releases"
  section(lines, "SYNOPSIS")
  lines[#lines + 1] = ".B slipway\n[COMMAND] [OPTIONS]"
  section(lines, "DESCRIPTION")
  lines[#lines + 1] = roff "A recipe reads the project and plans steps; the plan is shown, stored, approved, and performed exactly as it stands. A run that was stopped or killed goes on with slipway resume and is taken back with slipway undo."
  section(lines, "COMMANDS")
  for _, entry in ipairs(commands.list) do
    item(lines, entry.usage, entry.summary)
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
  section(lines, "OPTIONS")
  for _, row in ipairs(global) do item(lines, row[1], row[2]) end
  section(lines, '"EXIT STATUS"')
  for _, row in ipairs(exits) do item(lines, row[1], row[2]) end
  section(lines, "FILES")
  item(lines, "slipway.lua", "the settings of a project: slipway help config")
  item(lines, "slipway/recipes, slipway/verbs, slipway/tests", "a project's own")
  item(lines, ".git/slipway/runs", "the journals of its runs")
  return table.concat(lines, "\n") .. "\n"
end

return M
