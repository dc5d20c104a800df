# actions_runner: a small runner for Gitea Actions (actions_runner.py), for the server named by the caller.
need python3 python3
python3 -c 'import yaml' 2>/dev/null || absent "PyYAML is missing: apt-get install python3-yaml"
start actions_runner python3 "$stand_here/actions_runner.py" "$SLIPWAY_STAND_URL" "$SLIPWAY_STAND_TOKEN" "$SLIPWAY_STAND_LABEL"
tries=0
until grep -q registered "$dir/actions_runner.log"; do
  tries=$((tries + 1))
  [ "$tries" -le 200 ] || { tail -20 "$dir/actions_runner.log" >&2; exit 1; }
  sleep 0.05
done
say label "$SLIPWAY_STAND_LABEL"
