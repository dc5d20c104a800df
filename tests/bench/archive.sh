#!/bin/sh
# Packing and hashing against the usual programs at the same level, as ratios: above 1.00 Slipway is
# faster. The best of several runs counts. Nothing is asserted: a busy machine proves nothing.
#   archive.sh [SLIPWAY] [MEGABYTES] [RUNS]
set -eu
slipway=${1:-slipway} megabytes=${2:-256} runs=${3:-3}
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
trap 'exit 130' INT TERM
mkdir "$room/payload"
cd "$room"

# Half text, half bytes as programs have them, the same on every run.
python3 - "$megabytes" <<'P'
import random, sys
r, size = random.Random(1), int(sys.argv[1]) * (1 << 19)
words = [bytes(r.choices(b"abcdefghijklmnopqrstuvwxyz", k=r.randint(2, 10))) for _ in range(5000)]
piece = b"".join(b" ".join(r.choices(words, k=40000)) for _ in range(16))
with open("payload/text", "wb") as f:
    while f.tell() < size: f.write(piece)
piece = b"".join(r.randbytes(1 << 16) if i % 2 else bytes(r.choices(range(64), k=1 << 16)) for i in range(64))
with open("payload/program", "wb") as f:
    while f.tell() < size: f.write(piece)
P

# Seconds of the fastest run of a command.
best() {
  fastest=
  i=0
  while [ "$i" -lt "$runs" ]; do
    begin=$(date +%s.%N)
    "$@"
    fastest=$(awk -v b="$begin" -v e="$(date +%s.%N)" -v f="$fastest" 'BEGIN { t = e - b; print (f == "" || t < f) ? t : f }')
    i=$((i + 1))
  done
  echo "$fastest"
}

pack() { "$slipway" eval 'local file, level = ... ; assert(archive.create { file = file, from = "payload", level = tonumber(level) })' "$1" "$2"; }
hash() { "$slipway" eval 'local _ = assert(digest.sha256 { file = "payload/program" })'; }
tar_gzip() { tar cf - payload | gzip -6 > theirs.tar.gz; }
tar_zstd() { tar cf - payload | zstd -q -3 -f -o theirs.tar.zst; }
tar_xz() { tar cf - payload | xz -1 -T2 > theirs.tar.xz; }
info_zip() { rm -f theirs.zip; zip -q -6 -r theirs.zip payload; }
openssl_dgst() { openssl dgst -sha256 payload/program > theirs.sha256; }

row() { # name ours theirs
  awk -v n="$1" -v o="$2" -v t="$3" 'BEGIN { printf "%-34s %8.2f s %8.2f s   %.2f\n", n, o, t, t / o }'
}
size() { wc -c < "$1" | tr -d ' '; }

printf '%-34s %10s %10s   %s\n' "$megabytes MiB, $(nproc) cores" slipway other ratio
row "tar.gz 6 / tar + gzip -6" "$(best pack ours.tar.gz 6)" "$(best tar_gzip)"
row "tar.zst 3 / tar + zstd -3" "$(best pack ours.tar.zst 3)" "$(best tar_zstd)"
row "tar.xz 1 / tar + xz -1 -T2" "$(best pack ours.tar.xz 1)" "$(best tar_xz)"
row "zip 6 / zip -6" "$(best pack ours.zip 6)" "$(best info_zip)"
row "sha256 / openssl dgst" "$(best hash)" "$(best openssl_dgst)"
for format in tar.gz tar.zst tar.xz zip; do
  echo "size of $format: $(size "ours.$format") of $(size "theirs.$format")"
done
# A payload of a gibibyte must not be held in memory.
mkdir big && truncate -s 1G big/payload
if command -v /usr/bin/time > /dev/null; then
  for format in tar.gz tar.zst tar.xz zip; do
    /usr/bin/time -f "memory of $format, 1 GiB: %M KiB" "$slipway" eval 'local _ = assert(archive.create { file = ..., from = "big" })' "big.$format"
  done
fi
