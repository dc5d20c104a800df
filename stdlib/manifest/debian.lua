-- debian/changelog: the top entry carries the version. An entry that is UNRELEASED is renamed; else a
-- new one is written by the same author, or the one named, at the date that the caller names.
-- https://www.debian.org/doc/debian-policy/ch-source.html
local errors = require "pure.errors"
local place = require "pure.place"
local sites = require "pure.sites"

--- 1.2.0~rc.1 is what Debian writes for 1.2.0-rc.1: it sorts before 1.2.0.
local function to_debian(version) return (version:gsub("%-", "~", 1):gsub("%+.*", "")) end

local function from_debian(upstream) return (upstream:gsub("~", "-", 1)) end

local days = { [0] = "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" }
local months = {
  "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
}

--- Day of the week by Sakamoto's method.
local function weekday(year, month, day)
  local shift = { 0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4 }
  if month < 3 then year = year - 1 end
  return (year + year // 4 - year // 100 + year // 400 + shift[month] + day) % 7
end

--- "2026-11-21T10:00:00Z" → "Sat, 21 Nov 2026 10:00:00 +0000"; a date already in that form stays.
local function mail_date(date)
  local year, month, day, time = date:match("^(%d%d%d%d)%-(%d%d)%-(%d%d)T?(%d*:?%d*:?%d*)")
  if not year then return date end
  year, month, day = tonumber(year), tonumber(month), tonumber(day)
  return ("%s, %02d %s %d %s +0000"):format(days[weekday(year, month, day)], day, months[month], year, time ~= "" and time or "00:00:00")
end

local function read_top(text)
  for _, first, line in place.lines(text) do
    if line:find("%S") then
      local name, at, version, after, distribution, rest = line:match("^([%w][%w+.-]*) %(()([^()%s]+)()%) ([^;]-);(.*)$")
      if not name then
        return nil, sites.fault(text, first, "manifest.malformed", "the first line is no entry: name (version) distribution; urgency=…")
      end
      return {
        name = name, first = first + at - 1, last = first + after - 2, version = version,
        distribution = distribution, rest = rest, line = first,
      }
    end
  end
  return nil, sites.fault(text, 1, "manifest.malformed", "the changelog is empty")
end

local function parts(version)
  local epoch, rest = version:match("^(%d+:)(.*)$")
  rest = rest or version
  local upstream, revision = rest:match("^(.*)%-([%w+.~]+)$")
  return epoch or "", upstream or rest, revision
end

local function new_entry(top, version, author, opts, newline)
  local lines = {
    ("%s (%s) %s;%s"):format(top.name, version, top.distribution, top.rest), "",
    "  * " .. (opts.changes or ("New upstream release " .. version .. ".")), "",
    (" -- %s  %s"):format(author, mail_date(opts.date)), "", "",
  }
  return table.concat(lines, newline)
end

local function locate(text, opts)
  local top, err = read_top(text)
  if not top then return nil, err end
  local epoch, upstream, revision = parts(top.version)
  local shown = from_debian(upstream)
  local author = opts.author or text:match("\n %-%- ([^\n]-)  %a%a%a,")
  local renamed = top.distribution == "UNRELEASED"
  local site = { first = top.first, last = top.last, text = shown, role = "version" }
  function site.write(new)
    local version = epoch .. to_debian(new) .. (revision and "-1" or "")
    if to_debian(new) == upstream then return nil end
    if renamed then return version end
    if not author or not opts.date then
      return nil, errors.new {
        code = "manifest.needs_entry",
        message = ("debian/changelog needs an entry for %s with a date"):format(version),
        hint = "dch -v " .. version .. "   or give a date",
      }
    end
    site.first = site.first - (top.first - top.line)
    site.last = site.first - 1
    return new_entry(top, version, author, opts, text:find("\r\n", 1, true) and "\r\n" or "\n")
  end
  return { sites = { site }, name = top.name }
end

return sites.format {
  name = "debian", title = "debian/changelog", weak = true, locate = locate,
  matches = function(_, path) return path:find("^debian/changelog$") or path:find("/debian/changelog$") end,
}
