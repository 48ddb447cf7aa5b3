#!/bin/sh
# Writes DevTools' answers next to the snapshots of ../snapshots/corpus: NAME.devtools.zst for each snapshot and
# PAIR.diff.zst for each pair, and updates SHA256SUMS.
#
#   ORACLE="path/to/oracle" ./approve-devtools.sh [PAIR...]     node26-plain node26-tracked; default: every pair
#
# ORACLE runs the heap snapshot worker of the npm package chrome-devtools-frontend: `ORACLE dump FILE` and
# `ORACLE diff BEFORE AFTER` print JSON lines of the form that lib/answers.mjs reads. The tests take these tables for
# the truth, so read what changed (`git status`) before you commit it.
set -eu
: "${ORACLE:?names the program that asks DevTools}"
here=$(cd "$(dirname "$0")" && pwd)
corpus="$here/../snapshots/corpus"
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
fold() { node "$here/lib/answers.mjs" < "$work/answer" > "$work/table"; zstd -19 -q -f "$work/table" -o "$1"; }
if [ $# -eq 0 ]; then
  for packed in "$corpus"/*-1.heapsnapshot.zst; do
    set -- "$@" "$(basename "$packed" -1.heapsnapshot.zst)"
  done
fi
for pair in "$@"; do
  for k in 1 2; do
    zstd -q -d -f "$corpus/$pair-$k.heapsnapshot.zst" -o "$work/$k"
    $ORACLE dump "$work/$k" > "$work/answer"
    fold "$corpus/$pair-$k.devtools.zst"
  done
  $ORACLE diff "$work/1" "$work/2" > "$work/answer"
  fold "$corpus/$pair.diff.zst"
  echo "$pair"
done
(cd "$corpus" && sha256sum -- *.zst > SHA256SUMS)
