-- luacheck: Lua 5.4; line length is stylua's business; stubs describe functions they do not use.
std = "lua54"
redefined = false
max_line_length = false
unused_args = false
exclude_files = { "stdlib/meta/*", "build*/*" }
ignore = { "542" } -- an empty branch with a comment in it says that the case is meant to do nothing
files["tests/**/*_test.lua"] = { globals = { "test" }, read_globals = { "check", "skip", "scratch", "run", "slipway", "corpora", "stand", "after", "plan" } }
files["tests/house/tree.lua"] = { read_globals = { "run" } }
files["tests/stand/*.lua"] = { read_globals = { "check", "skip", "scratch", "run", "slipway", "corpora", "stand", "after", "test" } }
