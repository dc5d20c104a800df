-- Codes of the verb mend.
return {
  ["mend.binary"] = {
    exit = 4, why = "A tool that mends files changed one that is not UTF-8 text; such a change is not committed unseen.",
    fix = "Run the tool yourself, look at what it changed, and commit it.",
  },
}
