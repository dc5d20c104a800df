---@meta door.process
---@class slipway.process
local process = {}

--- Starts a program by argv (no shell), in a process group of its own. The environment is built from nothing:
--- `env` plus PATH, HOME, LANG, LC_ALL, TZ, TMPDIR, TERM, USER, SSH_AUTH_SOCK, XDG_* unless `clean` is set.
--- Errors: process.not_found (names the program), process.no_folder, process.not_runnable,
--- process.bad_variable, process.log_failed, process.no_input, process.no_process
---@param o { argv: string[], dir: string?, env: table<string,string>?, secrets: table<string, slipway.Secret>?,
---  clean: boolean?, input: string?, input_file: string?, input_secret: { [1]: slipway.Secret }?, timeout: integer?, on_output: fun(stream: "out"|"err", text: string)?,
---  keep: integer?, log: string?, hold: boolean? }
---   input_file: a file of any size · input_secret: the secret and a newline, behind `input` ·
---   timeout: milliseconds · keep: bytes of each stream kept in the result (default 1 MiB, the last ones) ·
---   log: file that gets both streams · hold: hand the terminal over · secrets: variables for this child only,
---   masked in every stream
---@return slipway.Job?, slipway.Error?
function process.start(o) end

--- The result of a job: nil, err (process.timeout, process.cancelled) or:
---@class slipway.ProcessResult
---@field code integer   exit code, or 128 + signal
---@field signal integer?
---@field out string
---@field err string
---@field ms integer
---@field cut boolean?       a stream was longer than `keep`: its beginning is missing
---@field log_error string?  the log file could not be written to its end; the child went on without it

--- start, then wait. The first Ctrl-C cancels the child (process.cancelled).
---@param o table  as for start
---@return slipway.ProcessResult?, slipway.Error?
function process.run(o) end

--- Where a program is on PATH.
---@param name string
---@return string?
function process.which(name) end

return process
