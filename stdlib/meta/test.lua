---@meta
-- The names a test file has besides Lua's own. `slipway test` runs each file in a process of its own.

--- A test. Its title is a sentence about behaviour; a test that checks nothing fails.
---@param title string
---@param options { timeout: number? }  seconds, default 120
---@param body fun()
---@overload fun(title: string, body: fun())
function test(title, options, body) end

---@class slipway.Check
check = {}

--- Same content, whatever the tables; a difference is shown by its path, texts line by line.
---@generic T
---@param actual T
---@param expected any
---@param text string?  what to say when it fails
---@return T
function check.equal(actual, expected, text) end

---@generic T
---@param value T
---@param text string?
---@return T
function check.truthy(value, text) end

---@param value any
---@param text string?
function check.falsy(value, text) end

---@param text string
---@param pattern string  a Lua pattern
---@return string text
function check.match(text, pattern) end

--- The function raises, and what it raises matches; gives the raised value.
---@param body fun()
---@param pattern string?
---@return any raised
function check.raises(body, pattern) end

--- A call has returned nil and an error of this code: check.fails("tag.exists", repo:create_tag { … }).
---@param code string
---@param value any
---@param err slipway.Error?
---@return slipway.Error
function check.fails(code, value, err) end

--- Ends the test here without a verdict; outside a test: the whole file. The report names it.
---@param reason string
function skip(reason) end

--- A fresh, empty folder, removed when the test is over.
---@return string path
function scratch() end

--- Called when the test is over, however it ended; the newest first.
---@param body fun()
function after(body) end

--- Runs a program by its words and waits for it. `env` is added to this process's own, false takes a name away.
---@param o { dir: string?, env: table<string, string|false>?, input: string?, [integer]: string }
---@return { code: integer, out: string, err: string }
function run(o) end

--- The running binary, for run { slipway, "next" }.
---@type string
slipway = ""

--- The plan that a recipe makes of a world that is only told: no repository, no network, nothing is changed.
---   local plan = plan("docs", { version = "1.2.0" }, { clean = { ok = true }, tip = function(branch) return oid end })
--- `world`: what facts answer, by name (a value, or a function of what is asked); `project`: what differs from a plain
--- project called "sample" on main; `config`: its slipway.lua. A step has verb, args, describe, class, phase.
---@param recipe string  name of a recipe of the project (the current folder's) or a stock one
---@param args table?    its parameters
---@param world table?
---@return table? plan, slipway.Error?
function plan(recipe, args, world) end

--- A folder of the test corpora, nil where they are absent.
---@param name string
---@return string?
function corpora(name) end

--- What tests/stand/<name>.lua returns.
---@param name string
---@return table
function stand(name) end
