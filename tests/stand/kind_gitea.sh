# Gitea: forge, git over http and ssh, releases, package registries. User rel, a token, an ssh key.
[ -x "$gitea_home/gitea" ] && [ -f "$gitea_home/prepared/ready" ] ||
  absent "gitea $gitea_version is not built: sh vendor/install servers"
. "$stand_here/gitea_config.sh"
http=$(free_port) ssh=$(free_port)
owner=$(id -un)
[ "$(id -u)" != 0 ] || owner=$stand_user
cp -r "$gitea_home/prepared/data" "$gitea_home/prepared/key" "$gitea_home/prepared/key.pub" "$dir"
mkdir "$dir/conf"
gitea_config "$dir" "$http" "$ssh" "$gitea_home" "$owner" >"$dir/conf/app.ini"
printf '[127.0.0.1]:%s %s\n' "$ssh" "$(cut -d' ' -f1,2 "$dir/data/ssh/host.pub")" >"$dir/known_hosts"
cp "$dir/key" "$dir/id" # the client's copy stays the caller's
chmod 600 "$dir/id"
[ "$(id -u)" != 0 ] || { chown -R "$stand_user:$stand_user" "$dir/conf" "$dir/data" "$dir/home"; chown "$stand_user" "$dir"; }
cd "$dir"
stop_signal=KILL # its folder is thrown away
if [ "$(id -u)" = 0 ]; then
  start gitea --reuid "$stand_user" --regid "$stand_user" --clear-groups -- "$gitea_home/gitea" --config "$dir/conf/app.ini" web
else
  start gitea "$gitea_home/gitea" --config "$dir/conf/app.ini" web
fi
answers gitea "$http"
curl -sf --noproxy '*' --retry 20 --retry-delay 1 --retry-all-errors -o /dev/null "http://127.0.0.1:$http/api/v1/version" ||
  { tail -20 "$dir/gitea.log" >&2; exit 1; }
say url "http://127.0.0.1:$http"
say port "$http"
say ssh_url "ssh://git@127.0.0.1:$ssh"
say token "$(cat "$gitea_home/prepared/token")"
say user rel
say password s3cretS3cret
say key "$dir/id"
say known_hosts "$dir/known_hosts"
say command "ssh -F none -i $dir/id -o IdentitiesOnly=yes -o IdentityAgent=none -o UserKnownHostsFile=$dir/known_hosts -o StrictHostKeyChecking=yes -o BatchMode=yes"
