#!/bin/sh
# Sets up what is missing, then does one thing:
#   ./setup.sh demo              build, and analyse the BUG-892 series in testdata/
#   ./setup.sh test              build, and run all tests
#   ./setup.sh approve           build, and renew testdata/approved: read the difference before you commit it
#   ./setup.sh install [PREFIX]  build, and install the program, its man page and its completions (/usr/local)
#   ./setup.sh release           build the program: build/release/apps/heapdiff
#   ./setup.sh format            check the layout of all C++ files
#   ./setup.sh tidy [BASE]       clang-tidy on the files that changed since commit BASE (the main branch)
#   ./setup.sh asan              tests with clang's address and undefined-behaviour sanitizers; tests/nightly runs all
#   ./setup.sh tsan              the tests of concurrent code with clang's thread sanitizer
#   ./setup.sh fuzz [SECONDS]    each fuzz target of tests/fuzz for so long; found inputs stay in build/fuzz/corpus
# With the packages in place no root is needed, and only `install` writes outside of build/.
set -eu
cd "$(dirname "$0")"

say() { echo "setup.sh: $*" >&2; }
now() { date +%s; }

# Prints as whom to run what needs root; fails when this user cannot become root.
as_root() {
  if [ "$(id -u)" = 0 ]; then echo env; elif command -v sudo >/dev/null 2>&1; then echo "sudo env"; else return 1; fi
}

install_packages() {
  command -v dpkg-query >/dev/null 2>&1 || return 0
  missing=""
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q "install ok installed" || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  root="$(as_root)" || {
    say "these packages are missing, and this user cannot install them:$missing"
    exit 1
  }
  say "installing with apt, which takes a minute or two, depending on the network:$missing"
  start=$(now)
  $root apt-get update -qq
  # shellcheck disable=SC2086
  $root DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
  say "packages installed in $(($(now) - start)) s"
}

# build PRESET MINUTES TARGET...: `MINUTES` is how long it takes on two cores without ccache.
build() {
  preset=$1
  say "building $preset, about $2 minutes on two cores for the first time"
  shift 2
  start=$(now)
  cmake --preset "$preset" >/dev/null
  cmake --build --preset "$preset" --target "$@" >&2
  say "built in $(($(now) - start)) s"
}

# The commit that changes are counted from: the one given, else where this branch left the main one, else the one before.
# Empty where the clone holds none of them.
base_commit() {
  for name in ${1:-origin/main origin/master main master HEAD~1}; do
    commit="$(git rev-parse -q --verify "$name^{commit}")" || continue
    commit="$(git merge-base "$commit" HEAD 2>/dev/null || echo "$commit")" # a shallow clone has no merge base
    [ "$commit" = "$(git rev-parse HEAD)" ] || { echo "$commit" && return; }
  done
}

command="${1:-}"
packages="g++ cmake ninja-build pkg-config nlohmann-json3-dev libcli11-dev libfmt-dev libboost-graph-dev
  libboost-math-dev zlib1g-dev libzstd-dev libxxhash-dev libre2-dev libtomlplusplus-dev libsodium-dev"
tests="doctest-dev libvalijson-dev libxml2-utils"
clang="clang-14 libclang-rt-14-dev"
# shellcheck disable=SC2086
case "$command" in
  demo | release | install) install_packages $packages ;;
  test | approve) install_packages $packages $tests ;;
  asan | tsan | fuzz) install_packages $packages $tests $clang ;;
  tidy) install_packages $packages $tests clang-tidy-14 git ;;
  format) install_packages clang-format-14 git ;;
esac

case "$command" in
  demo)
    build release 2 heapdiff
    exec build/release/apps/heapdiff testdata/snapshots/bug-892 --source-root testdata/snapshots/bug-892/source
    ;;
  test)
    build check 4 all
    say "running the tests, about 2 minutes"
    exec ctest --preset check -j "$(nproc)"
    ;;
  approve)
    build check 4 heapdiff_tests
    HEAPDIFF_APPROVE=1 build/check/tests/heapdiff_tests -tc='*as approved*' >&2
    exec git diff --stat -- testdata/approved apps/docs
    ;;
  release)
    build release 2 heapdiff
    ;;
  install)
    prefix="${2:-/usr/local}"
    build release 2 heapdiff heapdiff_help
    root="env"
    nearest="$prefix"
    while [ ! -e "$nearest" ]; do nearest="$(dirname "$nearest")"; done
    [ -w "$nearest" ] || root="$(as_root)" || {
      say "$prefix is not writable for this user; ./setup.sh install PREFIX installs elsewhere"
      exit 1
    }
    $root cmake --install build/release --prefix "$prefix" --strip >&2
    command -v heapdiff >/dev/null 2>&1 || say "put $prefix/bin on the PATH"
    ;;
  format)
    git ls-files '*.cpp' '*.h' | xargs clang-format-14 --dry-run -Werror
    ;;
  tidy)
    base="$(base_commit "${2:-}")"
    if [ -z "$base" ]; then
      say "this clone has no commit to compare with, so no file counts as changed"
      exit 0
    fi
    # A header is checked with the source file of its name.
    files="$(git diff --name-only --diff-filter=d "$base" -- apps libsnapshot libdiff reports | sed -n 's/\.\(h\|cpp\)$/.cpp/p' |
      sort -u | while read -r file; do [ ! -f "$file" ] || echo "$file"; done | grep -v /cmake/ || true)"
    if [ -z "$files" ]; then
      say "no source file changed since $base"
      exit 0
    fi
    say "clang-tidy on $(echo "$files" | wc -l) files, about 10 s each"
    cmake --preset dev >/dev/null
    echo "$files" | xargs -P "$(nproc)" -n 1 clang-tidy-14 -p build/dev --quiet
    ;;
  asan)
    build asan 5 all
    say "running the tests, about 3 minutes"
    exec ctest --preset asan -j "$(nproc)"
    ;;
  tsan)
    build tsan 2 heapdiff_concurrency_tests
    exec build/tsan/tests/heapdiff_concurrency_tests
    ;;
  fuzz)
    build fuzz 4 all
    mkdir -p build/fuzz/corpus/snapshot build/fuzz/findings
    build/fuzz/tests/fuzz/fuzz_seeds build/fuzz/corpus/snapshot testdata/snapshots/corpus/*-plain-1.heapsnapshot.zst
    for target in snapshot pipeline dominators source text structured config times javascript git; do
      mkdir -p "build/fuzz/corpus/$target"
      [ ! -d "tests/fuzz/seeds/$target" ] || cp -n "tests/fuzz/seeds/$target"/* "build/fuzz/corpus/$target"
      dictionary=""
      [ "$target" != snapshot ] || dictionary="-dict=tests/fuzz/heapsnapshot.dict"
      say "fuzz_$target, ${2:-60} s"
      # shellcheck disable=SC2086
      "build/fuzz/tests/fuzz/fuzz_$target" -max_total_time="${2:-60}" -max_len=65536 -rss_limit_mb=512 -timeout=5 \
        -print_final_stats=1 -verbosity=0 -artifact_prefix="build/fuzz/findings/$target-" $dictionary \
        "build/fuzz/corpus/$target"
    done
    ;;
  *)
    echo "usage: ./setup.sh demo|test|approve|install [PREFIX]|release|format|tidy [BASE]|asan|tsan|fuzz [SECONDS]" >&2
    exit 2
    ;;
esac
