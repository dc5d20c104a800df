-- Gate: the known issues of this version are written down, were it only "none".

-- Does a heading of the text name the version, with or without its v?
local function section(text, version)
  local body
  for line in (text .. "\n"):gmatch "(.-)\r?\n" do
    if line:find "^#+%s" then
      body = nil
      if (" " .. line .. " "):find("[^%w.]v?" .. version:gsub("%p", "%%%0") .. "[^%w.]") then body = "" end
    elseif body then
      body = body .. line
      if body:find "%S" then return body end
    end
  end
end

return {
  title = function(version) return ("the known issues of %s are written down"):format(version) end,
  ---@param path string the file, for example known-issues.md
  ---@param o { version: string, at: oid }
  judge = function(world, path, o)
    local text, err = world.repo:read { at = o.at, path = path }
    if err then return nil, err end
    local hint = ("a heading with %s in %s, and below it the issues, or: none"):format(o.version, path)
    if not text then return { ok = false, why = path .. " is not there", hint = hint } end
    if section(text, o.version) then return { ok = true } end
    return { ok = false, why = ("%s has no section for %s"):format(path, o.version), hint = hint }
  end,
}
