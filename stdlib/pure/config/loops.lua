-- slipway.lua, key `loops`: long-running programs by name.
local check = require "pure.config.check"

---@param loops table<string, string[]>
---@return true?, slipway.Error?
return function(loops)
  for name, argv in pairs(loops) do -- order: any complaint is a complaint
    if type(name) ~= "string" or not check.is_texts(argv) then
      return check.refuse(("loops.%s must be an argument list such as { \"uv\", \"run\", \"ptw\" }"):format(tostring(name)))
    end
  end
  return true
end
