# tunnel: a proxy for https with a user and a password, to which every name is this machine (tunnel.py).
need python3 python3
port=$(free_port)
start tunnel python3 "$stand_here/tunnel.py" "$port" "$dir/requests"
answers tunnel "$port"
say url "http://rel:pr0xy-word@127.0.0.1:$port"
say log "$dir/requests"
say password pr0xy-word
