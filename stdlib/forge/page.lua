-- Is a release page what was built? Exactly its assets, by digest, and its title and marks. Used before and after a
-- page becomes public.
local M = {}

--- Reads back what the forge has of each asset, side by side where it has to be downloaded.
local function digests(world, page, candidates)
  local bodies = {}
  for i, asset in ipairs(candidates) do
    bodies[i] = function()
      local scratch = ("%s/read-back-%s"):format(world.run.dir, tostring(asset.id))
      local digest, err = world.forge.digest(page, asset, scratch)
      if world.file.stat(scratch) then world.file.remove(scratch) end
      return digest, err
    end
  end
  local found = {}
  for i, result in ipairs(world.together(bodies)) do
    if not result[1] then return nil, result[2] end
    found[candidates[i]] = result[1]
  end
  return found
end

---@class slipway.PageDifference
---@field missing table[]  wanted files the page lacks, or has wrongly
---@field wrong table[]    assets of the page that are not what was built: other bytes, a stub, a second one of a name
---@field extra table[]    assets whose name was never built
---@field whole boolean

--- Compares the assets of a page with the files that it must have.
---@param world table
---@param wanted { name: string, size: integer?, sha256: string }[]
---@param page table
---@return slipway.PageDifference?, slipway.Error?
function M.compare(world, wanted, page)
  local by_name, result, candidates = {}, { missing = {}, wrong = {}, extra = {} }, {}
  for _, file in ipairs(wanted) do by_name[file.name] = file end
  for _, asset in ipairs(page.assets) do
    local file = by_name[asset.name]
    if not file then
      result.extra[#result.extra + 1] = asset
    elseif asset.size == -1 or (file.size and asset.size ~= file.size) then
      result.wrong[#result.wrong + 1] = asset
    else
      candidates[#candidates + 1] = asset
    end
  end
  local found, err = digests(world, page, candidates)
  if not found then return nil, err end
  local seen = {}
  for _, asset in ipairs(candidates) do
    if found[asset] == by_name[asset.name].sha256 and not seen[asset.name] then
      seen[asset.name] = true
    else
      result.wrong[#result.wrong + 1] = asset
    end
  end
  for _, file in ipairs(wanted) do
    if not seen[file.name] then result.missing[#result.missing + 1] = file end
  end
  result.whole = #result.missing + #result.wrong + #result.extra == 0
  return result
end

--- The difference in words, or nil: which names are missing, extra, or not what was built.
---@param difference slipway.PageDifference
---@return string?
function M.told(difference)
  if difference.whole then return nil end
  local parts, wrong = {}, {}
  local function say(word, list, skip)
    local names, seen = {}, {}
    for _, entry in ipairs(list) do
      if not (skip and skip[entry.name]) and not seen[entry.name] then names[#names + 1], seen[entry.name] = entry.name, true end
    end
    table.sort(names)
    if #names > 0 then parts[#parts + 1] = ("%s: %s"):format(word, table.concat(names, ", ")) end
  end
  for _, asset in ipairs(difference.wrong) do wrong[asset.name] = true end
  say("missing", difference.missing, wrong)
  say("not what was built", difference.wrong)
  say("was not built", difference.extra)
  return "the page differs; " .. table.concat(parts, "; ")
end

--- What of title and marks is not as wanted, in words; nil when all is. A forge without a mark cannot differ in it.
---@param wanted { title: string?, prerelease: boolean? }
---@param page table
---@return string?
function M.other_words(wanted, page)
  if wanted.title and page.title ~= wanted.title then return ("its title is '%s', not '%s'"):format(tostring(page.title), wanted.title) end
  if page.prerelease ~= nil and page.prerelease ~= (wanted.prerelease or false) then
    return page.prerelease and "it is marked as a pre-release" or "it is not marked as a pre-release"
  end
end

return M
