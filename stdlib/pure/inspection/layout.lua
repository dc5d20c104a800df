-- What every project that is released usually has beside its sources.

local function always() return true end

local function first_of(tree, candidates)
  for _, path in ipairs(candidates) do
    if tree.has(path) then return path end
  end
end

local function matching(tree, patterns)
  for _, path in ipairs(tree.paths) do
    for _, pattern in ipairs(patterns) do
      if path:find(pattern) then return path end
    end
  end
end

local licences = { "^LICEN[SC]E[^/]*$", "^COPYING[^/]*$", "^UNLICENSE$", "^LICENSES/" }
local pipelines = {
  "^%.github/workflows/[^/]+%.ya?ml$", "^%.gitea/workflows/[^/]+%.ya?ml$", "^%.forgejo/workflows/[^/]+%.ya?ml$", "^%.gitlab%-ci%.yml$",
  "^%.circleci/config%.yml$", "^%.woodpecker[/.]", "^%.builds?[/.]", "^Jenkinsfile$", "^azure%-pipelines%.yml$", "^%.ci/",
}
local tests = { "^tests?/", "/tests?/", "_test%.%w+$", "/test_[^/]+%.py$", "^spec/", "%.test%.[jt]sx?$", "%.spec%.[jt]sx?$" }
local containers = { "Dockerfile", "Containerfile", "docker/Dockerfile" }

-- Rust keeps unit tests in its sources.
local function has_inline_tests(tree)
  for _, path in ipairs(tree.paths) do
    if path:find "%.rs$" and (tree.read(path) or ""):find("#[cfg(test)]", 1, true) then return path end
  end
end

---@type slipway.InspectionRule[]
return {
  {
    name = "license", advice = true, applies = always,
    judge = function(tree)
      local found = matching(tree, licences)
      return found ~= nil, found or "there is none: nobody else may use what is released", "add a LICENSE file"
    end,
  },
  {
    name = "tests", advice = true, applies = always,
    judge = function(tree)
      local found = matching(tree, tests) or has_inline_tests(tree)
      return found ~= nil, found or "there are none", "a test for each change, and the command that runs them as checks in slipway.lua"
    end,
  },
  {
    name = "ci pipeline", advice = true, applies = always,
    judge = function(tree)
      local found = matching(tree, pipelines)
      return found ~= nil, found or "there is none", "one that runs the checks for every pull request"
    end,
  },
  {
    name = "container file", advice = true,
    applies = function(tree) return first_of(tree, containers) ~= nil or tree.has ".dockerignore" end,
    judge = function(tree)
      local found = first_of(tree, containers)
      if not found then return false, ".dockerignore without a Dockerfile", "add the Dockerfile, or delete .dockerignore" end
      if tree.has ".dockerignore" or tree.has ".containerignore" or tree.has(found .. ".dockerignore") then return true, found end
      return false, found .. " without .dockerignore: .git and secrets go into the build context", "add .dockerignore"
    end,
  },
  {
    name = "container copies", -- C59: a COPY of a file that is not there fails in the container job only
    applies = function(tree) return first_of(tree, containers) ~= nil end,
    judge = function(tree)
      local path = first_of(tree, containers)
      for line in ((tree.read(path) or "") .. "\n"):gmatch "(.-)\n" do
        local words = line:match "^%s*[Cc][Oo][Pp][Yy]%s+([^%[].*)$"
        if words and not words:find("--from", 1, true) then
          local list = {}
          for word in words:gmatch "%S+" do list[#list + 1] = not word:find "^%-%-" and word or nil end
          for i = 1, #list - 1 do
            local source = list[i]:gsub("^%./", ""):gsub("/+$", "")
            local plain = source ~= "" and source ~= "." and not source:find "[*?%$%[<]"
            if plain and not tree.has(source) then return false, ("%s copies %s, which is not in the repository"):format(path, source), "commit the file, or mend the COPY line" end
          end
        end
      end
      return true, path .. " copies only what is there"
    end,
  },
}
