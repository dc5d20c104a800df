---@meta door.secret
---@class slipway.secret
local secret = {}

--- A value Lua can hold but not read: http (`secret`), process (`secrets`) and git (`credential`) accept it.
--- tostring shows "secret env:NAME #1a2b3c4d"; the digits tell two values apart, within this process only.
---@class slipway.Secret
local value = {}
--- Wipes it as soon as no child or transfer uses it any more.
function value:close() end

--- Finds the secret that a reference names, and makes it known to the masker:
---   env:NAME · file:PATH (from `dir` or ~/, refused when others can read it) · op://vault/item/field (op read) ·
---   gh:HOST (gh auth token) · pass:PATH (first line) · keyring:SERVICE/ACCOUNT (secret-tool) ·
---   git-credential:URL (git credential fill)
--- A trailing newline does not belong to it. Errors: secret.bad_reference, secret.missing, secret.program_missing,
--- secret.refused, secret.too_short, secret.too_long, secret.no_answer, secret.unsupported
---@param o { ref: string, dir: string? }
---@return slipway.Secret?, slipway.Error?
function secret.resolve(o) end

--- The text with every living secret replaced by ***, also its base64, hex, URL and JSON forms.
---@param text string
---@return string
function secret.mask(text) end

--- The SHA-256 of a salt and a secret: the same in every process that knows the salt, which must be private and at
--- least 16 bytes. For names of what is kept apart by credential. Error: digest.unsupported
---@param value slipway.Secret
---@param salt string
---@return string?, slipway.Error?
function secret.digest(value, salt) end

--- No program gets this variable of ours unless it is named for it; env:NAME does it by itself. A git that has to find
--- its credential alone still sees it.
---@param name string
function secret.withhold(name) end

return secret
