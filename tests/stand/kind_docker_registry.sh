# docker-registry: images, without authentication, deletion allowed.
need docker-registry docker-registry
port=$(free_port)
cat >"$dir/registry.yml" <<YML
version: 0.1
log: { level: warn }
storage: { filesystem: { rootdirectory: "$dir/images" }, delete: { enabled: true } }
http: { addr: "127.0.0.1:$port" }
YML
start docker_registry docker-registry serve "$dir/registry.yml"
answers docker_registry "$port"
say url "http://127.0.0.1:$port"
say host "127.0.0.1:$port"
