#!/bin/sh
# Ten uploads of 20 MiB side by side: slipway's HTTP against parallel curl, to a server that only counts bytes.
# usage: uploads.sh SLIPWAY     prints the times, the ratio curl/slipway (goal 0.9 or more), and the growth of memory
set -eu
slipway=${1:?which slipway?}
dir=$(mktemp -d /tmp/slipway-bench.XXXXXX)
server=''
trap 'test -z "$server" || kill "$server"; rm -rf "$dir"' EXIT
cat >"$dir/sink.py" <<'P'
import socketserver, sys
class Sink(socketserver.StreamRequestHandler):
    def handle(self):
        while line := self.rfile.readline():
            length = 0
            while line.strip():
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length": length = int(value)
                if name.lower() == b"expect": self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
                line = self.rfile.readline()
            buffer = memoryview(bytearray(1 << 20))
            while length > 0: length -= self.rfile.readinto(buffer[:min(length, 1 << 20)])
            self.wfile.write(b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}")
class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
    request_queue_size = 64
server = Server(("127.0.0.1", 0), Sink)
print(server.server_address[1], flush=True)
server.serve_forever()
P
python3 "$dir/sink.py" >"$dir/port" & server=$!
while [ ! -s "$dir/port" ]; do sleep 0.05; done
port=$(cat "$dir/port")
head -c 20971520 /dev/urandom >"$dir/asset"
cat >"$dir/own_test.lua" <<L
local clock, http, loop = require "door.clock", require "door.http", require "door.loop"
local function peak() return tonumber(io.open "/proc/self/status":read "a":match "VmHWM:%s+(%d+)") end
local function send(count)
  local jobs = {}
  for i = 1, count do jobs[i] = assert(http.start { method = "POST", url = "http://127.0.0.1:$port/" .. i, body_file = "$dir/asset" }) end
  for _, job in ipairs(jobs) do
    while not job:done() do loop.wait({ job }) end
    assert(job:result().status == 201)
    job:close()
  end
end
send(1)
local before, from = peak(), clock.now_ms()
send(10)
io.write(("%.3f %d\n"):format((clock.now_ms() - from) / 1000, peak() - before))
L
with_curl() {
  set --
  for i in 1 2 3 4 5 6 7 8 9 10; do set -- "$@" --next -sS -X POST -T "$dir/asset" -H 'Content-Type: application/octet-stream' -o /dev/null "http://127.0.0.1:$port/$i"; done
  shift
  curl --parallel --parallel-immediate --parallel-max 10 --noproxy '*' "$@"
}
for round in 1 2 3 4 5; do
  start=$(date +%s.%N); with_curl; end=$(date +%s.%N)
  set -- $("$slipway" test --worker "$dir/own_test.lua" --result /dev/null)
  echo "$start $end $1 $2" | awk '{ printf "curl %.3f s   slipway %.3f s   ratio %.2f   memory +%d KiB\n", $2 - $1, $3, ($2 - $1) / $3, $4; print ($2 - $1) / $3 > "/dev/stderr" }' 2>>"$dir/ratios"
done
sort -n "$dir/ratios" | sed -n 3p | awk '{ printf "median ratio curl/slipway %.2f (goal 0.90)\n", $1 }'
