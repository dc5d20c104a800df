-- What the builders of Rust crates share: the programs, the flags that keep paths of the machine out of the files, and
-- settings that would spoil a release: a processor of one's own, OpenSSL where rustls is demanded, missing optimisation.
local flags = require "builder.flags"
local sorted_keys = require "pure.sorted_keys"
local toml = require "pure.toml"

local M = {}

function M.programs(job, program)
  local list = {
    { name = "cargo", argv = flags.join(program "cargo", { "--version" }), fix = "install Rust: rustup" },
    { name = "rustc", argv = flags.join(program "rustc", { "--version" }), fix = "install Rust: rustup" },
  }
  list[#list + 1] = {
    name = "Rust target " .. job.on.rust, argv = flags.join(program "rustc", { "--print", "target-libdir", "--target", job.on.rust }), folder = true,
    fix = "rustup target add " .. job.on.rust,
  }
  return list
end

--- RUSTFLAGS and wrappers of whoever runs us do not reach the child; those in a configuration file of the user's are
--- found by `problems`.
function M.environment(at)
  return {
    CARGO_TARGET_DIR = at.cache .. "/target", CARGO_TERM_COLOR = "never", CARGO_INCREMENTAL = "0", RUSTC_WRAPPER = "", RUSTC_WORKSPACE_WRAPPER = "",
  }
end

-- Cargo takes flags from one place only: the target's own section, else [build].
local function section_with_flags(config, triple)
  for key, value in pairs(type(config) == "table" and type(config.target) == "table" and config.target or {}) do -- order: any is enough
    if type(value) == "table" and value.rustflags and (key == triple or key:find "^cfg%(") then return "target." .. triple end
  end
  return "build"
end

--- `--config` arguments that add path prefixes to the project's own flags.
---@param job table
---@param at table
---@return string[]
function M.remap(job, at)
  local text = at.read ".cargo/config.toml" or at.read ".cargo/config"
  local section = section_with_flags(text and toml.decode(text), job.on.rust)
  local maps = { { at.source, "." }, { at.cache, "cache" }, { at.environment.CARGO_HOME or at.home and at.home .. "/.cargo", "cargo" } }
  local words = {}
  for _, map in ipairs(maps) do
    if map[1] then words[#words + 1] = ('"--remap-path-prefix=%s=%s"'):format(map[1], map[2]) end
  end
  return { "--config", ("%s.rustflags=[%s]"):format(section, table.concat(words, ",")) }
end

--- Arguments that say what of the crate is built.
function M.selection(job)
  local settings, argv = job.settings, {}
  if settings.package then flags.append(argv, { "--package", settings.package }) end
  if settings.features and #settings.features > 0 then flags.append(argv, { "--features", table.concat(settings.features, ",") }) end
  if settings.default_features == false then argv[#argv + 1] = "--no-default-features" end
  return flags.append(argv, settings.args)
end

-- Forbidden settings ----------------------------------------------------------------------------

local function as_list(value)
  if type(value) == "string" then
    local words = {}
    for word in value:gmatch "%S+" do words[#words + 1] = word end
    return words
  end
  return type(value) == "table" and value or {}
end

--- Every list of flags in a configuration of cargo's: its section and the flags as one text.
local function flag_sections(config)
  local found = {}
  local function add(section, value)
    if type(value) == "table" and value.rustflags then found[#found + 1] = { section = section, text = table.concat(as_list(value.rustflags), " ") } end
  end
  add("[build]", config.build)
  local names = sorted_keys(type(config.target) == "table" and config.target)
  for _, name in ipairs(names) do add(("[target.%s]"):format(name), config.target[name]) end
  return found
end

local function check_flags(found, file, text, say_to)
  local config = toml.decode(text)
  if not config then return end
  for _, entry in ipairs(flag_sections(config)) do
    local what = flags.native_in(entry.text)
    if what then
      found[#found + 1] = {
        say = "no setting for one processor", why = ("%s %s has %s: the file would run on machines like this one only"):format(file, entry.section, what),
        hint = say_to, code = "build.native",
      }
    end
  end
end

--- Demanded settings stand in every section of the project's flags; without any, in the release profile.
local function check_demands(found, job, config, manifest)
  local sections = config and flag_sections(config) or {}
  local profile = ((manifest or {}).profile or {}).release or {}
  for _, demand in ipairs(job.settings.demand or {}) do
    local key, value = demand:match "^([%w-]+)=(.*)$"
    local set = key and profile[key]
    local in_profile = set ~= nil and (tostring(set) == value or (key == "strip" and set == true and value == "symbols"))
    for _, entry in ipairs(sections) do
      if not in_profile and not entry.text:find(demand, 1, true) then
        found[#found + 1] = { say = "the release is built with " .. demand, why = (".cargo/config.toml %s lacks %s"):format(entry.section, demand), hint = ('add "-C", "%s" there'):format(demand), code = "build.setting" }
      end
    end
    if #sections == 0 and not in_profile then
      found[#found + 1] = { say = "the release is built with " .. demand, why = "neither .cargo/config.toml nor [profile.release] has " .. demand, hint = ("[profile.release] in Cargo.toml: %s"):format(demand), code = "build.setting" }
    end
  end
end

local function dependency(manifest, name)
  for _, where in ipairs { manifest, manifest.workspace or {} } do
    for _, kind in ipairs { "dependencies", "build-dependencies" } do
      if where[kind] and where[kind][name] ~= nil then return where[kind][name] end
    end
  end
  for _, target in pairs(manifest.target or {}) do -- order: any is enough
    if type(target) == "table" and target.dependencies and target.dependencies[name] ~= nil then return target.dependencies[name] end
  end
end

local function rustls_complaint(name, entry)
  if entry == nil then return ("Cargo.toml has no dependency %s"):format(name) end
  local has, openssl = false, nil
  for _, feature in ipairs(type(entry) == "table" and entry.features or {}) do
    if feature:find "rustls" then has = true end
    if feature:find "native%-tls" or feature:find "openssl" or feature == "default-tls" then openssl = feature end
  end
  if openssl then return ("Cargo.toml: %s asks for %s, which is OpenSSL"):format(name, openssl) end
  if not has then return ("Cargo.toml: %s has no rustls feature"):format(name) end
  if type(entry) == "table" and entry["default-features"] ~= false and not entry.workspace then return ("Cargo.toml: %s keeps its default features, which may bring OpenSSL"):format(name) end
end

local function check_rustls(found, job, manifest, lock)
  local demanded = job.settings.rustls or {}
  for _, name in ipairs(demanded) do
    local why = rustls_complaint(name, dependency(manifest, name))
    if why then found[#found + 1] = { say = name .. " uses rustls", why = why, hint = ('%s = { …, default-features = false, features = ["rustls-tls"] }'):format(name), code = "build.openssl" } end
  end
  if #demanded == 0 then return end
  for _, name in ipairs { "openssl-sys", "native-tls" } do
    if lock and lock:find(('name = "%s"'):format(name), 1, true) then
      found[#found + 1] = { say = "nothing links OpenSSL", why = ("Cargo.lock has %s"):format(name), hint = ("cargo tree -i %s   shows who asks for it"):format(name), code = "build.openssl" }
    end
  end
end

--- Settings that would spoil the build, all of them.
---@param job table
---@param read { project: fun(path: string): string?; cargo_home: fun(path: string): string? }
---@return { say: string, why: string, hint: string, code: string }[]
function M.problems(job, read)
  local prefix = job.dir and job.dir .. "/" or ""
  local function project(path) return read.project(prefix .. path) or read.project(path) end
  local found = flags.native(job.settings.args, ("targets.%s.args"):format(job.group), job.env)
  local own = project ".cargo/config.toml" or project ".cargo/config"
  if own then check_flags(found, ".cargo/config.toml", own, "take it out; it breaks builds for other machines") end
  local home = read.cargo_home "config.toml" or read.cargo_home "config"
  if home then check_flags(found, "the user's own cargo configuration", home, "take it out of ~/.cargo/config.toml, or give the project rustflags of its own") end
  local manifest = toml.decode(project "Cargo.toml" or "")
  check_demands(found, job, own and toml.decode(own), manifest)
  if manifest then check_rustls(found, job, manifest, project "Cargo.lock") end
  return found
end

return M
