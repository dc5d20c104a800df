# git:// without authentication; takes pushes.
need git git
port=$(free_port)
mkdir "$dir/repos"
start git_daemon "$(git --exec-path)/git-daemon" --reuseaddr --listen=127.0.0.1 --port="$port" \
  --base-path="$dir/repos" --export-all --enable=receive-pack --informative-errors "$dir/repos"
answers git_daemon "$port"
say repos "$dir/repos"
say url "git://127.0.0.1:$port"
say port "$port"
