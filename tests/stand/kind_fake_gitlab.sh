# fake_gitlab: a FAKE, written from GitLab's documentation (fake_gitlab.py): no real one can be had.
need python3 python3
api=$(free_port)
start fake_gitlab python3 "$stand_here/fake_gitlab.py" "$api"
answers fake_gitlab "$api"
say url "http://127.0.0.1:$api"
