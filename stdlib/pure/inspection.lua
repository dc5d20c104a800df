-- Looks a project over, as `slipway doctor` and the recipe prepush do: what its kind of project usually
-- has, and settings that would make a release go wrong. Each area is a list of rules in a file of its own.
local M = {}

---@class slipway.Tree a project to look over; no text of it is ever shown
---@field paths string[]                          every file, from the root
---@field read fun(path: string): string?         text of one
---@field has fun(path: string): boolean          file or folder
---@field which fun(program: string): boolean     is a program there
---@field version string?                         version of the last release
---@field recipes table<string, table<string, boolean>>?   recipes there are, and the flags of each

---@class slipway.InspectionRule
---@field name string
---@field advice boolean?                         good to have; a release goes without
---@field applies fun(tree: slipway.Tree): boolean
---@field judge fun(tree: slipway.Tree): boolean, string, string?   ok, what was found, what to do

---@class slipway.Finding
---@field name string
---@field ok boolean
---@field advice boolean
---@field text string
---@field hint string?

local areas = { "layout", "python", "commitizen", "rust", "documents" }

--- A tree over a list of paths.
---@param o { paths: string[], read: (fun(path: string): string?), which: (fun(program: string): boolean)?, version: string?, recipes: table? }
---@return slipway.Tree
function M.tree(o)
  local known = {}
  for _, path in ipairs(o.paths) do
    known[path] = true
    for folder in path:gmatch "()/" do known[path:sub(1, folder - 1)] = true end
  end
  return {
    paths = o.paths, read = o.read, version = o.version, recipes = o.recipes,
    has = function(path) return known[path] == true end,
    which = o.which or function() return true end,
  }
end

--- Everything there is to say about a project, in a fixed order.
---@param tree slipway.Tree
---@return slipway.Finding[]
function M.findings(tree)
  local list = {}
  for _, area in ipairs(areas) do
    for _, rule in ipairs(require("pure.inspection." .. area)) do
      if rule.applies(tree) then
        local ok, text, hint = rule.judge(tree)
        list[#list + 1] = { name = rule.name, ok = ok, advice = rule.advice or false, text = text, hint = not ok and hint or nil }
      end
    end
  end
  return list
end

return M
