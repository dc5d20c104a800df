-- Makes the draft of a release page and uploads its assets. A draft is recognised by a marker in its text, so that a
-- repeated attempt never makes a second one; assets are compared by digest.
local errors = require "pure.errors"
local content_type = require "pure.content_type"
local pages = require "forge.page"
local product = require "builder.product"
local verb = require "pure.declare"

local function marker(a) return ("<!-- slipway: %s -->"):format(a.tag) end
local function body(a) return ("%s\n\n%s"):format(a.notes or "", marker(a)) end
local function is_ours(a, page) return page.body:find(marker(a), 1, true) ~= nil end

-- Forges change line ends and trim.
local function plain(text) return (text:gsub("\r\n", "\n"):gsub("%s+$", "")) end

--- Which wanted files the page has, lacks, or has wrongly; and whether title, text and marks are as wanted.
local function compare(world, a, page)
  local found, err = pages.compare(world, product.flatten(a.assets or {}), page)
  if not found then return nil, err end
  found.words = pages.other_words(a, page) or plain(page.body) ~= plain(body(a)) and "its text is another one" or nil
  return found
end

-- A page holds one asset of a name; a second file would be lost without a word.
local function name_twice(a)
  local seen = {}
  for _, file in ipairs(product.flatten(a.assets or {})) do
    if seen[file.name] then return file.name end
    seen[file.name] = true
  end
end

local function value_of(a, page)
  local assets = {}
  for i, file in ipairs(product.flatten(a.assets or {})) do assets[i] = { name = file.name, sha256 = file.sha256, size = file.size } end
  return { id = page.id, url = page.url, assets = assets }
end

-- Says how far all uploads are together, at most once a percent.
local function progress_of(world, files)
  local total, sent, shown = 0, {}, -1
  for _, file in ipairs(files) do total = total + (file.size or 0) end
  return function(file)
    return function(bytes)
      sent[file] = bytes
      local sum = 0
      for _, part in pairs(sent) do sum = sum + part end -- order: a sum
      local percent = total > 0 and math.min(100, sum * 100 // total) or 100
      if percent == shown then return end
      shown = percent
      world.progress(("uploading %d file%s, %d %%"):format(#files, #files == 1 and "" or "s", percent))
    end
  end
end

local function upload_all(world, page, files)
  local bodies, report = {}, progress_of(world, files)
  for i, file in ipairs(files) do
    local given = { name = file.name, path = file.path, size = file.size, sha256 = file.sha256, type = content_type.of(file.name) }
    bodies[i] = function() return world.forge.upload(page, given, report(file)) end
  end
  local results = {}
  if world.forge.parallel_uploads then
    results = world.together(bodies)
  else
    for i, upload in ipairs(bodies) do results[i] = table.pack(upload()) end
  end
  for _, result in ipairs(results) do
    if not result[1] then return nil, result[2] end
  end
  return true
end

--- What is wrong or too much goes, what is missing comes, and the words are set right.
local function complete(world, a, page, found)
  for _, list in ipairs { found.wrong, found.extra } do
    for _, asset in ipairs(list) do
      local gone, kept = world.forge.remove_asset(page, asset)
      if not gone then return nil, kept end
    end
  end
  if found.words then
    local edited, refused = world.forge.edit(page, { title = a.title, body = body(a), prerelease = a.prerelease or false })
    if not edited then return nil, refused end
  end
  return upload_all(world, page, found.missing)
end

local function find_or_make(world, a)
  local page, err = world.forge.release(a.tag)
  if page or err then return page, err end
  page, err = world.forge.make_draft { tag = a.tag, title = a.title, body = body(a), prerelease = a.prerelease }
  if page then return page end
  -- The answer may have been lost after the draft was made.
  local made = world.forge.release(a.tag)
  if made and is_ours(a, made) then return made end
  return nil, err
end

return verb {
  name = "stage", class = "remote", forward = true, summary = "Make a draft release page with its assets.",
  params = { tag = "text", title = "text", notes = "text?", prerelease = "boolean?", assets = "artifacts?" },
  returns = { id = "integer", url = "text", assets = "list" },
  undo_says = "delete the draft",
  label = function(a) return "the draft of " .. a.tag end,
  example = 'p:stage { tag = "v1.2.0", title = "pelican 1.2.0", notes = notes.body, assets = { packed.files } }',
  describe = function(a)
    return ("draft release page of %s%s"):format(a.tag, #(a.assets or {}) > 0 and ", with all that was built" or "")
  end,
  verify = function(world, a)
    local twice = name_twice(a)
    if twice then return "different", ("two of its files are called %s"):format(twice) end
    local page, err = world.forge.release(a.tag)
    if err then return err.retry and "unknown" or "different", err end
    if not page then return "absent" end
    if not is_ours(a, page) then
      return "different", ("%s of %s exists and was not made by slipway: %s"):format(page.draft and "a draft" or "the release page", a.tag, tostring(page.url))
    end
    local found, failed = compare(world, a, page)
    if not found then return "unknown", failed, { id = page.id } end
    if found.whole and not found.words then return "same", value_of(a, page) end
    if found.whole and not page.draft then return "different", ("the page of %s is public; %s"):format(a.tag, found.words) end
    -- Publishing first looks whether the page is whole, so a public page that is not became public by itself (Gitea
    -- does that when a draft stands before its tag): apply takes it back and completes it.
    return "absent", nil, { id = page.id }
  end,
  apply = function(world, a)
    local built, altered = product.frozen(world, a.assets or {})
    if not built then return nil, altered end
    local page, err = find_or_make(world, a)
    if not page then return nil, err end
    world.checkpoint "draft-made"
    if not page.draft then
      local taken_back, refused = world.forge.withdraw(page)
      if not taken_back then return nil, refused end
    end
    local found, failed = compare(world, a, page)
    if not found then return nil, failed end
    local ok, broken = complete(world, a, page, found)
    if not ok then return nil, broken end
    return value_of(a, page)
  end,
  undo = function(world, a)
    local page, err = world.forge.release(a.tag)
    if err then return nil, err end
    if not page then return true end
    local unfinished = page.draft
    if is_ours(a, page) and not page.draft then
      local found, failed = compare(world, a, page)
      if not found then return nil, failed end
      unfinished = not found.whole or found.words ~= nil
    end
    if not is_ours(a, page) or not unfinished then
      return nil, errors.new { code = "step.different", message = ("the page of %s is %s; it is not deleted"):format(a.tag, page.draft and "not ours" or "public") }
    end
    return world.forge.remove(page)
  end,
}
