#!/bin/sh
# Pairs and series that others published: the rows that their makers state, and snapshots of different isolates, which
# must be told apart. HEAPDIFF_SHARED names the folder that holds thirdparty/; without it the test is skipped (77).
set -eu
others="${HEAPDIFF_SHARED:-}/thirdparty"
[ -n "${HEAPDIFF_SHARED:-}" ] && [ -d "$others" ] || exit 77
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
failed=0
file() { echo "$others/$1.heapsnapshot.zst"; }

rows() { # OPTIONS BEFORE AFTER: "NAME +ADDED -REMOVED" a line, sorted; no row of numbers that come and go
  "$HEAPDIFF_BINARY" export --show-names -q "$@" > "$work/rows"
  node -e '
    const lines = require("fs").readFileSync(process.argv[1], "utf8").trim().split("\n").map(JSON.parse);
    const rows = lines.filter((o) => "diff" in o).map((o) => `${o.diff} +${o.addedCount} -${o.removedCount}`);
    console.log(rows.sort().join("\n"));' "$work/rows"
}

expect() { # WHAT; expected on stdin, got in $work/got
  sort > "$work/want"
  if sort "$work/got" | diff "$work/want" -; then echo "$1: as stated"; else echo "$1: DIFFERENT"; failed=1; fi
}

chrome=ChromeDevTools__chrome-devtools-mcp__heap
rows "$(file $chrome-1)" "$(file $chrome-2)" > "$work/got"
expect "chrome-devtools-mcp 1 to 2" <<'ROWS'
NewObject +2 -0
InitialObject +0 -2
(concatenated string) +45 -43
(object shape) +11 -1
(compiled code) +7 -1
Array +2 -0
{constructor} +1 -0
(string) +4 -4
(number) +0 -2
Object +0 -2
ROWS
rows "$(file $chrome-2)" "$(file $chrome-3)" > "$work/got"
expect "chrome-devtools-mcp 2 to 3" <<'ROWS'
(concatenated string) +105 -0
(string) +10 -0
NewObject +5 -0
Array +5 -0
(object shape) +7 -1
system / PropertyArray +1 -0
ROWS

hand=salamaashoush__ferridriver__handmade
rows --force "$(file $hand)" "$(file $hand-grown)" > "$work/got"
if [ "$(wc -l < "$work/got")" = 6 ] && grep -q '^Widget +3 -0$' "$work/got"; then echo "ferridriver: as stated"; else cat "$work/got"; failed=1; fi

different() { # BEFORE AFTER: refused, and for this reason
  if "$HEAPDIFF_BINARY" export --show-names -q "$(file "$1")" "$(file "$2")" > "$work/out" 2> "$work/error"; then
    echo "$1, $2: taken for one process"; failed=1
  elif [ -s "$work/out" ] || ! grep -q 'not of one process' "$work/error"; then
    cat "$work/error"; failed=1
  else
    echo "$1, $2: different isolates"
  fi
}
brian=briandavid-dev__generate-snapshot_
different ${brian}_1 ${brian}_2
different ${brian}_2 ${brian}_3
different ${brian}_1 ${brian}_3
different nolanlawson__heap-snapshot-toolkit__snapshot1 nolanlawson__heap-snapshot-toolkit__snapshot2
exit $failed
