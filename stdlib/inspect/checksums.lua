-- Checksum files on the page: every line fits its file, and every file stands in one of them.
local signers = require "signer.open"
local sorted_keys = require "pure.sorted_keys"

local M = { name = "checksums" }

local function is_list(world, name)
  return name == ((world.config.artifacts or {}).checksums or "SHA256SUMS") or name:find "SHA256SUMS$" ~= nil or name:find "%.sha256$" ~= nil
end

local function look_into(world, found, name, listed, report)
  local text = world.file.read(found.assets[name].path) or ""
  local wrong, lines = 0, 0
  for line in text:gmatch "[^\n]+" do
    local digest, file = line:match "^(%x+) [ *]([^\r]+)\r?$"
    lines = lines + 1
    if not digest or #digest ~= 64 then
      wrong = wrong + 1
      report.different(name, "a line of it is no checksum: " .. line:sub(1, 60))
    else
      listed[file] = true
      local there = found.assets[file]
      if not there or there.sha256 ~= digest:lower() then
        wrong = wrong + 1
        report.different(file, there and ("%s says %s, the file on the page is %s"):format(name, digest:sub(1, 16), there.sha256:sub(1, 16)) or ("%s names it, and it is not on the page"):format(name))
      end
    end
  end
  if wrong == 0 then report.same(name, ("%d file%s as it says"):format(lines, lines == 1 and "" or "s")) end
end

function M.look(world, found, report)
  if not found.page then return end
  local listed, count = {}, 0
  for _, name in ipairs(sorted_keys(found.assets)) do
    if is_list(world, name) then
      count = count + 1
      look_into(world, found, name, listed, report)
    end
  end
  if count == 0 then return next(found.assets) and report.absent("checksums", "the page has none") end
  for _, name in ipairs(sorted_keys(found.assets)) do
    if not listed[name] and not is_list(world, name) and not signers.of_name(name) and not name:find "%.signoff%.intoto%.jsonl$" then report.different(name, "it is on the page, and no checksum file names it") end
  end
end

return M
