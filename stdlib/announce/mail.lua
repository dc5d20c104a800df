-- Mail, handed to the machine's own sendmail, or by SMTP through curl. Its Message-ID is the same for every attempt, so
-- that most readers show a repetition once; whether it was delivered nobody can say.
local errors = require "pure.errors"

-- RFC 2047: what is not plain ASCII, in words short enough for a header.
local function header_text(text)
  text = text:gsub("%c", " ")
  if not text:find "[\128-\255]" then return text end
  local words, word = {}, ""
  for _, code in utf8.codes(text) do
    local piece = utf8.char(code):gsub("[^%w]", function(c) return ("=%02X"):format(c:byte()) end)
    if #word + #piece > 60 then
      words[#words + 1], word = word, ""
    end
    word = word .. piece
  end
  words[#words + 1] = word
  for i, one in ipairs(words) do words[i] = ("=?UTF-8?Q?%s?="):format(one) end
  return table.concat(words, "\r\n ")
end

--- RFC 2045: quoted-printable, so that no line is too long and no byte is changed on the way.
local function quoted(text)
  local lines = {}
  for line in (text .. "\n"):gmatch "([^\n]*)\n" do
    local out, width = {}, 0
    for c in line:gsub("\r$", ""):gmatch "." do
      local piece = c:find "[ -<>-~]" and c or ("=%02X"):format(c:byte())
      if width + #piece > 72 then
        out[#out + 1], width = "=\r\n", 0
      end
      out[#out + 1], width = piece, width + #piece
    end
    local whole = table.concat(out):gsub("[ \t]$", function(c) return ("=%02X"):format(c:byte()) end)
    lines[#lines + 1] = (whole:gsub("^%.", "=2E")) -- a lone dot would end the message
  end
  return table.concat(lines, "\r\n") .. "\r\n"
end

local days = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" }
local months = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" }

local function date(world)
  local year, month, day, clock = world.clock.iso(world.time):match "^(%d+)-(%d+)-(%d+)T(%d+:%d+:%d+)"
  return ("%s, %d %s %s %s +0000"):format(days[world.time // 86400 % 7 + 1], tonumber(day), months[tonumber(month)], year, clock)
end

local function message(place, world, post)
  return table.concat({
    "From: " .. place.from, "To: " .. table.concat(place.to, ", "), "Subject: " .. header_text(post.subject), "Date: " .. date(world),
    ("Message-ID: <%s@slipway>"):format(post.key), "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: quoted-printable", "Auto-Submitted: auto-generated", "", quoted(post.text),
  }, "\r\n")
end

local function bare(address) return address:match "<([^<>]+)>" or address end

local function by_sendmail(place, world, post)
  local program = world.process.which "sendmail" or "/usr/sbin/sendmail"
  if not world.file.stat(program) then
    return nil, errors.new { code = "announce.no_mailer", message = "sendmail is not on this machine", hint = 'install a mailer, or name one: smtp = "smtps://mail.example"' }, false
  end
  local argv = { program, "-i", "-f", bare(place.from), "--" }
  for _, to in ipairs(place.to) do argv[#argv + 1] = bare(to) end
  return world.process.run { argv = argv, input = (message(place, world, post):gsub("\r\n", "\n")), timeout = 120000 }
end

-- curl's exit codes after which nothing was handed over: no host, no connection, no encryption, login or address refused.
local certain = { [1] = true, [2] = true, [3] = true, [5] = true, [6] = true, [7] = true, [35] = true, [60] = true, [64] = true, [67] = true }

local function by_smtp(place, world, post)
  local path = ("%s/mail-%s"):format(world.run.dir, post.key)
  local ok, err = world.file.write { path = path, text = message(place, world, post), mode = 384 }
  if not ok then return nil, err end
  local host = place.smtp:match "^%a+://([^/:]+)"
  local argv = { "curl", "--disable", "--silent", "--show-error", "--connect-timeout", "20", "--max-time", "120", "--url", place.smtp, "--mail-from", bare(place.from), "--upload-file", path }
  for _, to in ipairs(place.to) do table.move({ "--mail-rcpt", bare(to) }, 1, 2, #argv + 1, argv) end
  if not host:find "^127%." and host ~= "localhost" then argv[#argv + 1] = "--ssl-reqd" end
  if place.ca_file then table.move({ "--cacert", place.ca_file }, 1, 2, #argv + 1, argv) end
  local request = { argv = argv, timeout = 150000 }
  if place.password then -- a .netrc on curl's standard input: in no argument, in no file
    table.move({ "--netrc-file", "/dev/stdin" }, 1, 2, #argv + 1, argv)
    request.input = ("machine %s login %s password "):format(host, place.user)
    request.input_secret = { errors.raise(world.secret.resolve { ref = place.password, dir = world.project.root }) }
  end
  local result, failed = world.process.run(request)
  world.file.remove(path)
  return result, failed
end

return function(place, world)
  return {
    send = function(post)
      local result, err = (place.smtp and by_smtp or by_sendmail)(place, world, post)
      if not result then
        err = errors.adopt(err)
        err.sent = err.code == "process.timeout" or err.code == "process.cancelled"
        return nil, err
      end
      if result.code == 0 then return { id = post.key } end
      local failed = errors.new { code = "announce.refused", message = ("the mail to %s was not taken (exit code %d)"):format(table.concat(place.to, ", "), result.code), cause = result.err ~= "" and result.err or nil }
      failed.sent = place.smtp ~= nil and not certain[result.code]
      return nil, failed
    end,
    find = function() return nil end,
  }
end
