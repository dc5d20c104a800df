-- The gate in front of a push: format, lint, tests and audit on a clean checkout of what will be pushed.
---@type slipway.Recipe
return {
  name = "prepush", summary = "Check the commit that will be pushed: format, lint, tests, audit.",
  sample = [[
prepush pelican at 3f2a9c01de
  check   $ check: cargo fmt --check
          $ check: cargo clippy --all-targets -- -D warnings
          $ check: cargo test]],
  params = {
    fix = { type = "boolean", default = false, help = "let the tools mend the work tree instead, for a person to commit" },
  },
  plan = function(p, facts, arg)
    local head   = facts.project.head
    local checks = facts:checks(head.oid)
    p:title(("%s at %s"):format(facts.project.name, head.oid:sub(1, 10)))
    p:require("there is something to check with", { ok = #checks > 0, why = "no kind of project is known here", hint = 'checks = { { "make", "test" } } in slipway.lua' })

    if arg.fix then
      p:phase "mend"
      for _, check in ipairs(checks) do
        if check.fix then p:run { argv = check.fix, hold = true } end
      end
      p:note { text = "look at what has changed, commit it, then: slipway run prepush" }
      return
    end

    p:require("the work tree is clean", facts:clean())
    local found = facts:inspected(head.oid)
    p:require("the project's files are in order", found)
    for _, advice in ipairs(found.advice) do p:warn(advice.name .. ": " .. advice.text, false) end

    p:phase "check"
    for _, check in ipairs(checks) do p:check { commit = head.oid, run = { check.secrets and { argv = check.argv, secrets = check.secrets } or check.argv } } end
  end,
}
