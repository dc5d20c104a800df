---@meta door.page

local M = {}

--- How pages of changes are written, made once for many releases. `links`: addresses with names in double braces, by
--- kind: commit (oid), compare (from, to), issue (number), other_issue (project, number), user (name), tag (tag).
---@param o { conventional: boolean?, groups: slipway.ChangelogGroup[], links: table<string, string>? }
---@return userdata style
function M.style(o) end

--- One release as Markdown, from its heading to its last line. `changes` are slipway.Change, newest first;
--- `contributors` carry names that are Markdown already.
---@param style userdata
---@param release { version: string?, tag: string?, date: string?, previous: string?, notes: string?, changes: slipway.Change[], contributors: { name: string, first: boolean }[]? }
---@return string?, slipway.Error?
function M.section(style, release) end

--- The same as a table for templates; `slipway help template` lists its names.
---@param style userdata
---@param release table
---@return table?, slipway.Error?
function M.describe(style, release) end

--- One line of commit text fit for a list of a Markdown page. With a style, issues and people are linked.
---@param text string
---@param style userdata?
---@return string
function M.line(text, style) end

--- Several lines, `indent` in front of each but the first that is not empty.
---@param text string
---@param style userdata?
---@param indent string?
---@return string
function M.block(text, style, indent) end

return M
