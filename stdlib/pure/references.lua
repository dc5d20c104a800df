-- What a commit message refers to: issues ("Fixes #12", "owner/repo#3", "gh-4"), closing footers
-- ("Closes: ABC-5, #6"), people ("@name"), the pull request it came with ("title (#7)").
local M = {}

local default_actions = {
  "close", "closes", "closed", "fix", "fixes", "fixed", "resolve", "resolves", "resolved",
}

---@class slipway.Reference
---@field action string?       the word in front of it, as written
---@field owner string?
---@field repository string?
---@field prefix string        "#"
---@field issue string
---@field raw string           the piece of the line it was read from

-- Where a word that closes stands, with white space behind it. Longer words are tried first.
local function action_at(lower, from, actions)
  for at in lower:gmatch "()%a" do
    if at >= from then
      for _, word in ipairs(actions) do
        if lower:sub(at, at + #word - 1) == word and lower:find("^%s", at + #word) then return at, at + #word - 1 end
      end
    end
  end
end

local function any_action(lower, from, actions)
  local best
  for _, word in ipairs(actions) do
    local at = lower:find(word, from, true)
    if at and (not best or at < best) then best = at end
  end
  return best
end

-- The first issue at or behind `from`: where it ends, and its parts.
local function issue_at(text, from, prefixes)
  local best
  for _, prefix in ipairs(prefixes) do
    local at = from
    while true do
      local head, tail = text:lower():find(prefix:lower(), at, true)
      if not head then break end
      local issue = text:match("^[%w_-]*%d", tail + 1)
      if issue then
        if not best or head < best.head then best = { head = head, stop = tail + #issue, prefix = text:sub(head, tail), issue = issue } end
        break
      end
      at = head + 1
    end
  end
  if not best then return nil end
  local whole = text:sub(from, best.head - 1):match "[%w_%-./]*$"
  if whole ~= "" then
    best.owner, best.repository = whole:match "^([^/]*)/(.*)$"
    best.repository = best.repository or whole
  end
  return best
end

local function collect(list, sentence, action, prefixes)
  if sentence:find "https?://%S" then return end
  local from = 1
  while true do
    local found = issue_at(sentence, from, prefixes)
    if not found then return end
    list[#list + 1] = {
      action = action, owner = found.owner, repository = found.repository, prefix = found.prefix,
      issue = found.issue, raw = sentence:sub(from, found.stop),
    }
    from = found.stop + 1
  end
end

local function of_line(list, line, o)
  local lower = line:lower()
  local at, stop = action_at(lower, 1, o.actions)
  if not at then return collect(list, line, nil, o.prefixes) end
  while at do
    local start = line:match("^%s+()", stop + 1)
    local next = any_action(lower, start, o.actions)
    collect(list, line:sub(start, next and next - 1 or #line), line:sub(at, stop), o.prefixes)
    if not next then return end
    at, stop = action_at(lower, next, o.actions)
  end
end

local function sorted(actions)
  local copy = {}
  for i, word in ipairs(actions) do copy[i] = word:lower() end
  table.sort(copy, function(a, b) return #a ~= #b and #a > #b or (#a == #b and a < b) end)
  return copy
end

-- The same issue with the same word in front of it says nothing new.
local function once(list)
  local kept, seen = {}, {}
  for _, reference in ipairs(list) do
    local key = table.concat({
      (reference.action or ""):lower(), reference.owner or "", reference.repository or "", reference.prefix, reference.issue,
    }, "\0")
    if not seen[key] then kept[#kept + 1] = reference end
    seen[key] = true
  end
  return kept
end

--- Every issue that the message names, once, in its order. Lines with an address of a page are left out.
---@param change slipway.Change|string
---@param options { prefixes: string[]?, actions: string[]? }?
---@return slipway.Reference[]
function M.find(change, options)
  local message = type(change) == "table" and change.message or change
  local o = { prefixes = options and options.prefixes or { "#" }, actions = sorted(options and options.actions or default_actions) }
  local list = {}
  for line in message:gmatch "[^\r\n]+" do of_line(list, line, o) end
  return once(list)
end

local closing = { close = true, clos = true, fix = true, resolve = true, resolv = true, implement = true }

local function is_closing(token)
  local word = token:lower()
  for _, ending in ipairs { "", "s", "d", "es", "ed", "ing" } do
    if ending == "" then
      if closing[word] then return true end
    elseif word:sub(-#ending) == ending and closing[word:sub(1, -#ending - 1)] then
      return true
    end
  end
  return false
end

local function issue_key(text)
  local number = tonumber(text:match "%d+") or 0
  return text:match "^[^%d]*", number
end

--- Issues that the footers close, each once, in order: "Closes: #5, #4 and ABC-3" → "ABC-3", "#4", "#5".
--- `separator = ": "` leaves out footers written "Closes #5".
---@param change slipway.Change
---@param options { separator: string? }?
---@return string[]
function M.closes(change, options)
  local wanted = options and options.separator
  local list, seen = {}, {}
  for _, footer in ipairs(change.footers or {}) do
    if is_closing(footer.token) and (not wanted or footer.separator == wanted) then
      local value = (footer.separator == " #" and "#" or "") .. footer.value
      for piece in value:gmatch "[^,;/&%s]+" do
        if (piece:find "^#%d+" or piece:find "^%u+%-%d+") and not seen[piece] then
          seen[piece] = true
          list[#list + 1] = piece
        end
      end
    end
  end
  table.sort(list, function(a, b)
    local left, x = issue_key(a)
    local right, y = issue_key(b)
    if x ~= y then return x < y end
    return left < right
  end)
  return list
end

--- People named in the message: "@name" → "name", in its order.
---@param change slipway.Change|string
---@return string[]
function M.mentions(change)
  local message = type(change) == "table" and change.message or change
  local list = {}
  for name in message:gmatch "@([%w_-]+)" do list[#list + 1] = name end
  return list
end

--- The description without the number of its pull request, that number and its sign: "x (#7)" → "x",
--- "7", "#"; GitLab writes "x (!7)", Bitbucket "x (pull request #7)".
---@param description string
---@return string, string?, string?
function M.pull_request(description)
  local text, sign, number = description:match "^(.-)%s*%(([#!])(%d+)%)$"
  if not text then text, sign, number = description:match "^(.-)%s*%([Pp]ull [Rr]equest (#)(%d+)%)$" end
  if text then return text, number, sign end
  return description
end

return M
