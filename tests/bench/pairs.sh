#!/usr/bin/env bash
# Compares two builds of heapdiff. Both run in turn in one go, so that what else the machine does hits both alike, and
# each pair gives one ratio. Prints the median of the ratios of CPU time and of peak memory, new to old: below 1 the new
# build is better.
#
#   tests/bench/pairs.sh OLD NEW [SIZE=FILE[,FILE]]...
#
#   tests/bench/pairs.sh /tmp/heapdiff-old build/release/apps/heapdiff
#   tests/bench/pairs.sh OLD NEW mine=before.heapsnapshot,after.heapsnapshot
#
# SIZE is a name for the rows. `summary` and `redact` read the last file; `diff` and `analyze` read both, and are left
# out where there is one. Without files, snapshots of 10 MB, 100 MB and 1 GB are made by heapdiff_make_snapshot, which
# MAKE_SNAPSHOT names (build/release/tests/bench/heapdiff_make_snapshot); they need 2.3 GB below TMPDIR.
#
# PAIRS sets the number of pairs (9; 3 for 1 GB), COMMANDS the commands ("summary diff analyze redact"). The columns
# "low" and "high" are the smallest and the largest ratio of CPU time; where they are far apart, other work disturbed
# the runs. CPU time is user plus system time of the process, in milliseconds; memory is its largest resident set.
set -euo pipefail
export LC_ALL=C

if [ $# -lt 2 ]; then
  sed -n '2,/^set -e/s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
old=$1
new=$2
shift 2
for program in "$old" "$new"; do
  [ -x "$program" ] || { echo "pairs.sh: expected a program, got '$program'" >&2; exit 2; }
done
[ -x /usr/bin/time ] || { echo "pairs.sh: needs GNU time (apt-get install time)" >&2; exit 77; }

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

make_files() {
  local make=${MAKE_SNAPSHOT:-build/release/tests/bench/heapdiff_make_snapshot}
  [ -x "$make" ] || { echo "pairs.sh: no '$make'; name it with MAKE_SNAPSHOT, or name files" >&2; exit 2; }
  "$make" "$2" 1 >"$scratch/$1.a.heapsnapshot"
  # Larger by a tenth. The two are not of one process, therefore --force below.
  "$make" $(($2 + $2 / 10)) 1 >"$scratch/$1.b.heapsnapshot"
}

# run PROGRAM COMMAND FIRST LAST: prints CPU seconds and peak kilobytes.
run() {
  local program=$1 command=$2 first=$3 last=$4
  local -a arguments
  case $command in
    summary) arguments=(summary "$last") ;;
    diff) arguments=(diff --force "$first" "$last") ;;
    analyze) arguments=(analyze --force --no-source --interval 1h "$first" "$last") ;;
    redact) arguments=(redact "$last" -o "$scratch/redacted.heapsnapshot" --key pairs) ;;
  esac
  local TIMEFORMAT='%3U %3S' # GNU time knows hundredths of a second only
  if ! { time /usr/bin/time -o "$scratch/memory" -f %M "$program" "${arguments[@]}" -q >/dev/null 2>"$scratch/errors"; } \
    2>"$scratch/time"; then
    echo "pairs.sh: '$program ${arguments[*]}' failed:" >&2
    cat "$scratch/errors" >&2
    exit 1
  fi
  echo "$(awk '{ print $1 + $2 }' "$scratch/time") $(cat "$scratch/memory")"
}

# Prints the smallest, the median and the largest of the numbers in standard input.
spread() { sort -g | awk '{ v[NR] = $1 } END { printf "%s %s %s\n", v[1], NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2, v[NR] }'; }

measure() {
  local size=$1 command=$2 first=$3 last=$4 pairs=$5
  : >"$scratch/pairs"
  run "$old" "$command" "$first" "$last" >/dev/null # the file is in memory from here on
  for ((i = 0; i < pairs; ++i)); do
    local a b
    if ((i % 2 == 0)); then # the second of two runs has an advantage or a disadvantage: it changes sides
      a=$(run "$old" "$command" "$first" "$last")
      b=$(run "$new" "$command" "$first" "$last")
    else
      b=$(run "$new" "$command" "$first" "$last")
      a=$(run "$old" "$command" "$first" "$last")
    fi
    echo "$a $b" >>"$scratch/pairs"
  done
  local cpu memory old_cpu new_cpu
  cpu=$(awk '{ print $3 / $1 }' "$scratch/pairs" | spread)
  memory=$(awk '{ print $4 / $2 }' "$scratch/pairs" | spread)
  old_cpu=$(awk '{ print $1 }' "$scratch/pairs" | spread)
  new_cpu=$(awk '{ print $3 }' "$scratch/pairs" | spread)
  read -r low middle high <<<"$cpu"
  read -r _ old_middle _ <<<"$old_cpu"
  read -r _ new_middle _ <<<"$new_cpu"
  read -r _ memory_middle _ <<<"$memory"
  printf '| %s | %s | %d | %.3f | %.3f | %.3f | %.3f | %.3f | %.3f |\n' \
    "$size" "$command" "$pairs" "$old_middle" "$new_middle" "$middle" "$low" "$high" "$memory_middle"
}

compare() {
  local size=$1 first=$2 last=$3 pairs=$4
  for command in ${COMMANDS:-summary diff analyze redact}; do
    case $command in
      diff | analyze) [ "$first" != "$last" ] || continue ;;
      summary | redact) ;;
      *)
        echo "pairs.sh: expected summary, diff, analyze or redact, got '$command'" >&2
        exit 2
        ;;
    esac
    measure "$size" "$command" "$first" "$last" "$pairs"
  done
}

echo "old: $("$old" --version)  new: $("$new" --version)"
echo
echo '| size | command | pairs | old CPU s | new CPU s | CPU new/old | low | high | memory new/old |'
echo '|---|---|---:|---:|---:|---:|---:|---:|---:|'
if [ $# -gt 0 ]; then
  for argument in "$@"; do
    files=${argument#*=}
    compare "${argument%%=*}" "${files%%,*}" "${files##*,}" "${PAIRS:-9}"
  done
else
  for row in "10MB 10000000 9" "100MB 100000000 9" "1GB 1000000000 3"; do
    read -r size bytes pairs <<<"$row"
    make_files "$size" "$bytes"
    compare "$size" "$scratch/$size.a.heapsnapshot" "$scratch/$size.b.heapsnapshot" "${PAIRS:-$pairs}"
    rm -f "$scratch"/*.heapsnapshot
  done
fi
