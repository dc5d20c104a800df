-- The builder for everything that has commands of its own: runs them in the checkout and takes the named files.
return {
  name = "command",
  programs = function() return {} end, -- `slipway doctor` looks for the first words of all commands
  steps = function(job, at)
    local commands, files = {}, {}
    for i, argv in ipairs(job.run) do commands[i] = { argv = argv } end
    for i, path in ipairs(job.paths) do files[i] = { from = at.dir .. "/" .. path, as = path:match "[^/]+$" } end
    local dist = job.settings.dist
    return { commands = commands, files = files, exact = dist and at.dir .. "/" .. dist or nil }
  end,
}
