-- slipway help template: what a template of the changelog may say, and one to begin with.
local output = require "cli.output"

local M = {}

local names = {
  { "releases", "every release that is told, newest first; each is written on its own" },
  { "  version tag date previous", "version is missing where nothing is released yet" },
  { "  address", "of the comparison with the release before, or of the tag" },
  { "  notes", "what was written by hand" },
  { "  breaking", "text scope" },
  { "  groups", "title, and changes: text (all of it), scope, description, tail, type, breaking, oid, hash" },
  { "  contributors", "name first" },
  { "  empty", "true where no change is told" },
}

--- A template that shows each part once; the tests use it.
M.example = [[
{{#releases}}
## {{#version}}{{version}} ({{date}}){{/version}}{{^version}}Unreleased{{/version}}

{{#notes}}
{{{notes}}}

{{/notes}}
{{#breaking}}
! {{{text}}}
{{/breaking}}
{{#groups}}
### {{title}}

{{#changes}}
* {{#scope}}{{scope}}: {{/scope}}{{{description}}}{{{tail}}}
{{/changes}}

{{/groups}}
{{#contributors}}
Thanks to {{{name}}}{{#first}}, who is new here{{/first}}.
{{/contributors}}
{{/releases}}
]]

---@param out slipway.Output
function M.show(out)
  out.say "A template is a file of the project with names in double braces:"
  out.say '  changelog = { template = "docs/changelog.template" }     or     slipway changelog --template FILE'
  out.say ""
  out.say "  {{name}} is written so that it cannot break the page, {{{name}}} as it is; {{#name}}…{{/name}} stands for each,"
  out.say "  or once where there is one; {{^name}}…{{/name}} where there is none; {{! a remark}} is left out."
  out.say ""
  for _, row in ipairs(names) do out.say(("  %s %s"):format(output.pad(row[1], 30), row[2])) end
  out.say "\nOne to begin with:\n"
  for line in M.example:gmatch "([^\n]*)\n" do out.say(line == "" and "" or "  " .. line) end
end

return M
