-- What an installation puts where, and the Debian package of it: a stranger installs that, not a build folder.
local build = slipway:match "^(.*)/[^/]*$"
local file = require "door.file"

local function needs_build()
  if not file.stat(build .. "/CMakeCache.txt") then skip "slipway does not stand in its build folder" end
  if not file.stat(build .. "/surroundings/slipway.1") then skip("only the program was built: cmake --build " .. build) end
end

local wanted = {
  "bin/slipway",
  "share/man/man1/slipway.1",
  "share/man/man5/slipway-recipe.5",
  "share/man/man7/slipway-lua.7",
  "share/bash-completion/completions/slipway",
  "share/zsh/vendor-completions/_slipway",
  "share/fish/vendor_completions.d/slipway.fish",
  "share/slipway/recipes/release.lua",
  "share/slipway/meta/git.lua",
  "share/doc/slipway/copyright",
}

test("an installation has the program, its page, completions, stubs and recipes, and works from any folder", function()
  needs_build()
  local prefix = scratch()
  local result = run { "cmake", "--install", build, "--prefix", prefix }
  check.equal(result.code, 0, result.out .. result.err)
  for _, path in ipairs(wanted) do
    local stat = file.stat(prefix .. "/" .. path)
    check.truthy(stat and stat.size > 0, path)
  end
  local version = run { prefix .. "/bin/slipway", "--version", dir = "/", env = { SLIPWAY_LUA_DIR = false } }
  check.match(version.out, "^slipway %d+%.%d+%.%d+")
  check.match(assert(file.read(prefix .. "/share/man/man1/slipway.1")), "\n%.SH \"EXIT STATUS\"\n")
end)

test("the Debian package names the libraries that are linked and those that come late", function()
  needs_build()
  if run { "sh", "-c", "command -v dpkg-shlibdeps && command -v file" }.code ~= 0 then skip "dpkg-dev or file is not installed" end
  local dir = scratch()
  local made = run { "cpack", "-G", "DEB", "-B", dir, "--config", build .. "/CPackConfig.cmake", dir = build }
  check.equal(made.code, 0, made.out .. made.err)
  local package = run({ "sh", "-c", "echo " .. dir .. "/*.deb" }).out:match "%S+"
  local needs = run({ "dpkg-deb", "-f", package, "Depends" }).out
  for _, name in ipairs { "libc6", "git", "libcurl4", "libzip4", "libarchive13", "libssl3" } do
    check.match(needs, "%f[%w]" .. name:gsub("%p", "%%%0"))
  end
  check.equal(run({ "dpkg-deb", "-x", package, dir .. "/unpacked" }).code, 0)
  check.match(run({ dir .. "/unpacked/usr/bin/slipway", "--version", env = { SLIPWAY_LUA_DIR = false } }).out, "^slipway ")
end)
