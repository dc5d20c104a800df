-- What is left to do after a release, kept until a person has done each: README, website, posts, notes to users.
---@type slipway.Recipe
return {
  name = "followup", summary = "Keep what is left to do after a release until each is done.",
  sample = [[
followup pelican 1.2.0
  followup   $ approval: README.md, if the installation has changed
             $ approval: the project's website
             $ approval: notes to the community]],
  params = {
    version = { type = "text", default = "latest", help = "the release" },
  },
  plan = function(p, facts, arg)
    local release = facts:release(arg.version)
    local list    = facts.project.followup
    p:version(release.version)
    p:channel("followup/" .. tostring(release.version)) -- open for weeks: it holds no release back
    p:title(("%s %s"):format(facts.project.name, tostring(release.version)))
    p:phase "followup"
    for _, item in ipairs(list) do p:approve { text = item } end
  end,
}
