---@meta door.http
---@class slipway.http
local http = {}

---@class slipway.Request
---@field method string?          default GET
---@field url string              https, or http to a loopback address only (http.insecure)
---@field headers table<string,string>?
---@field body string?
---@field body_file string?       streamed from disk
---@field form { name: string, value: string?, file: string?, filename: string?, type: string? }[]?  multipart
---@field to_file string?         the answer is streamed to this file (written beside it, then renamed)
---@field secret { header: string, prefix: string?, value: slipway.Secret }?  sent to this host only
---@field timeout integer?        milliseconds in all; default 60000 without a file
---@field connect_timeout integer?
---@field idle_timeout integer?   no byte moved for so long; default 30000
---@field max_size integer?       largest answer kept in memory; default 64 MiB
---@field redirects integer?      followed only for GET and HEAD; default 5; credentials never follow to another host
---@field ca_file string?
---@field on_progress fun(sent: integer, received: integer)?

---@class slipway.Response
---@field status integer
---@field headers table<string,string>  names in lower case, repeated ones joined by ", "
---@field body string?
---@field sha256 string?           of the body, when it went to a file
---@field size integer
---@field url string               after redirects

--- One attempt. An HTTP status is a response, not an error. Errors: http.unreachable, http.timeout, http.tls,
--- http.interrupted (`.sent`: did the request leave this machine), http.insecure, http.too_large
---@param o slipway.Request
---@return slipway.Job?, slipway.Error?
function http.start(o) end

---@return slipway.Response?, slipway.Error?
function http.request(o) end

--- Milliseconds to wait by Retry-After (seconds or date) or x-ratelimit-reset, or nil.
---@param headers table<string,string>
---@param now integer  seconds since the epoch
---@return integer?
function http.retry_after(headers, now) end

---@param text string
---@return string
function http.escape(text) end

return http
