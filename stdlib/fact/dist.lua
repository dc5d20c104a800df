-- Files that are built already, with their digests: what `publish --dir` starts from.
local errors = require "pure.errors"

return {
  name = "dist", summary = "Built files of a folder, with their digests.", signature = "facts:dist{ dir =, names = } → { { name, path, size, sha256 } }",
  ask = function(world, o)
    local dir = o.dir:sub(1, 1) == "/" and o.dir or world.project.root .. "/" .. o.dir
    local list = {}
    for i, name in ipairs(o.names) do
      local path = ("%s/%s"):format(dir, name)
      local info = world.file.stat(path)
      if not info then
        return nil, errors.new { code = "registry.no_file", message = ("%s has no %s"):format(o.dir, name), hint = "slipway run publish   without --dir builds it" }
      end
      local digest, err = world.digest.sha256 { file = path }
      if not digest then return nil, err end
      list[i] = { name = name, path = path, size = info.size, sha256 = digest }
    end
    return list
  end,
}
