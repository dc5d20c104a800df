-- What this clone's own run of the release put on the page, by its journal: neither less, nor more, nor other bytes.
local M = { name = "record" }

function M.look(_, found, report)
  if not found.record or not found.record.assets or not found.page then return end
  local expected = {}
  for _, asset in ipairs(found.record.assets) do
    expected[asset.name] = true
    local there = found.assets[asset.name]
    if not there then
      report.different(asset.name, "the run " .. found.record.run .. " published it; it is not on the page")
    elseif there.sha256 ~= asset.sha256 then
      report.different(asset.name, ("it is not what the run %s built and published: %s, not %s"):format(found.record.run, there.sha256:sub(1, 16), asset.sha256:sub(1, 16)))
    else
      report.same(asset.name, "as the run " .. found.record.run .. " built it")
    end
  end
  local extra = {}
  for name in pairs(found.assets) do -- order: sorted below
    if not expected[name] and not found.record.later[name] then extra[#extra + 1] = name end
  end
  table.sort(extra)
  for _, name in ipairs(extra) do report.different(name, "it is on the page, and no run of this clone put it there") end
end

return M
