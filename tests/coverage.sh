#!/bin/sh
# Which lines and branches of libsnapshot the whole suite reaches, in the test program and in the programs that it starts.
# Usage: tests/coverage.sh BUILD [DOCTEST-OPTION...]. BUILD is a build of the `dev` preset with heapdiff_tests in it. Only
# libsnapshot is compiled again, by clang; the rest is linked as it is. A branch is one side of a condition of the source.
# What a failing system makes unreachable for the counters (a killed program, a full disk) is not counted.
set -eu
[ $# -ge 1 ] || { echo "usage: $0 BUILD [DOCTEST-OPTION...]" >&2; exit 2; }
build=$(realpath "$1")
shift
root=$(cd "$(dirname "$0")/.." && pwd)
work=$build/coverage
mkdir -p "$work/objects" "$work/counts"
rm -f "$work"/counts/*
flags="-std=c++20 -O1 -g1 -w -DBOOST_ALL_NO_LIB -I$root/libsnapshot/src -I$root/libsnapshot/include -I$root/libsnapshot/internal
  -fprofile-instr-generate=$work/counts/%8m.profraw -fcoverage-mapping $(pkg-config --cflags fmt libxxhash libzstd zlib)"
rm -f "$work/libheapdiff_snapshot.a"
for file in $(cd "$root" && find libsnapshot/src -name '*.cpp'); do
  object="$work/objects/$(echo "$file" | tr / -).o"
  if [ ! -e "$object" ] || [ -n "$(find "$root/libsnapshot" -newer "$object" \( -name '*.h' -o -path "$root/$file" \) -print -quit)" ]; then
    # shellcheck disable=SC2086  # flags are words
    clang++-14 $flags -c "$root/$file" -o "$object"
  fi
  ar rcs "$work/libheapdiff_snapshot.a" "$object"
done

# link TARGET OUT: the link command of the build, with the counting library in place of the other.
link() {
  command=$(ninja -C "$build" -t commands "$1" | tail -n 1 | sed -e 's/^: && //' -e 's/ && .*$//' -e 's/^[^ ]*c++ /clang++-14 -fuse-ld=lld -fprofile-instr-generate /' \
    -e "s|-o [^ ]*|-o $2|" -e "s|[^ ]*libheapdiff_snapshot\.a|$work/libheapdiff_snapshot.a|g")
  (cd "$build" && eval "$command")
}
link tests/heapdiff_tests "$work/heapdiff_tests"
link apps/heapdiff "$work/heapdiff"
# The tests know the program by its path.
mv "$build/apps/heapdiff" "$work/heapdiff.plain"
trap 'mv "$work/heapdiff.plain" "$build/apps/heapdiff"' EXIT
cp "$work/heapdiff" "$build/apps/heapdiff"
"$work/heapdiff_tests" "$@" >"$work/log" 2>&1 || tail -n 5 "$work/log"
llvm-profdata-14 merge -sparse "$work"/counts/*.profraw -o "$work/counts.profdata"
llvm-cov-14 report "$work/heapdiff_tests" -object "$work/heapdiff" -instr-profile "$work/counts.profdata" \
  -show-region-summary=false "$root/libsnapshot" >"$work/report"
sed -n '1p' "$work/report"
sed -e '1,2d' -e '/^-/d' -e '/^$/d' -e '/^Files which/d' "$work/report"
