-- What regular expressions of other tools mean, as far as commit types and plain commands can say it. What cannot be
-- said is nil: the importer then tells it instead of guessing.
local M = {}

local function all_words(text)
  local words = {}
  for word in (text .. "|"):gmatch "([^|]*)|" do
    word = word:gsub("^%s+", ""):gsub("%s+$", "")
    if not word:find "^[%a][%w_-]*$" then return nil end
    words[#words + 1] = word:lower()
  end
  return words
end

--- The commit types that a pattern for subjects asks for: "^(feat|perf)(\\(.*\\))?:" → { "feat", "perf" }.
---@param pattern string
---@return string[]?
function M.types(pattern)
  local rest = pattern:gsub("^%(%?i%)", ""):match "^%^(.*)$"
  if not rest then return nil end
  local group, after = rest:match "^%(%??:?([%a|_ -]+)%)(.*)$"
  if not group then group, after = rest:match "^([%a][%w_|-]*)(.*)$" end
  if not group then return nil end
  -- What may follow a type without asking for more: scope, mark, colon, anything.
  after = after:gsub("%.%*%$?$", ""):gsub("%s*$", ""):gsub("\\s%*$", ""):gsub(":$", ""):gsub("!%?$", "")
  after = after:gsub("^%(\\%(.-\\%)%)%?", ""):gsub("^%[%(:!%]+%]?", ""):gsub("^%b[]$", "")
  if after:find "%S" then return nil end
  return all_words(group)
end

--- Is the pattern one that every commit fits?
---@param pattern string
---@return boolean
function M.is_everything(pattern) return pattern == ".*" or pattern == "^.*" or pattern == "^.*$" or pattern == "" end

--- A command line as an argument list, when no shell is needed for it.
---@param line string
---@return string[]?
function M.argv(line)
  if line:find "[|&;<>$`*?~(){}\n\\]" then return nil end
  local argv, at = {}, 1
  while true do
    at = line:match("^%s*()", at)
    if at > #line then break end
    local quote = line:sub(at, at)
    local word, after
    if quote == '"' or quote == "'" then
      word, after = line:match("^" .. quote .. "([^" .. quote .. "]*)" .. quote .. "()", at)
    else
      word, after = line:match("^([^%s\"']+)()", at)
    end
    if not word or line:find("^[^%s]", after) then return nil end
    argv[#argv + 1], at = word, after
  end
  if #argv == 0 or argv[1]:find "=" then return nil end
  return argv
end

--- A command as text or as a list of texts.
---@param command any
---@return string[]?
function M.command(command)
  if type(command) == "string" then return M.argv(command) end
  if type(command) ~= "table" or #command == 0 then return nil end
  for _, word in ipairs(command) do
    if type(word) ~= "string" or word:find "{{" then return nil end
  end
  return { table.unpack(command) }
end

--- A tag template as Slipway writes it: the tool's own name of the version replaced.
---@param template string
---@param names string[]  "$version", "${version}", "{{version}}", …
---@return string? tag  nil when something else is in it too
function M.tag(template, names)
  local tag = template
  for _, name in ipairs(names) do -- "${version}" holds "{version}" already: the first name that is there counts
    local at, stop = tag:find(name, 1, true)
    if at then
      tag = tag:sub(1, at - 1) .. "{version}" .. tag:sub(stop + 1)
      break
    end
  end
  if not tag:find("{version}", 1, true) then return nil end
  local rest = tag:gsub("{version}", "")
  if rest:find "[%${}%%]" then return nil end
  return tag
end

return M
