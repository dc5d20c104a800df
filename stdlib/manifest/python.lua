-- Python sources that name the version: setup.py's keyword, and __version__ (or VERSION, version) in
-- the files where packages keep it. Comments and docstrings are not looked at.
local mask = require "pure.mask"
local sites = require "pure.sites"

local quoted = "[\"']()[^\"'\n]*()[\"']"

--- NAME = "1.2.0", also with an annotation, at the beginning of a line.
local function assignment(masked, name)
  local patterns = {}
  for _, annotation in ipairs { "", "%s*:[^=\n]*" } do
    patterns[#patterns + 1] = "^" .. name .. annotation .. "[ \t]*=[ \t]*[uU]?" .. quoted
  end
  return sites.search(masked, patterns)
end

local function locate_module(text)
  local masked = mask.comments(text, "python")
  for _, name in ipairs { "__version__", "VERSION", "version", "__VERSION__" } do
    local first, last = assignment(masked, name)
    if first and text:sub(first, last):find("%d") then
      return { sites = { sites.version(text, first, last) } }
    end
  end
  local found = { sites = {} }
  if masked:find("__version__", 1, true) then
    found.answer = sites.dynamic("__version__ is computed")
  end
  return found
end

--- The arguments of setup(…), by counting parentheses in the masked text.
local function call_of(masked, name)
  local open = masked:match("%f[%w_]" .. name .. "%s*()%(")
  if not open then return nil end
  local body = masked:match("^%b()", open)
  return body and open, body and open + #body - 1
end

local function locate_setup(text)
  local masked = mask.comments(text, "python")
  local open, close = call_of(masked, "setup")
  if not open then return { sites = {}, quiet = true } end
  local body = masked:sub(1, close)
  local name = body:match("[%s(,]name%s*=%s*[\"']([^\"']+)[\"']", open)
  local first, after = body:match("[%s(,]version%s*=%s*[uU]?" .. quoted, open)
  if first then return { name = name, sites = { sites.version(text, first, after - 1) } } end
  if not body:find("[%s(,]version%s*=", open) then
    local start, stop = assignment(masked, "version")
    return { name = name, sites = { start and sites.version(text, start, stop) } }
  end
  local variable = body:match("[%s(,]version%s*=%s*([%a_][%w_]*)%s*[,)]", open)
  if variable then
    local start, stop = assignment(masked, variable)
    if start then return { name = name, sites = { sites.version(text, start, stop) } } end
  end
  return { name = name, sites = {}, answer = sites.dynamic("the version is computed") }
end

return {
  sites.format {
    name = "setup_py", title = "setup.py", matches = sites.named { "setup.py" },
    locate = locate_setup,
  },
  sites.format {
    name = "python_module", title = "__init__.py, _version.py, __about__.py", source = true,
    locate = locate_module,
    matches = sites.named { "__init__.py", "version.py", "_version.py", "__about__.py", "__version__.py", "about.py", "conf.py" },
  },
}
