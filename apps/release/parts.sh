#!/bin/sh
# What a static program contains beside our own code, a line each: name, version, copyright file, licence. Debian's
# packages with their versions on this machine, then the files of reports/assets.
set -eu
cd "$(dirname "$0")/../.."
part() {
  version=$(dpkg-query -W -f='${Version}' "$1" 2>/dev/null || true)
  printf '%s\t%s\t/usr/share/doc/%s/copyright\t%s\n' "$1" "${version:-unknown}" "$1" "$2"
}
part libc6-dev LGPL-2.1-or-later
part libstdc++-12-dev 'GPL-3.0-or-later WITH GCC-exception-3.1'
part zlib1g-dev Zlib
part libzstd-dev BSD-3-Clause
part libxxhash-dev BSD-2-Clause
part libre2-dev BSD-3-Clause
part libsodium-dev ISC
part libfmt-dev MIT
part libtomlplusplus-dev MIT
part nlohmann-json3-dev MIT
part libcli11-dev BSD-3-Clause
part libboost1.74-dev BSL-1.0
# `read` takes two tabs for one: a part without a file of Debian's has a dash there.
printf 'uPlot\t1.6.32\t-\tMIT\n'
printf 'd3-hierarchy\t3.1.3\t-\tISC\n'
