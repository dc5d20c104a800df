#!/bin/sh
# Synthetic histories, the same bytes on every machine: conventional commits with ten lines of body, 97 authors, an
# annotated release tag for every hundred commits, packed by git gc.
#   histories.sh FOLDER COMMITS…      makes FOLDER/COMMITS for each that is not there yet
# "100000w" is a history of as many whose clocks were wrong: short side lines begin at commits that are dated five hours
# too late, so that a walk by date comes to them too early.
set -eu
folder=$1
shift
mkdir -p "$folder"
for commits; do
  [ -d "$folder/$commits" ] && continue
  git init -q -b main "$folder/$commits.new"
  python3 - "$commits" <<'P' | git -C "$folder/$commits.new" fast-import --quiet
import sys
wrong = sys.argv[1].endswith("w")
count = int(sys.argv[1].rstrip("w"))
kinds = ["feat", "fix", "docs", "chore", "refactor", "perf", "test", "ci"]
body = "\n".join("This line of the body explains the change in some detail, number %d." % i for i in range(10))
out = sys.stdout.buffer
for i in range(1, count + 1):
    when = 1500000000 + i * 60
    if wrong and i % 150 == 0:
        when += 5 * 3600
    text = "%s(scope%d): change number %d of the thing (#%d)\n\n%s\n\nRefs: #%d\n" % (kinds[i % 8], i % 30, i, i, body, i)
    piece = "commit refs/heads/main\nmark :%d\nauthor A%d <a%d@b.c> %d +0000\ncommitter A <a@b.c> %d +0000\ndata %d\n%s" % (
        i, i % 97, i % 97, when, when, len(text), text)
    if wrong and i % 150 == 0 and i > 150:
        side = 1500000000 + i * 60 - 30
        out.write(("commit refs/heads/side\nmark :%d\ncommitter A <a@b.c> %d +0000\ndata 11\nfix: aside\nfrom :%d\n\n" % (count + i, side, i - 150)).encode())
        piece += "from :%d\nmerge :%d\n" % (i - 1, count + i)
    piece += "M 100644 inline f%d\ndata 6\n%06d\n" % (i % 50, i % 1000000)
    if i % 100 == 0 and i < count:  # something is always left to be released
        piece += "tag v%d.%d.0\nfrom :%d\ntagger A <a@b.c> %d +0000\ndata 2\nx\n" % (i // 10000 + 1, i // 100 % 100, i, when)
    out.write(piece.encode())
P
  git -C "$folder/$commits.new" gc -q
  mv "$folder/$commits.new" "$folder/$commits"
done
