-- The commands that a project's own documents quote: those of Slipway must exist, and one manual must not
-- speak of two release tools at once.
local near = require "pure.near"
local sorted_keys = require "pure.sorted_keys"

-- What a release tool's commands begin with.
local tools = {
  { name = "cargo-release", pattern = "^cargo release%f[%W]" },
  { name = "commitizen", pattern = "^cz bump%f[%W]" },
  { name = "semantic-release", pattern = "^semantic%-release%f[%W]" },
  { name = "release-it", pattern = "^release%-it%f[%W]" },
  { name = "git-cliff", pattern = "^git[ -]cliff%f[%W]" },
  { name = "goreleaser", pattern = "^goreleaser%f[%W]" },
  { name = "standard-version", pattern = "^standard%-version%f[%W]" },
  { name = "changesets", pattern = "^changeset%f[%W]" },
  { name = "python-semantic-release", pattern = "^semantic%-release version%f[%W]" },
}

-- Programs that only run another one.
local runners = { "^%$ ", "^sudo ", "^uv run ", "^uvx ", "^poetry run ", "^npx ", "^pnpm exec ", "^yarn ", "^mise exec %-%- " }

local function is_document(path) return path:find "%.md$" ~= nil and not path:find "CHANGELOG" and not path:find "node_modules/" and not path:find "^vendor/" end

--- Every command in the code blocks and code spans of a Markdown text, with its line.
---@param text string
---@return { line: integer, command: string }[]
local function commands(text)
  local list, number, fence = {}, 0, nil
  for line in (text .. "\n"):gmatch "(.-)\r?\n" do
    number = number + 1
    local mark = line:match "^%s*(```+)" or line:match "^%s*(~~~+)"
    local found = {}
    if mark and (not fence or mark:sub(1, 3) == fence) then
      fence = not fence and mark:sub(1, 3) or nil
    elseif fence then
      found[1] = line
    else
      for span in line:gmatch "`([^`]+)`" do found[#found + 1] = span end
    end
    for _, command in ipairs(found) do
      command = command:gsub("^%s+", "")
      for _, pattern in ipairs(runners) do command = command:gsub(pattern, "") end
      list[#list + 1] = { line = number, command = command }
    end
  end
  return list
end

local function each_document(tree, visit)
  for _, path in ipairs(tree.paths) do
    if is_document(path) then
      for _, entry in ipairs(commands(tree.read(path) or "")) do visit(path, entry) end
    end
  end
end

local function has_documents(tree)
  for _, path in ipairs(tree.paths) do
    if is_document(path) then return true end
  end
  return false
end

-- What is wrong with `slipway run NAME --flag …`; nil when nothing is.
local function wrong_words(recipes, command)
  local name, rest = command:match "^slipway run ([%w_-]+)(.*)$"
  if not name then name, rest = command:match "^slipway plan ([%w_-]+)(.*)$" end
  if not name then return nil end
  local names = sorted_keys(recipes)
  if not recipes[name] then return ("there is no recipe '%s'%s"):format(name, near.suggest(name, names)) end
  for flag in rest:gmatch "%-%-([%w_-]+)" do
    if not recipes[name][flag] then return ("the recipe %s has no --%s"):format(name, flag) end
  end
end

---@type slipway.InspectionRule[]
return {
  {
    name = "documents", applies = function(tree) return tree.recipes ~= nil and has_documents(tree) end,
    judge = function(tree)
      local place, wrong
      each_document(tree, function(path, entry)
        local found = not wrong and wrong_words(tree.recipes, entry.command)
        if found then place, wrong = ("%s:%d"):format(path, entry.line), found end
      end)
      if not wrong then return true, "every Slipway command they quote exists" end
      return false, ("%s: %s"):format(place, wrong), "mend the document, or slipway list"
    end,
  },
  {
    name = "one release tool", advice = true, applies = has_documents,
    judge = function(tree)
      local seen, list = {}, {}
      each_document(tree, function(path, entry)
        for _, tool in ipairs(tools) do
          if not seen[tool.name] and entry.command:find(tool.pattern) then
            seen[tool.name] = true
            list[#list + 1] = ("%s (%s:%d)"):format(tool.name, path, entry.line)
          end
        end
      end)
      if #list < 2 then return true, list[1] or "the documents name no other release tool" end
      return false, "the documents speak of " .. table.concat(list, " and "), "one tool makes versions and tags: mend the documents"
    end,
  },
}
