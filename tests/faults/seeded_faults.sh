#!/bin/sh
# Seeds the faults of faults.tsv into a copy of the analysis, one at a time, and demands that the tests of the sentences
# fail for each. Usage: tests/faults/seeded_faults.sh BUILD [PATTERN]. BUILD holds the libraries of the sources as they
# are (`cmake --build --preset check`); PATTERN chooses faults by their names. Some minutes in all.
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

compile() { # OUT SOURCE [FLAGS]
  out=$1; source=$2; shift 2
  # shellcheck disable=SC2086  # flags are words
  "${CXX:-g++}" $flags "$@" -c "$source" -o "$out"
}
link() { # OUT OBJECTS: what the objects define is not taken from the libraries
  out=$1; shift
  # shellcheck disable=SC2086
  "${CXX:-g++}" "$@" $libraries -o "$out"
}

# Each file that gets a fault by itself, so that a fault costs one file; what is left of its room as one unit.
faulty=$(grep -v '^#' "$root/tests/faults/faults.tsv" | cut -f 2 | sort -u)
mkdir "$work/sound" "$work/tests"
for room in $(echo "$faulty" | xargs -n 1 dirname | sort -u); do
  for file in "$root/libdiff/src/$room"/*.cpp; do
    name=$room/$(basename "$file")
    if echo "$faulty" | grep -qx "$name"; then
      compile "$work/sound/$(echo "$name" | tr / -).o" "$file" "-I$root/libdiff/src"
    else
      echo "#include \"$file\"" >>"$work/$room.cpp"
    fi
  done
  compile "$work/sound/$room.o" "$work/$room.cpp" "-I$root/libdiff/src"
done
for file in test_main.cpp diff/sentences_test.cpp diff/false_facts_test.cpp support/fact_oracle.cpp support/drawn_leaks.cpp \
  support/drawn_leaks_of_content.cpp support/drawn_leaks_of_places.cpp; do
  compile "$work/tests/$(basename "$file").o" "$root/tests/$file"
done
link "$work/program" "$work"/tests/*.o "$work"/sound/*.o
"$work/program" >"$work/log" 2>&1 || { echo "the tests fail without a fault"; tail -n 40 "$work/log"; exit 1; }

seeded=0
missed=0
tab=$(printf '\t')
while IFS="$tab" read -r name file expression; do
  case $name in '' | '#'*) continue ;; esac
  case $name in *"$pattern"*) ;; *) continue ;; esac
  sed -E "$expression" "$root/libdiff/src/$file" >"$work/faulty.cpp"
  if cmp -s "$work/faulty.cpp" "$root/libdiff/src/$file"; then
    echo "DOES NOT APPLY  $name"
    missed=$((missed + 1))
    continue
  fi
  object="$work/sound/$(echo "$file" | tr / -).o"
  mv "$object" "$work/sound.o"
  compile "$object" "$work/faulty.cpp" "-I$root/libdiff/src"
  link "$work/program" "$work"/tests/*.o "$work"/sound/*.o
  mv "$work/sound.o" "$object"
  seeded=$((seeded + 1))
  if "$work/program" >"$work/log" 2>&1; then
    echo "MISSED  $name"
    missed=$((missed + 1))
  else
    echo "caught  $name: $(grep -c 'ERROR' "$work/log") assertions"
  fi
done <"$root/tests/faults/faults.tsv"
echo "$seeded faults seeded, $missed not caught"
[ "$missed" -eq 0 ]
