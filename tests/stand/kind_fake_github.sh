# fake_github: a FAKE, written from GitHub's documentation (fake_github.py), for what only GitHub does.
need python3 python3
api=$(free_port) upload=$(free_port) storage=$(free_port)
start fake_github python3 "$stand_here/fake_github.py" "$api" "$upload" "$storage"
answers fake_github "$api"
say url "http://127.0.0.1:$api"
