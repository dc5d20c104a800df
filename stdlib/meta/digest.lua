---@meta door.digest
-- Digests of texts and files, as lower-case hexadecimal digits. md5 and sha1 exist because registries
-- publish them; nothing of ours is identified by them.

---@class slipway.digest
local digest = {}

--- The digest of a text, or of a file read in large pieces.
--- Errors (files only): those of door.file
---@param what string|{ file: string }
---@return string? hex, slipway.Error?
function digest.sha256(what) end

---@param what string|{ file: string }
---@return string? hex, slipway.Error?
function digest.sha384(what) end

---@param what string|{ file: string }
---@return string? hex, slipway.Error?
function digest.sha512(what) end

---@param what string|{ file: string }
---@return string? hex, slipway.Error?
function digest.blake2b(what) end

---@param what string|{ file: string }
---@return string? hex, slipway.Error?
function digest.sha1(what) end

---@param what string|{ file: string }
---@return string? hex, slipway.Error?
function digest.md5(what) end

--- CRC-32C of a text: finds what a disk or a crash did to it, not what a person did.
---@param text string
---@return integer
function digest.crc32c(text) end

--- Several digests of one file in one pass: `{ size = bytes, sha256 = hex, … }`.
--- Errors: digest.unknown_algorithm, those of door.file
---@param o { path: string, algorithms: string[] }
---@return table<string, string|integer>?, slipway.Error?
function digest.file(o) end

return digest
