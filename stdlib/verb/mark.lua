-- Marks a public release page as yanked: a word before its title, and the reason at the top of its text. Assets and tag
-- stay, so this works on immutable releases too.
local errors = require "pure.errors"
local verb = require "pure.declare"

local OPEN, CLOSE = "<!-- slipway: marked -->", "<!-- slipway: end of mark -->"

local function word(a) return a.word or "YANKED" end

local function banner(a)
  return ("%s\n> **%s**%s\n%s\n\n"):format(OPEN, word(a), a.reason and ": " .. a.reason or "", CLOSE)
end

--- The page without a mark of ours.
local function unmarked(a, page)
  local before = page.title or ""
  local prefix = ("[%s] "):format(word(a))
  if before:sub(1, #prefix) == prefix then before = before:sub(#prefix + 1) end
  local body = page.body:gsub("\r\n", "\n")
  local first = body:find(OPEN, 1, true)
  local _, last = body:find(CLOSE, first or 1, true)
  if first and last then body = body:sub(1, first - 1) .. body:sub(last + 1):gsub("^\n+", "") end
  return before, body, first ~= nil
end

return verb {
  name = "mark", class = "remote", forward = true, summary = "Mark a release page as yanked, with the reason.",
  params = { tag = "text", reason = "text?", word = "text?" }, returns = { url = "text" },
  undo_says = "take the mark off",
  label = function(a) return "the mark on " .. a.tag end,
  example = 'p:mark { tag = "v1.2.0", reason = "loses data on Windows; use 1.2.1" }',
  describe = function(a) return ("mark the page of %s as %s%s"):format(a.tag, word(a), a.reason and ": " .. a.reason or "") end,
  verify = function(world, a)
    local page, err = world.forge.release(a.tag)
    if err then return err.retry and "unknown" or "different", err end
    if not page or page.draft then return "different", ("there is no public page of %s"):format(a.tag) end
    local wanted = banner(a):gsub("\n+$", "")
    local marked = page.body:gsub("\r\n", "\n"):find(wanted, 1, true) ~= nil
    local titled = (page.title or ""):sub(1, #word(a) + 3) == ("[%s] "):format(word(a))
    if marked and titled then return "same", { url = page.url } end
    return "absent", nil, (titled or select(3, unmarked(a, page))) and { url = page.url } or nil
  end,
  apply = function(world, a)
    local page, err = world.forge.release(a.tag)
    if not page then return nil, err or errors.new { code = "forge.not_found", message = ("there is no page of %s"):format(a.tag) } end
    local before, body = unmarked(a, page)
    local done, failed = world.forge.edit(page, { title = ("[%s] %s"):format(word(a), before), body = banner(a) .. body })
    if not done then return nil, failed end
    return { url = done.url }
  end,
  undo = function(world, a)
    local page, err = world.forge.release(a.tag)
    if not page then return err == nil, err end
    local before, body, marked = unmarked(a, page)
    if not marked and before == page.title then return true end
    local done, failed = world.forge.edit(page, { title = before, body = body })
    return done and true, failed
  end,
}
