# toxiproxy: a proxy that cuts, slows and swallows on demand, so that answers get lost.
[ -x "$toxiproxy" ] || absent "toxiproxy $toxiproxy_version is not built: sh vendor/install servers"
port=$(free_port)
start toxiproxy "$toxiproxy" -host 127.0.0.1 -port "$port"
answers toxiproxy "$port"
say url "http://127.0.0.1:$port"
