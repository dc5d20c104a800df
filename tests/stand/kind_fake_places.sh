# fake_places: a FAKE, written from their documentation (fake_places.py), of the places where releases are announced.
need python3 python3
http=$(free_port) smtp=$(free_port)
start fake_places python3 "$stand_here/fake_places.py" "$http" "$smtp"
answers fake_places "$http"
say url "http://127.0.0.1:$http"
say smtp "smtp://127.0.0.1:$smtp"
