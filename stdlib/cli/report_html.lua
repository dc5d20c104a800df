-- The report of a run as one page of HTML: no scripts, nothing fetched, readable in print, in the dark and as text alone.
local clock = require "door.clock"
local output = require "cli.output"

local M = {}

local entities = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" }

local function escape(value) return (tostring(value):gsub('[&<>"]', entities):gsub("[%z\1-\8\11\12\14-\31]", "")) end

local STYLE <const> = [[
:root{color-scheme:light dark;--ink:#1c1e21;--paper:#fff;--faint:#6b7280;--line:#d9dce1;--ok:#1a7f37;--bad:#b42318;--wait:#9a6700;--bar:#4c78a8}
@media(prefers-color-scheme:dark){:root{--ink:#e6e6e6;--paper:#16181c;--faint:#9aa3af;--line:#32363d;--ok:#4ac26b;--bad:#ff7b72;--wait:#d4a72c;--bar:#79a7d8}}
body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem;border-bottom:1px solid var(--line)}
table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.2rem .8rem .2rem 0}th{color:var(--faint);font-weight:normal}
code{font-size:.85em;word-break:break-all}.faint{color:var(--faint)}.ok{color:var(--ok)}.bad{color:var(--bad)}.wait{color:var(--wait)}
svg{width:100%;height:auto}svg text{font:12px system-ui,sans-serif;fill:currentColor}
@media print{body{margin:0;max-width:none}h2{break-after:avoid}tr{break-inside:avoid}}]]

local class_of = { done = "ok", adopted = "ok", failed = "bad", unknown = "bad", undone = "wait", stopped = "bad", refused = "bad", open = "wait", parked = "wait" }

local function colored(word) return ('<span class="%s">%s</span>'):format(class_of[word] or "faint", escape(word)) end

local function facts_table(data)
  local rows = {
    { "outcome", colored(data.outcome) }, { "version", data.version and escape(data.version) }, { "begun", escape(clock.iso(data.begun)) },
    { "ended", escape(clock.iso(data.ended)) }, { "by", data.by and escape(data.by) }, { "approved", data.approval and escape(data.approval) },
    { "run", escape(data.run) }, { "plan", ("<code>%s</code>"):format(escape(data.digest)) }, { "slipway", data.slipway and escape(data.slipway) },
  }
  local lines = {}
  for _, name in ipairs { "outcome", "version", "begun", "ended", "by", "approved", "run", "plan", "slipway" } do
    for _, row in ipairs(rows) do
      if row[1] == name and row[2] then lines[#lines + 1] = ("<tr><th>%s</th><td>%s</td></tr>"):format(name, row[2]) end
    end
  end
  return "<table>" .. table.concat(lines, "\n") .. "</table>"
end

-- The waterfall: a bar for each step from when it began to when it ended; what took no time is a hairline.
local LEFT <const>, WIDE <const>, ROW <const> = 260, 900, 20

local function waterfall(steps)
  local bars, first, last = {}, nil, nil
  for _, step in ipairs(steps) do
    if step.ms and step.ended_ms and step.ms > 0 then
      local began = step.ended_ms - step.ms
      bars[#bars + 1] = { step = step, began = began }
      first, last = math.min(first or began, began), math.max(last or began, began + step.ms)
    end
  end
  if #bars == 0 then return nil end
  local span = math.max(last - first, 1)
  local lines = { ('<svg viewBox="0 0 %d %d" role="img" aria-label="when each step ran">'):format(WIDE, #bars * ROW + 4) }
  for i, bar in ipairs(bars) do
    local y, x = (i - 1) * ROW, LEFT + (bar.began - first) / span * (WIDE - LEFT - 70)
    local width = math.max(bar.step.ms / span * (WIDE - LEFT - 70), 1)
    local name = bar.step.describe:gsub("%s+", " ")
    if utf8.len(name) and utf8.len(name) > 38 then name = name:sub(1, utf8.offset(name, 38) - 1) .. "…" end
    local color = (bar.step.state == "failed" or bar.step.state == "unknown") and "var(--bad)" or "var(--bar)"
    lines[#lines + 1] = ('<text x="0" y="%d">%s</text><rect x="%.1f" y="%d" width="%.1f" height="13" fill="%s"><title>%s</title></rect><text x="%.1f" y="%d">%s</text>')
      :format(y + 14, escape(name), x, y + 4, width, color, escape(bar.step.describe), math.min(x + width + 5, WIDE - 62), y + 14, output.duration(bar.step.ms))
  end
  lines[#lines + 1] = "</svg>"
  return table.concat(lines, "\n")
end

local function rows(columns, list, row)
  local lines = { "<table><tr>" }
  for _, name in ipairs(columns) do lines[#lines + 1] = ("<th>%s</th>"):format(name) end
  lines[#lines + 1] = "</tr>"
  for _, item in ipairs(list) do lines[#lines + 1] = "<tr><td>" .. table.concat(row(item), "</td><td>") .. "</td></tr>" end
  lines[#lines + 1] = "</table>"
  return table.concat(lines, "\n")
end

local function time_row(entry)
  local before = {}
  for i, ms in ipairs(entry.earlier) do before[i] = output.duration(ms) end
  local budget = entry.budget and output.duration(entry.budget) .. (entry.over and ' <span class="bad">over</span>' or "") or ""
  return { escape(entry.name), output.duration(entry.ms), budget, table.concat(before, ", ") }
end

local function step_row(step)
  local failed = step.error and ('<br><span class="bad">%s</span>'):format(escape(step.error)) or ""
  return { colored(step.state), escape(step.phase), escape(step.describe) .. failed, step.ms and output.duration(step.ms) or "" }
end

local function list_of(items, line)
  local lines = {}
  for i, item in ipairs(items) do lines[i] = "<li>" .. line(item) .. "</li>" end
  return "<ul>" .. table.concat(lines, "\n") .. "</ul>"
end

local function check_line(check)
  local word = check.ok and '<span class="ok">ok</span>' or check.must and '<span class="bad">FAIL</span>' or '<span class="wait">warning</span>'
  return ("%s %s%s"):format(word, escape(check.say), check.why and not check.ok and ": " .. escape(check.why) or "")
end

local sections = {
  { "Waterfall", "steps", waterfall },
  { "Times", "times", function(list) return rows({ "phase", "took", "budget", "before" }, list, time_row) end },
  { "Files", "files", function(list)
    return rows({ "file", "size", "kind", "linked with", "SHA-256" }, list, function(entry)
      return { escape(entry.name), entry.size and output.size(entry.size) or "", escape(entry.kind or ""), escape(entry.linked or ""), ("<code>%s</code>"):format(escape(entry.sha256)) }
    end)
  end },
  { "Links", "links", function(list) return list_of(list, function(link) return ('%s: <a href="%s">%s</a>'):format(escape(link.name), escape(link.url), escape(link.url)) end) end },
  { "Steps", "steps", function(list) return rows({ "state", "phase", "step", "took" }, list, step_row) end },
  { "Checks before it", "checks", function(list) return list_of(list, check_line) end },
  { "Notes", "notes", function(list) return list_of(list, escape) end },
}

--- The report as HTML.
---@param data table  of cli/report.lua
---@return string
function M.text(data)
  local title = escape(("%s %s"):format(data.recipe, data.title))
  local lines = {
    '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
    ("<title>%s</title><style>%s</style></head><body>"):format(title, STYLE), ("<h1>%s</h1>"):format(title), facts_table(data),
  }
  for _, section in ipairs(sections) do
    local list = data[section[2]]
    local body = #list > 0 and section[3](list)
    if body then lines[#lines + 1] = ("<h2>%s</h2>\n%s"):format(section[1], body) end
  end
  lines[#lines + 1] = "</body></html>\n"
  return table.concat(lines, "\n")
end

return M
