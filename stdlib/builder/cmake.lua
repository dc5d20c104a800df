-- CMake: on the machine's own platform with its compiler, for every other one with zig as the compiler, by a toolchain
-- file that is written beside the checkout. `compiler = "zig"` takes zig at home, too.
local flags = require "builder.flags"
local zig = require "builder.zig"

local M = { name = "cmake" }

local system_names = { linux = "Linux", macos = "Darwin", windows = "Windows" }
local processors = { amd64 = "x86_64", arm64 = "aarch64" }

local function by_zig(job, native) return job.settings.compiler == "zig" or (not native and job.settings.compiler == nil) end

-- What cmake runs, unless it is told otherwise.
local function runs_make(job)
  for _, word in ipairs(job.settings.args or {}) do
    if word:find "^%-G" or word:find "^%-%-preset" then return false end
  end
  return not (job.env or {}).CMAKE_GENERATOR
end

function M.programs(job, program, native)
  local list = { { name = "cmake", argv = flags.join(program "cmake", { "--version" }), fix = "install cmake" } }
  if runs_make(job) then list[2] = { name = "make", argv = { "make", "--version" }, fix = "install make, or name another generator: args = { \"-G\", \"Ninja\" }" } end
  if by_zig(job, native) then flags.append(list, zig.programs(job, program)) end
  return list
end

function M.problems(job) return flags.native(job.settings.args, ("targets.%s.args"):format(job.group), job.env) end

local function quoted(argv)
  local words = {}
  for i, word in ipairs(argv) do words[i] = "'" .. word:gsub("'", "'\\''") .. "'" end
  return table.concat(words, " ")
end

local function toolchain(job, at)
  local texts, names = {}, { cc = "cc", cxx = "c++", ar = "ar", ranlib = "ranlib" }
  for _, name in ipairs { "cc", "cxx", "ar", "ranlib" } do
    local argv = flags.join(at.program "zig", { names[name] })
    if name == "cc" or name == "cxx" then flags.append(argv, { "-target", zig.triple(job) }) end
    texts[#texts + 1] = { path = "zig-" .. name, text = ("#!/bin/sh\nexec %s \"$@\"\n"):format(quoted(argv)), executable = true }
  end
  texts[#texts + 1] = { path = "toolchain.cmake", text = table.concat({
    ("set(CMAKE_SYSTEM_NAME %s)"):format(system_names[job.on.os]), ("set(CMAKE_SYSTEM_PROCESSOR %s)"):format(processors[job.on.arch]),
    ("set(CMAKE_C_COMPILER \"%s/zig-cc\")"):format(at.side), ("set(CMAKE_CXX_COMPILER \"%s/zig-cxx\")"):format(at.side),
    ("set(CMAKE_AR \"%s/zig-ar\")"):format(at.side), ("set(CMAKE_RANLIB \"%s/zig-ranlib\")"):format(at.side),
    "set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)", "set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)", "set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)", "",
  }, "\n") }
  return texts
end

function M.steps(job, at)
  local build = at.out .. ".cmake"
  local map = "-ffile-prefix-map=" .. at.source .. "=."
  local configure = flags.join(at.program "cmake", { "-S", at.dir, "-B", build, "-DCMAKE_BUILD_TYPE=Release", "-DCMAKE_C_FLAGS_INIT=" .. map, "-DCMAKE_CXX_FLAGS_INIT=" .. map })
  local texts = {}
  if by_zig(job, at.native) then
    texts = toolchain(job, at)
    configure[#configure + 1] = "-DCMAKE_TOOLCHAIN_FILE=" .. at.side .. "/toolchain.cmake"
  end
  flags.append(configure, job.settings.args)
  local make = flags.join(at.program "cmake", { "--build", build, "--parallel", "2" })
  if job.settings.build then flags.append(make, { "--target", job.settings.build }) end
  local output = job.settings.output
  if job.on.exe ~= "" and output:sub(-#job.on.exe) ~= job.on.exe then output = output .. job.on.exe end
  return {
    commands = { { argv = configure }, { argv = make } }, env = zig.environment(at), texts = texts,
    files = { { from = build .. "/" .. output, as = job.produce[1] } },
  }
end

return M
