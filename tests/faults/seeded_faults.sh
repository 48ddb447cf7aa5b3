#!/bin/sh
# Seeds the faults of faults.tsv into a copy of the analysis, one at a time, and demands that the tests of the sentences
# fail for each. Usage: tests/faults/seeded_faults.sh BUILD [PATTERN]. BUILD holds the libraries of the sources as they
# are (`cmake --build --preset check`); PATTERN chooses faults by their names. About half a minute for each fault.
set -eu
[ $# -ge 1 ] || { echo "usage: $0 BUILD [PATTERN]" >&2; exit 2; }
build=$(realpath "$1")
pattern=${2:-}
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
flags="-std=c++20 -O0 -w -DBOOST_ALL_NO_LIB -I$root/tests -I$root/libsnapshot/include -I$root/libsnapshot/internal
  -I$root/libdiff/include -I$root/reports/include $(pkg-config --cflags fmt libxxhash)"
libraries="$(find "$build" -name libheapdiff_diff.a) $(find "$build" -name libheapdiff_snapshot.a)
  $(pkg-config --libs fmt libxxhash zlib libzstd) -lpthread"

compile() { # OUT SOURCES [FLAGS]: the sources as one unit
  out=$1; sources=$2; shift 2
  for file in $sources; do echo "#include \"$file\""; done >"$work/unit.cpp"
  # shellcheck disable=SC2086  # flags are words
  "${CXX:-g++}" $flags "$@" -c "$work/unit.cpp" -o "$out"
}
link() { # OUT OBJECTS
  out=$1; shift
  # shellcheck disable=SC2086
  "${CXX:-g++}" "$@" $libraries -o "$out"
}

tests="$root/tests/diff/sentences_test.cpp $root/tests/support/fact_oracle.cpp $root/tests/support/drawn_leaks.cpp"
compile "$work/main.o" "$root/tests/test_main.cpp"
compile "$work/tests.o" "$tests"
compile "$work/more.o" "$root/tests/support/drawn_leaks_of_content.cpp"
link "$work/sound" "$work/main.o" "$work/tests.o" "$work/more.o"
"$work/sound" >"$work/log" 2>&1 || { echo "the tests fail without a fault"; tail -n 40 "$work/log"; exit 1; }

seeded=0
missed=0
tab=$(printf '\t')
while IFS="$tab" read -r name file expression; do
  case $name in '' | '#'*) continue ;; esac
  case $name in *"$pattern"*) ;; *) continue ;; esac
  rm -rf "$work/src"
  cp -r "$root/libdiff/src" "$work/src"
  sed -i -E "$expression" "$work/src/$file"
  if cmp -s "$work/src/$file" "$root/libdiff/src/$file"; then
    echo "DOES NOT APPLY  $name"
    missed=$((missed + 1))
    continue
  fi
  room=$(dirname "$file")
  compile "$work/room.o" "$(find "$work/src/$room" -name '*.cpp' | sort)" "-I$work/src"
  link "$work/faulty" "$work/main.o" "$work/tests.o" "$work/more.o" "$work/room.o"
  seeded=$((seeded + 1))
  if "$work/faulty" >"$work/log" 2>&1; then
    echo "MISSED  $name"
    missed=$((missed + 1))
  else
    echo "caught  $name: $(grep -c 'ERROR' "$work/log") assertions"
  fi
done <"$root/tests/faults/faults.tsv"
echo "$seeded faults seeded, $missed not caught"
[ "$missed" -eq 0 ]
