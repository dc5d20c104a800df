# fake_npm: a FAKE (fake_npm.py), for what Gitea's npm registry does not do.
need python3 python3
port=$(free_port)
start fake_npm python3 "$stand_here/fake_npm.py" "$port"
answers fake_npm "$port"
say url "http://127.0.0.1:$port"
