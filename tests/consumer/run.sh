#!/bin/sh
# Installs the libraries of a build, and builds programs against them as somebody else would: by find_package, by pkg-config,
# and every example of apps/docs/library.md. run.sh BUILD SOURCE, or with PREFIX set to where they are installed already.
set -eu
build=$1
source=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ -z "${PREFIX:-}" ]; then
  PREFIX=$work/installed
  cmake --install "$build" --prefix "$PREFIX" --component library >/dev/null
fi

# Each example is the body of a function; its #include lines go to the top.
awk '/^```cpp/ { inside = 1; n++; bodies = bodies "void example_" n "(const std::string& path) {\n  using namespace heapdiff;\n"; next }
     /^```/ { if (inside) { bodies = bodies "}\n"; inside = 0 } next }
     inside && /^#include/ { print; next }
     inside { bodies = bodies $0 "\n" }
     END { print "#include <cstdlib>\n#include <string>"; printf "%s", bodies; print "int main(int, char** argv) {";
           for (i = 1; i <= n; i++) print "  example_" i "(argv[1]);"; print "}" }' \
  "$source/apps/docs/library.md" >"$work/examples.cpp"
grep -q example_9 "$work/examples.cpp" || { echo "no examples in library.md"; exit 1; }

cmake -S "$source/tests/consumer" -B "$work/build" -DCMAKE_PREFIX_PATH="$PREFIX" -DCMAKE_CXX_STANDARD=20 \
  -DEXAMPLES="$work/examples.cpp" -DCMAKE_CXX_FLAGS="${CXXFLAGS:-}" >/dev/null
cmake --build "$work/build" --parallel 2 >/dev/null
series=$source/testdata/snapshots/bug-892-ci
first=$(find "$series" -name '*.001.heapsnapshot.zst')
last=$(find "$series" -name '*.004.heapsnapshot.zst')
"$work/build/consumer" "$first" "$last" >"$work/out"
cat "$work/out"
grep -q '^Redis retains +[1-9][0-9]* bytes$' "$work/out"
grep -q '^heapdiff [0-9]' "$work/out"
"$work/build/examples" "$last" >"$work/examples.out"
[ -s "$work/examples.out" ]

pc=$(find "$PREFIX" -name heapdiff.pc)
flags=$(PKG_CONFIG_PATH=$(dirname "$pc") pkg-config --cflags --libs heapdiff)
# shellcheck disable=SC2086
c++ -std=c++20 ${CXXFLAGS:-} "$source/tests/consumer/main.cpp" -o "$work/by-pkg-config" $flags
"$work/by-pkg-config" "$first" "$last" | cmp - "$work/out"
echo "find_package, pkg-config and the examples work"
