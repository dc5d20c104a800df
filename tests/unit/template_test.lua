local template = require "pure.template"

local function render(text, values, escape) return assert(template.render(text, values, escape)) end

test("a name is replaced by its value, escaped; three braces write it as it is", function()
  local function shout(text) return text:upper() end
  check.equal(render("{{a}} {{{a}}} {{ b.c }}", { a = "x", b = { c = 2.0 } }, shout), "X x 2")
end)

test("an unknown name, nil and false write nothing", function()
  check.equal(render("[{{no}}{{a.b.c}}{{f}}]", { a = 1, f = false }), "[]")
end)

test("a section runs for every element, once for a value, never for none", function()
  check.equal(render("{{#l}}<{{n}}>{{/l}}", { l = { { n = 1 }, { n = 2 } } }), "<1><2>")
  check.equal(render("{{#l}}{{.}},{{/l}}", { l = { "a", "b" } }), "a,b,")
  check.equal(render("{{#v}}{{v}}!{{/v}}{{^v}}none{{/v}}", { v = "x" }), "x!")
  check.equal(render("{{#v}}x{{/v}}{{^v}}none{{/v}}", { v = {} }), "none")
  check.equal(render("{{#v}}x{{/v}}{{^v}}none{{/v}}", { v = false }), "none")
end)

test("inside a section the names outside are still seen", function()
  check.equal(render("{{#l}}{{out}}{{n}} {{/l}}", { out = "o", l = { { n = 1 }, { n = 2 } } }), "o1 o2 ")
end)

test("a tag alone on its line takes the line with it", function()
  check.equal(render("a\n{{#l}}\n- {{.}}\n{{/l}}\nb\n", { l = { "x", "y" } }), "a\n- x\n- y\nb\n")
  check.equal(render("  {{! remark }}\nb", {}), "b")
  check.equal(render("a {{! remark }}b", {}), "a b")
end)

test("a value that looks like a tag stays text", function()
  check.equal(render("{{a}}", { a = "{{b}}", b = "never" }), "{{b}}")
end)

test("malformed templates are refused", function()
  for _, text in ipairs { "{{a", "{{#a}}", "{{/a}}", "{{#a}}{{/b}}", "{{}}", "{{a b}}", "{{{a}}" } do
    check.fails("template.malformed", template.render(text, {}))
  end
end)
