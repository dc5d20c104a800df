-- Errors of templates.
return {
  ["template.malformed"] = {
    exit = 2,
    why = "A template has a tag that is not closed, closes nothing, or holds no name.",
    fix = "{{name}}, {{{name}}}, {{#list}} … {{/list}}, {{^list}} … {{/list}}, {{! remark}}",
  },
}
