---@meta door.http
---@class slipway.http
local http = {}

---@class slipway.Request
---@field method string?          default GET, with `form` POST
---@field url string              https, or http to a loopback address only (http.insecure)
---@field headers table<string,string>?
---@field body string?
---@field body_file string?       streamed from disk
---@field form { name: string, value: string?, file: string?, filename: string?, type: string? }[]?  multipart
---@field to_file string?         a 2xx answer is streamed to this file (written beside it, then renamed);
---                               any other answer is in `body` and leaves the file alone
---@field secret { value: slipway.Secret, place: "header"|"address"|"body"|nil, header: string?, prefix: string?,
---  user: string?, suffix: string? }?  sent to this host only: in a header (the default); as the address itself (then without
---                               url); or as the body between prefix and suffix.
---                               With a user a header says "Basic " and base64 of user:value (RFC 7617)
---@field secret_field { name: string, label: string }?  a 2xx answer is a JSON object whose member is a secret: it comes
---                               as `secret` of the answer, which then has no body
---@field timeout integer?        milliseconds in all; default 60000 without a file
---@field connect_timeout integer?
---@field idle_timeout integer?   no byte moved for so long, or fewer than 64 a second; default 30000
---@field max_size integer?       largest answer; default 64 MiB, with to_file no limit
---@field redirects integer?      followed only for GET and HEAD; default 5; 0: none. To another scheme, host or port
---                               go neither the credential nor headers that might be one
---@field ca_file string?         else CURL_CA_BUNDLE, SSL_CERT_FILE, SSL_CERT_DIR, the system's
---@field on_progress fun(sent: integer, received: integer)?

---@class slipway.Response
---@field status integer
---@field headers table<string,string>  names in lower case, repeated ones joined by ", "
---@field body string?
---@field sha256 string?           of the body, when it went to a file
---@field size integer
---@field secret slipway.Secret?   see secret_field
---@field url string?              after redirects; nil when the address is a secret

--- One attempt; pure.retry decides about more. An HTTP status is a response, not an error. Every error tells in
--- `.sent` whether a part of the request left this machine: http.unreachable, http.timeout, http.tls,
--- http.interrupted, http.insecure, http.too_large, http.too_many_redirects, http.cancelled, http.bad_url,
--- http.bad_header, http.bad_method, http.file_failed, http.no_library, http.no_secret
---@param o slipway.Request
---@return slipway.Job?, slipway.Error?
function http.start(o) end

---@return slipway.Response?, slipway.Error?
function http.request(o) end

--- Percent-encodes everything but letters, digits and -._~ (RFC 3986).
---@param text string
---@return string
function http.escape(text) end

return http
