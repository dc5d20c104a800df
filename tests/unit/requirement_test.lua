-- Requirements admit the new version and keep the manner they are written in.
local requirement = require "pure.requirement"

local function rewritten(language, version, cases)
  for _, case in ipairs(cases) do
    local new, err = requirement.rewrite(language, case[1], version)
    check.falsy(err, err and err.message)
    check.equal(new or "stays", case[2])
  end
end

test("Cargo: operator and number of parts stay", function()
  rewritten("cargo", "2.1.0", {
    { "1.2.3", "2.1.0" }, { "1.2", "2.1" }, { "1", "2" }, { "^1.2", "^2.1" }, { "~1.2.3", "~2.1.0" }, { "=1.2.3", "=2.1.0" },
    { ">= 1.0", ">= 2.1" }, { "*", "stays" }, { "2.*", "stays" }, { "1.*", "2.1.0" },
  })
end)

test("a pre-release is written out in full", function()
  rewritten("cargo", "2.0.0-rc.1", { { "1.2", "2.0.0-rc.1" }, { "=1", "=2.0.0-rc.1" } })
end)

test("npm: ranges, wildcards and protocols", function()
  rewritten("npm", "2.1.0", {
    { "^1.2.3", "^2.1.0" }, { "~1.2.3", "~2.1.0" }, { "1.2.3", "2.1.0" }, { "1.x", "2.x" }, { "1.2.x", "2.1.x" }, { "v1.2.3", "v2.1.0" },
    { "workspace:^1.2.3", "workspace:^2.1.0" }, { "npm:other@^1.2.3", "npm:other@^2.1.0" }, { "npm:@s/other@1.2.3", "npm:@s/other@2.1.0" },
    { "workspace:*", "stays" }, { "workspace:^", "stays" }, { "link:../x", "stays" }, { "file:../x", "stays" }, { "*", "stays" }, { "", "stays" },
    { "latest", "stays" }, { "github:a/b#v1.2.3", "stays" }, { "https://x.example/y-1.2.3.tgz", "stays" },
  })
end)

test("a range that admits the new version stays, one that does not is refused and not guessed", function()
  rewritten("npm", "2.1.0", { { ">=1.0.0 <3.0.0", "stays" }, { "^1.0.0 || ^2.0.0", "stays" }, { "<3", "stays" } })
  for _, range in ipairs { ">=1.0.0 <2.0.0", "^0.9.0 || ^1.0.0", "<2.0.0" } do
    local new, err = requirement.rewrite("npm", range, "2.1.0")
    check.fails("manifest.requirement", new, err)
  end
end)

test("Python: exact and compatible releases move, lower bounds stay", function()
  rewritten("python", "2.1.0", {
    { "==1.2.3", "==2.1.0" }, { "~=1.2", "~=2.1" }, { "== 1.2.3", "== 2.1.0" }, { "==1.*", "==2.*" }, { ">=1.0", "stays" }, { "!=1.2.3", "stays" },
    { "^1.2.3", "^2.1.0" },
  })
end)
