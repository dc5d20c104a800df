-- Errors about commit messages.
return {
  ["commit.not_conventional"] = {
    exit = 2,
    why = "A commit message does not follow Conventional Commits; the message says what is wrong and at which byte.",
    fix = "Write `type(scope): description`, a blank line before the body, a blank line before the footers.",
  },
  ["commit.type"] = {
    exit = 2,
    why = "The commit's type is not one that the project allows.",
    fix = "Use one of the allowed types, or add this one to `rules.types` in slipway.lua.",
  },
  ["commit.scope"] = {
    exit = 2,
    why = "The commit's scope is not one that the project allows.",
    fix = "Use one of the allowed scopes, or add this one to `rules.scopes` in slipway.lua.",
  },
}
