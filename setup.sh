#!/bin/sh
# Sets up what is missing, then does one thing:
#   ./setup.sh demo    build, and analyse the BUG-892 series in testdata/
#   ./setup.sh test    build, and run all tests
#   ./setup.sh approve build, and renew testdata/approved: read the difference before you commit it
#   ./setup.sh asan    the same with clang's address and undefined-behaviour sanitizers
#   ./setup.sh format  check the layout of all C++ files
#   ./setup.sh fuzz 60 run each fuzz target of tests/fuzz for so many seconds; found inputs stay in build/fuzz/corpus
# With the packages in place no root is needed and nothing is installed.
set -eu
cd "$(dirname "$0")"
packages="g++ cmake ninja-build pkg-config nlohmann-json3-dev libcli11-dev libfmt-dev libboost-graph-dev
  libboost-math-dev doctest-dev zlib1g-dev libzstd-dev libxxhash-dev libre2-dev libtomlplusplus-dev libsodium-dev
  libvalijson-dev libxml2-utils"
case "${1:-}" in asan | fuzz) packages="$packages clang-14 libclang-rt-14-dev" ;; esac
[ "${1:-}" != format ] || packages="clang-format-14 git"
missing=""
if command -v dpkg-query >/dev/null 2>&1; then
  for package in $packages; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q "install ok installed" || missing="$missing $package"
  done
fi
if [ -n "$missing" ]; then
  echo "Installing:$missing" >&2
  if [ "$(id -u)" = 0 ]; then run=""; elif command -v sudo >/dev/null 2>&1; then run="sudo"; else
    echo "These packages are missing and this user cannot install them:$missing" >&2
    exit 1
  fi
  $run apt-get update -qq
  # shellcheck disable=SC2086
  $run env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi
case "${1:-}" in
  demo)
    cmake --preset release >/dev/null
    cmake --build --preset release --target heapdiff >&2
    exec build/release/apps/heapdiff testdata/snapshots/bug-892 --source-root testdata/snapshots/bug-892/source
    ;;
  test)
    cmake --preset dev >/dev/null
    cmake --build --preset dev >&2
    exec ctest --preset dev -j "$(nproc)"
    ;;
  approve)
    cmake --preset dev >/dev/null
    cmake --build --preset dev --target heapdiff_tests >&2
    HEAPDIFF_APPROVE=1 build/dev/tests/heapdiff_tests -tc='*as approved*' >&2
    exec git diff --stat -- testdata/approved
    ;;
  asan)
    cmake --preset asan >/dev/null
    cmake --build --preset asan >&2
    exec ctest --preset asan -j "$(nproc)"
    ;;
  format)
    git ls-files '*.cpp' '*.h' | xargs clang-format-14 --dry-run -Werror
    ;;
  fuzz)
    cmake --preset fuzz >/dev/null
    cmake --build --preset fuzz >&2
    mkdir -p build/fuzz/corpus/snapshot build/fuzz/findings
    build/fuzz/tests/fuzz/fuzz_seeds build/fuzz/corpus/snapshot testdata/snapshots/corpus/*-plain-1.heapsnapshot.zst
    for target in snapshot pipeline dominators source text; do
      mkdir -p "build/fuzz/corpus/$target"
      dictionary=""
      [ "$target" != snapshot ] || dictionary="-dict=tests/fuzz/heapsnapshot.dict"
      echo "fuzz_$target" >&2
      # shellcheck disable=SC2086
      "build/fuzz/tests/fuzz/fuzz_$target" -max_total_time="${2:-60}" -max_len=65536 -rss_limit_mb=512 -timeout=5 \
        -print_final_stats=1 -verbosity=0 -artifact_prefix="build/fuzz/findings/$target-" $dictionary \
        "build/fuzz/corpus/$target"
    done
    ;;
  *)
    echo "usage: ./setup.sh demo|test|approve|asan|format|fuzz" >&2
    exit 2
    ;;
esac
