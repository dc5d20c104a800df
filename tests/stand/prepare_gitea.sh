#!/bin/sh
# prepare_gitea.sh GITEA_HOME: fills GITEA_HOME/prepared, as the user that Gitea will run as.
# Used by build.sh alone. Leaves data/ (database, ssh host key), token, key, key.pub.
set -eu
home=$1
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$here/gitea_config.sh"
. "$here/ports.sh"
cd "$home/prepared"
dir=$(pwd)
umask 022
mkdir -p conf data/ssh home
export HOME="$dir/home" GIT_CONFIG_NOSYSTEM=1
ssh-keygen -q -t ed25519 -N '' -C host -f data/ssh/host
ssh-keygen -q -t ed25519 -N '' -C rel -f key
http=$(free_port) ssh=$(free_port)
gitea_config "$dir" "$http" "$ssh" "$home" "$(id -un)" >conf/app.ini
gitea() { "$home/gitea" --config "$dir/conf/app.ini" "$@"; }

gitea migrate >migrate.log 2>&1 || { tail -20 migrate.log >&2; exit 1; }
gitea admin user create --username rel --password s3cretS3cret --email rel@example.test --admin \
  --must-change-password=false >user.log 2>&1 || { tail -20 user.log >&2; exit 1; }
gitea admin user generate-access-token --username rel --token-name stand --scopes all --raw 2>token.log | tail -1 >token

# The client's key is registered through the running server, as a person would do it.
setpriv --pdeathsig TERM "$home/gitea" --config "$dir/conf/app.ini" web >web.log 2>&1 </dev/null &
pid=$!
trap 'kill "$pid" 2>/dev/null; wait "$pid" 2>/dev/null || :' EXIT
wait_for_port "$http" "$pid" || { tail -20 web.log >&2; exit 1; }
printf '{"title":"stand","key":"%s"}' "$(cat key.pub)" |
  curl -sf --noproxy '*' --max-time 20 --retry 3 -o key.json -H "Authorization: token $(cat token)" \
    -H 'Content-Type: application/json' -d @- "http://127.0.0.1:$http/api/v1/user/keys"
kill "$pid"
wait "$pid" || :
trap - EXIT
rm -rf data/log log ./*.log key.json conf data/sessions data/tmp home
