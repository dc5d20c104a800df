# slow_index: a FAKE of an index that lags (slow_index.py), before the registry at SLOW_INDEX_OF, by SLOW_INDEX_BY seconds.
need python3 python3
port=$(free_port)
start slow_index python3 "$stand_here/slow_index.py" "$port" "$SLOW_INDEX_OF" "$SLOW_INDEX_BY"
answers slow_index "$port"
say url "http://127.0.0.1:$port"
