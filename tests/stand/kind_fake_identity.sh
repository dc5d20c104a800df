# fake_identity: a FAKE, written from documentation (fake_identity.py), of a CI that vouches and registries that believe it.
need python3 python3
port=$(free_port)
start fake_identity python3 "$stand_here/fake_identity.py" "$port"
answers fake_identity "$port"
say url "http://127.0.0.1:$port"
