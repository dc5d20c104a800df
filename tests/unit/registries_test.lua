-- What is known of package registries without asking one: names of files, versions in each ecosystem's words, addresses in the
-- clients' own configuration, what an upload tells beside the file.
local base64 = require "pure.base64"
local client = require "registry.client"
local cargo_config = require "registry.cargo_config"
local core_metadata = require "registry.core_metadata"
local crate_metadata = require "registry.crate_metadata"
local image_login = require "registry.image_login"
local json = require "door.json"
local npm_config = require "registry.npm_config"
local pypi_config = require "registry.pypi_config"
local registries = require "pure.registries"
local simple_index = require "registry.simple_index"

--- A world of these files and variables, with clients that print the given texts.
local function world(files, variables, clients)
  return {
    project = { root = "/p/project" }, file = { read = function(path) return files[path] end }, getenv = function(name) return (variables or {})[name] end,
    process = {
      which = function(name) return (clients or {})[name] and "/bin/" .. name end,
      ask = function(argv) return { code = 0, out = clients[argv[1]] } end,
    },
  }
end

test("versions and files have the names that each ecosystem gives them", function()
  check.equal(registries.version_for("pypi", "1.2.0-alpha.1"), "1.2.0a1")
  check.equal(registries.version_for("cargo", "1.2.0-alpha.1"), "1.2.0-alpha.1")
  check.equal(registries.version_for("oci", "1.2.0+build.5"), "1.2.0-build.5")
  check.fails("version.invalid", registries.version_for("pypi", "1.2.0-nightly.x"))
  check.equal(registries.files("pypi", "My.Bird", "1.2.0", {}), { "dist/my_bird-1.2.0-py3-none-any.whl", "dist/my_bird-1.2.0.tar.gz" })
  check.equal(registries.files("npm", "@zoo/bird", "1.2.0", {}), { "zoo-bird-1.2.0.tgz" })
  check.equal(registries.files("cargo", "bird", "1.2.0", {}), { "target/package/bird-1.2.0.crate" })
  check.equal(registries.files("oci", "x", "1.2.0", { files = { "out/{version}.tar" } }), { "out/1.2.0.tar" })
end)

test("an image tag is made of any branch's name", function()
  check.equal(registries.image_tag "feature/Login Form", "feature-login-form")
  check.equal(registries.image_tag "--.weird..name--", "weird..name")
  check.equal(#registries.image_tag(("x"):rep(300)), 128)
  check.fails("version.invalid", registries.image_tag "///")
end)

test("latest goes to no pre-release and to nothing older", function()
  check.equal(registries.backwards("1.2.0", { "1.1.0", "1.2.0", "2.0.0-rc.1", "latest" }), nil)
  check.match(registries.backwards("1.2.0", { "1.10.0" }), "1.10.0 is there")
  check.match(registries.backwards("1.2.0-rc.1", {}), "pre%-release")
end)

test("cargo's registry is found in the nearest configuration, then in its home, then by its variable", function()
  local near = { ["/p/project/.cargo/config.toml"] = '[registries.house]\nindex = "sparse+https://near.example/"\n', ["/h/.cargo/config.toml"] = '[registry]\ndefault = "house"\n[registries.house]\nindex = "sparse+https://home.example/"\n' }
  check.equal(cargo_config.index(world(near, { HOME = "/h" }), "house"), "sparse+https://near.example/")
  check.equal(cargo_config.index(world(near, { HOME = "/h" })), "sparse+https://near.example/")
  check.equal(cargo_config.index(world({ ["/p/.cargo/config"] = near["/h/.cargo/config.toml"] }, {}), "house"), "sparse+https://home.example/")
  check.equal(cargo_config.index(world(near, { CARGO_REGISTRIES_MY_HOUSE_INDEX = "sparse+https://variable.example/" }), "my-house"), "sparse+https://variable.example/")
  check.fails("registry.no_address", cargo_config.index(world({}, {}), "house"))
end)

test("npm's registry is that of the scope, else the general one, else what npm itself says", function()
  local files = { ["/p/project/.npmrc"] = "; a comment\n@zoo:registry=https://zoo.example/${TEAM}/\n", ["/h/.npmrc"] = "registry = https://all.example/\n" }
  check.equal(npm_config.address(world(files, { HOME = "/h", TEAM = "birds" }), "@zoo/bird"), "https://zoo.example/birds/")
  check.equal(npm_config.address(world(files, { HOME = "/h" }), "bird"), "https://all.example/")
  check.equal(npm_config.address(world(files, { HOME = "/h", npm_config_registry = "https://variable.example" }), "bird"), "https://variable.example")
  check.equal(npm_config.address(world({}, {}, { npm = "https://default.example/\n" }), "bird"), "https://default.example/")
  check.equal(npm_config.address(world({ ["/p/project/package.json"] = '{ "publishConfig": { "registry": "https://own.example" } }' }, {}), "bird"), "https://own.example")
end)

test("a Python index is found by name or by its publish-url, in uv's, twine's and pip's words, else uv is asked", function()
  local files = {
    ["/p/project/pyproject.toml"] = '[[tool.uv.index]]\nname = "house"\nurl = "https://house.example/simple"\npublish-url = "https://house.example/upload"\n',
    ["/h/.pypirc"] = "[distutils]\nindex-servers = old\n\n[old]\nrepository = https://old.example/legacy\n",
  }
  check.equal(pypi_config.addresses(world(files, {}), "house"), { upload = "https://house.example/upload", index = "https://house.example/simple" })
  check.equal(pypi_config.addresses(world(files, {})), { upload = "https://house.example/upload", index = "https://house.example/simple" })
  check.equal(pypi_config.addresses(world(files, { HOME = "/h", PIP_INDEX_URL = "https://old.example/simple" }), "old"), { upload = "https://old.example/legacy", index = "https://old.example/simple" })
  check.equal(pypi_config.addresses(world({}, {}, { uv = '  url = "https://default.example/simple"\n  publish-url = "https://upload.example/"\n' })), { upload = "https://upload.example/", index = "https://default.example/simple" })
end)

test("a crate's metadata names its dependencies as the registry's interface wants them", function()
  local files = {
    ["Cargo.toml"] = '[package]\nname = "bird"\nversion = "1.2.0"\nreadme = "README.md"\nkeywords = ["a"]\n\n[features]\ndefault = ["std"]\n\n[dependencies.serde]\nversion = "1.0"\nfeatures = ["derive"]\ndefault-features = false\n\n[dependencies.other]\nversion = ">=1, <2"\npackage = "real"\nregistry-index = "sparse+https://house.example/"\n\n[target."cfg(unix)".build-dependencies.cc]\nversion = "1"\n',
    ["Cargo.lock"] = 'version = 3\n\n[[package]]\nname = "serde"\nversion = "1.0.1"\nsource = "registry+https://index.example/main"\n',
    ["README.md"] = "# Bird\n",
  }
  local about = crate_metadata.of(function(name) return files[name] end, { index = "sparse+https://house.example/", alternative = true })
  local by_name = {}
  for _, dep in ipairs(about.deps) do by_name[dep.name] = dep end
  check.equal({ by_name.serde.version_req, by_name.serde.default_features, by_name.serde.registry, by_name.serde.features[1] }, { "^1.0", false, "https://index.example/main", "derive" })
  check.equal({ by_name.real.version_req, by_name.real.explicit_name_in_toml, by_name.real.registry }, { ">=1, <2", "other", json.null })
  check.equal({ by_name.cc.kind, by_name.cc.target }, { "build", "cfg(unix)" })
  check.equal({ about.readme, about.readme_file, about.features.default[1] }, { "# Bird\n", "README.md", "std" })
end)

test("core metadata becomes one form field a header, the text below them the description", function()
  local form, first = core_metadata.form("Metadata-Version: 2.1\nName: bird\nVersion: 1.0\nClassifier: A\nClassifier: B\nLicense: one\n  two\n\nLong\n\ntext\n", { filetype = "sdist", pyversion = "source", sha256 = "00" })
  local seen = {}
  for _, field in ipairs(form) do seen[#seen + 1] = field.name .. "=" .. field.value end
  local text = table.concat(seen, "|")
  for _, wanted in ipairs { "classifiers=A|classifiers=B", "license=one\ntwo", "description=Long\n\ntext\n", "sha256_digest=00" } do check.truthy(text:find(wanted, 1, true), text) end
  check.equal(first.name, "bird")
end)

test("a simple index is read from its page and from its JSON", function()
  local html = simple_index.read { url = "https://i.example/simple/bird/", headers = { ["content-type"] = "text/html" }, body = '<a href="../../f/bird-1.0.tar.gz#sha256=ab" data-yanked="bad &amp; worse">bird-1.0.tar.gz</a> <a href="/g/x.whl">x.whl</a>' }
  check.equal(html[1], { name = "bird-1.0.tar.gz", url = "https://i.example/f/bird-1.0.tar.gz", sha256 = "ab", yanked = "bad & worse" })
  check.equal(html[2].url, "https://i.example/g/x.whl")
  local text = simple_index.read { url = "https://i.example/simple/bird/", headers = { ["content-type"] = "application/vnd.pypi.simple.v1+json" }, body = '{"files":[{"filename":"x.whl","url":"https://f.example/x.whl","hashes":{"sha256":"cd"},"yanked":true}]}' }
  check.equal(text[1], { name = "x.whl", url = "https://f.example/x.whl", sha256 = "cd", yanked = true })
end)

test("the ways that an image registry offers are read off its challenge", function()
  local offered = image_login.challenges 'Bearer realm="https://a.example/token?x=1",service="r",scope="a b", Basic realm="R"'
  check.equal(offered, { bearer = { realm = "https://a.example/token?x=1", service = "r", scope = "a b" }, basic = { realm = "R" } })
  check.equal(image_login.challenges(nil), {})
end)

test("a token goes to the configured places only, wherever an index says that its files are", function()
  local sent = {}
  local about = {
    project = { root = "/p" }, secret = { resolve = function() return "the secret" end }, digest = { sha256 = function() return "00" end },
    http = { request = function(o)
      sent[o.url] = o.secret ~= nil
      return { status = 200, headers = {}, body = "{}", url = o.url }
    end },
  }
  local one = client.new { world = about, name = "pypi", token = "env:T", url = "https://upload.example/legacy", urls = { "https://index.example/simple" }, credential = function(value) return { value = value } end }
  for _, url in ipairs { "https://upload.example/x", "https://index.example/simple/bird/", "https://files.example/bird.whl", "https://index.example.evil.example/x", "http://index.example/simple/" } do
    assert(one.send("look", { url = url }, "token"))
  end
  check.equal(sent, {
    ["https://upload.example/x"] = true, ["https://index.example/simple/bird/"] = true, ["https://files.example/bird.whl"] = false,
    ["https://index.example.evil.example/x"] = false, ["http://index.example/simple/"] = false,
  })
end)

test("a digest in hexadecimal becomes the base64 that npm compares", function()
  check.equal(base64.of_hex "00ff10", "AP8Q")
end)
