-- Settings of commitizen that decide versions, tags and changelog, read from pyproject.toml; see
-- commitizen's documentation, "Configuration".
local toml = require "pure.toml"

local function settings(tree)
  local text = tree.read "pyproject.toml"
  local all = text and toml.decode(text)
  return all and type(all.tool) == "table" and all.tool.commitizen or nil
end

---@type slipway.InspectionRule[]
return {
  {
    name = "commitizen", advice = true, applies = function(tree) return settings(tree) ~= nil end,
    judge = function(tree)
      local o, amiss = settings(tree), {}
      if (o.name or "cz_conventional_commits") ~= "cz_conventional_commits" then amiss[#amiss + 1] = "name is not cz_conventional_commits" end
      if o.tag_format ~= "v$version" then amiss[#amiss + 1] = ("tag_format is %s"):format(o.tag_format or "not set") end
      if o.update_changelog_on_bump ~= true then amiss[#amiss + 1] = "update_changelog_on_bump is not true" end
      if o.version and o.version_provider ~= "commitizen" then amiss[#amiss + 1] = "the version stands in [tool.commitizen], not in [project]" end
      if #amiss == 0 then return true, "conventional commits, v-prefixed tags, changelog on bump" end
      return false, table.concat(amiss, "; "), "slipway init --import commitizen   takes the settings over and says what each becomes"
    end,
  },
  {
    -- The guard against major versions looks only at the flag of the command line: at 1.0.0 a breaking
    -- change silently gives 1.1.0.
    name = "major zero",
    applies = function(tree) return settings(tree) ~= nil and settings(tree).major_version_zero == true end,
    judge = function(tree)
      local major = tonumber((tree.version or "0"):match "^v?(%d+)")
      if major == 0 then return true, "breaking changes raise the minor number while the version is 0.x" end
      return false, ("major_version_zero is set at %s: a breaking change would raise the minor number only"):format(tree.version), "delete major_version_zero"
    end,
  },
}
