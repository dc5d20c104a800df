# fake_crates: a FAKE of what only the public registry has, its count of downloads (its page "Data access";
# its OpenAPI description, GET /api/v1/crates/{name}): files below a folder, served as they are.
need python3 python3
port=$(free_port)
mkdir -p "$dir/crates/index"
printf '{"dl":"http://127.0.0.1:%s/dl","api":"http://127.0.0.1:%s"}' "$port" "$port" >"$dir/crates/index/config.json"
start fake_crates python3 -m http.server "$port" --bind 127.0.0.1 --directory "$dir/crates"
answers fake_crates "$port"
say url "http://127.0.0.1:$port"
say folder "$dir/crates"
