#!/bin/sh
# Writes DevTools' answers beside the snapshots of ../snapshots/corpus: NAME.devtools.zst of each, PAIR.diff.zst of pairs.
#
#   ORACLE="path/to/oracle" ./approve-devtools.sh
#
# ORACLE runs the heap snapshot worker of the npm package chrome-devtools-frontend: `ORACLE dump FILE` and
# `ORACLE diff BEFORE AFTER` print JSON lines of the form that lib/answers.mjs reads. Look at what changed before you
# commit it: these tables are what the tests call right.
set -eu
: "${ORACLE:?names the program that asks DevTools}"
here=$(cd "$(dirname "$0")" && pwd)
corpus="$here/../snapshots/corpus"
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
fold() { node "$here/lib/answers.mjs" < "$work/answer" > "$work/table"; zstd -19 -q -f "$work/table" -o "$1"; }
for packed in "$corpus"/*-1.heapsnapshot.zst; do
  pair=$(basename "$packed" -1.heapsnapshot.zst)
  for k in 1 2; do
    zstd -q -d -f "$corpus/$pair-$k.heapsnapshot.zst" -o "$work/$k"
    $ORACLE dump "$work/$k" > "$work/answer"
    fold "$corpus/$pair-$k.devtools.zst"
  done
  $ORACLE diff "$work/1" "$work/2" > "$work/answer"
  fold "$corpus/$pair.diff.zst"
  echo "$pair"
done
