-- Fields of a table that are made when they are first asked for: commands pay only for what they use.

--- A maker that answers nil, err makes the question raise; one that answers nil is answered false from then on.
---@param fields table
---@param makers table<string, fun(): any, slipway.Error?>
---@return table fields
return function(fields, makers)
  return setmetatable(fields, {
    __index = function(t, key)
      local make = makers[key]
      if not make then return nil end
      local value, err = make()
      if value == nil and err then error(require("pure.errors").adopt(err), 0) end
      rawset(t, key, value == nil and false or value)
      return value
    end,
  })
end
