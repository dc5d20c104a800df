-- The file of known issues with one more entry: under the version's heading, which is made when it is not there.
local function default_path(world) return (world.config.gates or {}).known_issues or "known-issues.md" end

local function with_entry(text, version, entry)
  local heading = "## " .. version
  local line = "- " .. entry .. "\n"
  if not text or text == "" then return ("# Known issues\n\n%s\n\n%s"):format(heading, line) end
  local crlf = text:find("\r\n", 1, true) ~= nil
  local plain = text:gsub("\r\n", "\n")
  local _, last = ("\n" .. plain):find("\n##? ?v?" .. version:gsub("%p", "%%%0") .. "[^\n]*\n+")
  local result
  if last then
    result = plain:sub(1, last - 1) .. line .. plain:sub(last)
  else
    local first = ("\n" .. plain):find "\n## "
    first = first or #plain + 1
    local before = plain:sub(1, first - 1)
    result = ("%s%s%s\n\n%s\n%s"):format(before, before:sub(-2) == "\n\n" and "" or "\n", heading, line, plain:sub(first))
  end
  return crlf and result:gsub("\n", "\r\n") or result
end

return {
  name = "known_issues", summary = "The file of known issues with one more entry for a version.",
  signature = "facts:known_issues{ version =, entry =, at = } → { path, content }",
  ask = function(world, o)
    local path = default_path(world)
    local text, err = world.repo:read { at = o.at, path = path }
    if err then return nil, err end
    return { path = path, content = with_entry(text, tostring(o.version), o.entry) }
  end,
}
