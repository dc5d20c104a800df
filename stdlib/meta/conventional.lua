---@meta door.conventional

---@class slipway.Footer
---@field token string
---@field value string
---@field separator ": "|" #"
---@field breaking boolean?

---@class slipway.Conventional
---@field type string
---@field scope string?
---@field breaking boolean
---@field marked boolean?        the breaking change was marked by "!"
---@field description string
---@field body string?
---@field footers slipway.Footer[]

local M = {}

--- One commit message by Conventional Commits 1.0.0. `strict_scope` refuses "fix(): x", `tight`
--- reads a body without a blank line before it, `no_space` reads "fix:x", `strict_footers` lets a value
--- go on only where it is indented, `loose_footers` lets footers begin within a paragraph, `notes` are
--- further footer tokens that mean a breaking change.
---@param message string
---@param options { strict_scope: boolean?, tight: boolean?, no_space: boolean?, strict_footers: boolean?, loose_footers: boolean?, notes: string[]? }?
---@return slipway.Conventional?, slipway.Error?
function M.parse(message, options) end

--- What a commit is, in one call: its kind, and its parts when it is conventional. Without options a
--- body may follow tightly. `brief` leaves out
--- the body and the footers that decide nothing. pure.commits makes Changes of it.
---@param message string
---@param options table?  those of parse, and brief
---@return table
function M.change(message, options) end

return M
