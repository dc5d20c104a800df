-- What was to change something and was answered without being an answer: another address, or a page for people, as the
-- login of a hotel's network is. Success it is not, whatever its status says.

---@param request { method: string? }
---@param response { status: integer, headers: table<string, string>, body: string? }
---@return "redirect"|"page"|nil kind, string? address  of a redirect, without what may be secret in it
return function(request, response)
  if response.status >= 300 and response.status ~= 304 then
    return "redirect", (response.headers.location or "another address"):match "^[^?#]*"
  end
  local sends = request.method and request.method ~= "GET" and request.method ~= "HEAD"
  if sends and (response.body or ""):find "^%s*<[!hH][DdTt]" then return "page" end
end
