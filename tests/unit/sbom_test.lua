-- What lock files say a release is made of, and the two forms of bills of materials.
local base64 = require "pure.base64"
local components = require "pure.sbom.components"
local cyclonedx = require "pure.sbom.cyclonedx"
local json = require "door.json"
local provenance = require "pure.provenance"
local spdx = require "pure.sbom.spdx"

local function read(path, text) return assert(components.read { { path = path, text = text } }) end

local function purls(found)
  local list = {}
  for i, c in ipairs(found.list) do list[i] = c.purl end
  return list
end

local cargo = [=[
version = 3

[[package]]
name = "pelican"
version = "1.1.0"
dependencies = [
 "serde",
 "rand 0.8.5",
]

[[package]]
name = "serde"
version = "1.0.200"
source = "registry+https://index.test/crates"
checksum = "ddc6f9cc94d67c0e21aaf7eda3a010fd3af78ebf6e096aa6e2e13c79749cce4f"
dependencies = [ "serde_derive" ]

[[package]]
name = "serde_derive"
version = "1.0.200"
source = "registry+https://index.test/crates"

[[package]]
name = "rand"
version = "0.7.3"
source = "registry+https://index.test/crates"

[[package]]
name = "rand"
version = "0.8.5"
source = "registry+https://index.test/crates"
]=]

test("Cargo.lock gives components with checksums, and who needs whom", function()
  local found = read("Cargo.lock", cargo)
  check.equal(purls(found), { "pkg:cargo/rand@0.7.3", "pkg:cargo/rand@0.8.5", "pkg:cargo/serde@1.0.200", "pkg:cargo/serde_derive@1.0.200" })
  check.equal(found.list[3].hashes, { { "SHA-256", "ddc6f9cc94d67c0e21aaf7eda3a010fd3af78ebf6e096aa6e2e13c79749cce4f" } })
  check.equal(found.list[3].depends, { "pkg:cargo/serde_derive@1.0.200" })
  -- what nobody reaches is not lost
  check.equal(found.direct, { "pkg:cargo/rand@0.7.3", "pkg:cargo/rand@0.8.5", "pkg:cargo/serde@1.0.200" })
end)

test("lock files of npm leave out what is only for development, and what is the project's own", function()
  local found = read("package-lock.json", [[{ "lockfileVersion": 3, "packages": {
    "": { "name": "pelican", "version": "1.0.0" },
    "packages/own": { "name": "own", "version": "1.0.0" },
    "node_modules/own": { "resolved": "packages/own", "link": true },
    "node_modules/@scope/a": { "version": "2.0.0", "integrity": "sha512-AAEC" },
    "node_modules/@scope/a/node_modules/b": { "version": "1.0.0" },
    "node_modules/b": { "version": "3.0.0" },
    "node_modules/jest": { "version": "29.0.0", "dev": true } } }]])
  check.equal(purls(found), { "pkg:npm/%40scope/a@2.0.0", "pkg:npm/b@1.0.0", "pkg:npm/b@3.0.0" })
  check.equal(found.list[1].hashes, { { "SHA-512", "000102" } })
  local old = read("package-lock.json", [[{ "lockfileVersion": 1, "dependencies": { "a": { "version": "1.0.0", "dependencies": { "b": { "version": "2.0.0" } } } } }]])
  check.equal(purls(old), { "pkg:npm/a@1.0.0", "pkg:npm/b@2.0.0" })
end)

test("pnpm and Yarn, old and new, name their packages", function()
  check.equal(purls(read("pnpm-lock.yaml", "lockfileVersion: '9.0'\npackages:\n  '@scope/a@1.0.0':\n    resolution: {integrity: sha512-AAEC}\n  b@2.0.0(c@1.0.0):\n    resolution: {integrity: sha512-AAEC}\n")),
    { "pkg:npm/%40scope/a@1.0.0", "pkg:npm/b@2.0.0" })
  check.equal(purls(read("pnpm-lock.yaml", "lockfileVersion: 5.4\npackages:\n  /@scope/a/1.0.0:\n    resolution: {integrity: sha512-AAEC}\n    dev: false\n  /b/2.0.0_c@1.0.0:\n    dev: false\n  /t/3.0.0:\n    dev: true\n")),
    { "pkg:npm/%40scope/a@1.0.0", "pkg:npm/b@2.0.0" })
  local one = read("yarn.lock", '# yarn lockfile v1\n\n"@scope/a@^1.0.0", "@scope/a@^1.1.0":\n  version "1.1.0"\n  resolved "https://r.test/a.tgz#x"\n  integrity sha512-AAEC\n  dependencies:\n    b "^2.0.0"\n\nb@^2.0.0:\n  version "2.0.0"\n')
  check.equal(purls(one), { "pkg:npm/%40scope/a@1.1.0", "pkg:npm/b@2.0.0" })
  check.equal(one.list[1].hashes, { { "SHA-512", "000102" } })
  check.equal(purls(read("yarn.lock", '__metadata:\n  version: 8\n\n"b@npm:^2.0.0":\n  version: 2.0.0\n  resolution: "b@npm:2.0.0"\n\n"pelican@workspace:.":\n  version: 0.0.0-use.local\n  resolution: "pelican@workspace:."\n')),
    { "pkg:npm/b@2.0.0" })
end)

test("uv.lock, poetry.lock and requirements.txt are read", function()
  local uv = read("uv.lock", 'version = 1\n[[package]]\nname = "pelican"\nversion = "1.0"\nsource = { editable = "." }\ndependencies = [{ name = "anyio" }]\n[[package]]\nname = "anyio"\nversion = "4.0.0"\nsource = { registry = "https://x.test" }\nsdist = { url = "u", hash = "sha256:AB01" }\n[[package]]\nname = "idna"\nversion = "3.0"\nsource = { registry = "https://x.test" }\n')
  check.equal(purls(uv), { "pkg:pypi/anyio@4.0.0", "pkg:pypi/idna@3.0" })
  check.equal(uv.list[1].hashes, { { "SHA-256", "ab01" } })
  local poetry = read("poetry.lock", '[[package]]\nname = "Flask_Thing"\nversion = "2.0"\nfiles = [{ file = "f.tar.gz", hash = "sha256:ff" }]\n[package.dependencies]\nclick = ">=8"\n[[package]]\nname = "click"\nversion = "8.0"\n')
  check.equal(purls(poetry), { "pkg:pypi/click@8.0", "pkg:pypi/flask-thing@2.0" })
  check.equal(poetry.list[2].depends, { "pkg:pypi/click@8.0" })
  local pinned = read("requirements.txt", "# pins\n--index-url https://x.test\na==1.0 \\\n    --hash=sha256:aa\nb[extra]==2.0 ; python_version < '3'\nc>=1\nd==1.0  # via a\n")
  check.equal(purls(pinned), { "pkg:pypi/a@1.0", "pkg:pypi/b@2.0", "pkg:pypi/d@1.0" })
  check.equal(pinned.list[1].hashes, { { "SHA-256", "aa" } })
end)

test("go.sum names modules once, and not those of which only go.mod was read", function()
  check.equal(purls(read("go.sum", "github.com/X/a v1.0.0 h1:abc=\ngithub.com/X/a v1.0.0/go.mod h1:def=\ngithub.com/x/b v2.0.0+incompatible/go.mod h1:def=\n")), { "pkg:golang/github.com/x/a@v1.0.0" })
end)

test("a lock file that cannot be read is named", function()
  local found, err = components.read { { path = "sub/Cargo.lock", text = "[[package" } }
  check.equal({ found, err.code }, { nil, "describe.no_lock" })
  check.match(err.message, "sub/Cargo.lock")
  local odd, why = components.read { { path = "package-lock.json", text = "[1]" } }
  check.truthy(odd == nil and why.code == "describe.no_lock" or #odd.list == 0)
  check.falsy(components.is_lock "a/node_modules/b/yarn.lock")
  check.truthy(components.is_lock "a/yarn.lock")
end)

local function given(found)
  return { name = "pelican", version = "1.2.0", purl = "pkg:cargo/pelican@1.2.0", commit = ("c"):rep(40), time = "2026-11-21T00:00:00Z", components = found, digest = ("0123456789abcdef"):rep(4), tool = "0.1.0" }
end

test("a CycloneDX document names every component once, and every reference leads somewhere", function()
  local document = cyclonedx.document(given(read("Cargo.lock", cargo)))
  check.equal({ document.bomFormat, document.specVersion }, { "CycloneDX", "1.5" })
  check.match(document.serialNumber, "^urn:uuid:%x%x%x%x%x%x%x%x%-%x%x%x%x%-8%x%x%x%-[89ab]%x%x%x%-%x%x%x%x%x%x%x%x%x%x%x%x$")
  local refs = { [document.metadata.component["bom-ref"]] = true }
  for _, c in ipairs(document.components) do refs[c["bom-ref"]] = true end
  for _, d in ipairs(document.dependencies) do
    check.truthy(refs[d.ref])
    for _, on in ipairs(d.dependsOn) do check.truthy(refs[on], on) end
  end
  check.equal(#document.components, 4)
  check.match(assert(json.encode(document)), '"dependsOn":%[%]')
end)

test("an SPDX document describes its package, and every relationship leads somewhere", function()
  local document = spdx.document(given(read("Cargo.lock", cargo)))
  check.equal({ document.spdxVersion, document.dataLicense }, { "SPDX-2.3", "CC0-1.0" })
  local ids = { ["SPDXRef-DOCUMENT"] = true }
  for _, package in ipairs(document.packages) do
    check.match(package.SPDXID, "^SPDXRef%-[%w.-]+$")
    check.falsy(ids[package.SPDXID], "each id once")
    ids[package.SPDXID] = true
  end
  for _, relation in ipairs(document.relationships) do check.truthy(ids[relation.spdxElementId] and ids[relation.relatedSpdxElement]) end
  check.equal(document.packages[4].checksums[1].algorithm, "SHA256")
end)

test("Base64 goes both ways for every length and refuses what is none", function()
  for _, text in ipairs { "", "f", "fo", "foo", "foob", "fooba", "foobar", "\0\255\254" } do check.equal(base64.decode(base64.encode(text)), text) end
  check.equal(base64.encode "foob", "Zm9vYg==")
  check.equal(base64.decode "Zm9vYg", "foob")
  check.equal(base64.decode "Zm9v!", nil)
  check.equal(base64.decode "Zm9vY", nil)
end)

test("what is signed of a statement is DSSE's encoding", function()
  -- the example of secure-systems-lab/dsse, protocol.md
  check.equal(provenance.encoding("hello world", "http://example.com/HelloWorld"), "DSSEv1 29 http://example.com/HelloWorld 11 hello world")
  local text = provenance.build { files = { { name = "b", sha256 = "2" }, { name = "a", sha256 = "1" } }, source = "https://x.test/p.git", commit = "c", project = "p", version = "1", slipway = "0.1.0", run = "r", started = "2026-11-21T00:00:00Z" }
  local opened = assert(provenance.open(provenance.envelope(text, "gpg:1", "signature\0")))
  check.equal(opened.signatures, { { keyid = "gpg:1", sig = "signature\0" } })
  check.equal(opened.statement._type, "https://in-toto.io/Statement/v1")
  check.equal(opened.statement.subject[1], { name = "a", digest = { sha256 = "1" } })
  check.equal(select(2, provenance.open "{}"), "it is no DSSE envelope")
end)
