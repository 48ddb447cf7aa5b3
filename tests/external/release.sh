#!/bin/sh
# What apps/release/release.sh made, in root file systems: the tarball's program where there is nothing but it, beside musl
# and BusyBox (what Alpine is made of), and in Debian 11, 12 and 13; the package is installed, its man page and completions
# are used in bash, zsh and fish, and it is removed. The SBOM is SPDX (where npm is there), and a program is built against
# the package of the libraries.
# Needs root, debootstrap and Debian's archive; RELEASE names the folder with the release. Skipped (77) without these.
# REPRODUCE=1 builds the release a second time and compares the bytes.
set -eu
[ -n "${HEAPDIFF_SHARED:-}" ] && [ -n "${RELEASE:-}" ] || exit 77
for tool in debootstrap chroot; do
  command -v "$tool" >/dev/null || { echo "no $tool"; exit 77; }
done
[ "$(id -u)" = 0 ] || { echo "not root"; exit 77; }
source=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'umount "$work/debian/proc" "$work/debian/dev/pts" 2>/dev/null || true; rm -rf --one-file-system "$work"' EXIT
(cd "$RELEASE" && sha256sum --check --quiet SHA256SUMS)
tarball=$(ls "$RELEASE"/heapdiff-*-x86_64-linux.tar.gz)
series=$source/testdata/snapshots/bug-892-ci

# 1. An empty root: the program, four snapshots, and no other file.
mkdir -p "$work/empty/data" "$work/unpacked"
tar -xzf "$tarball" -C "$work/unpacked" --strip-components=1
cp "$work/unpacked/bin/heapdiff" "$work/empty/"
cp "$series"/*.zst "$work/empty/data/"
start=$(date +%s)
chroot "$work/empty" /heapdiff /data >"$work/answer"
grep -q '^LEAK .*invalidate:customer' "$work/answer"
echo "empty root: BUG-892 in $(($(date +%s) - start)) s"
# The licence of every part is there, under the name of the part.
"$source/apps/release/parts.sh" | cut -f1 | while read -r part; do
  ls "$work/unpacked/third-party/$part".* >/dev/null
done
[ -f "$work/unpacked/LICENSE" ] && [ -f "$work/unpacked/share/man/man1/heapdiff.1" ]

# Beside another C library: Debian's packages of musl and BusyBox, unpacked.
mkdir -p "$work/packages" "$work/musl/data"
(cd "$work/packages" && apt-get -qq download musl busybox-static 2>/dev/null)
for package in "$work"/packages/*.deb; do dpkg-deb --extract "$package" "$work/musl"; done
cp "$work/empty/heapdiff" "$work/musl/bin/"
cp "$series"/*.zst "$work/musl/data/"
chroot "$work/musl" /bin/busybox sh -c 'busybox test -e /lib/ld-musl-x86_64.so.1 && exec /bin/heapdiff /data' | grep -q '^LEAK'
echo "musl and BusyBox: the tarball's program works"

# 2. What the files say of themselves, and the libraries' package, as far as it is unpacked.
if command -v npm >/dev/null; then
  mkdir "$work/sbom"
  cp "$source/tests/external/release/sbom.mjs" "$work/sbom/"
  (cd "$work/sbom" && npm install --silent --no-audit --no-fund --ignore-scripts spdx-expression-parse@4.0.0)
  node "$work/sbom/sbom.mjs" "$RELEASE"/heapdiff-*.spdx.json "$work/unpacked/bin/heapdiff"
fi
dpkg-deb --extract "$RELEASE"/libheapdiff-dev_*_amd64.deb "$work/dev"
PREFIX=$work/dev/usr "$source/tests/consumer/run.sh" - "$source"
echo "the libraries' package: a program is built against it"

# 3. Debian 12 without anything but its base, then with shells.
debootstrap --variant=minbase --include=bash,zsh,fish,man-db,ca-certificates bookworm "$work/debian" >"$work/debootstrap.log"
mount -t proc proc "$work/debian/proc"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$work/debian/dev/pts" # zsh completes on a terminal only
ln -sf pts/ptmx "$work/debian/dev/ptmx"
in_debian() { chroot "$work/debian" /usr/bin/env -i PATH=/usr/bin:/bin:/usr/sbin:/sbin HOME=/root LC_ALL=C.UTF-8 TERM=dumb "$@"; }
cp "$work/unpacked/bin/heapdiff" "$work/debian/tmp/"
cp -r "$work/empty/data" "$work/debian/tmp/data"
in_debian /tmp/heapdiff /tmp/data | grep -q '^LEAK'
echo "Debian 12: the tarball's program works"

cp "$RELEASE"/heapdiff_*_amd64.deb "$work/debian/tmp/heapdiff.deb"
in_debian find / -xdev -not -path '/proc/*' -not -path '/tmp/*' | sort >"$work/before"
in_debian dpkg --install /tmp/heapdiff.deb >/dev/null
in_debian heapdiff /tmp/data | grep -q '^LEAK'
in_debian man heapdiff | grep -q 'heapdiff - '
in_debian bash -c 'source /usr/share/bash-completion/completions/heapdiff
  COMP_WORDS=(heapdiff analyze --fail-); COMP_CWORD=2; COMP_LINE="heapdiff analyze --fail-"; COMP_POINT=${#COMP_LINE}
  $(complete -p heapdiff | sed "s/.*-F \([^ ]*\).*/\1/") heapdiff --fail- analyze; printf "%s\n" "${COMPREPLY[@]}"' | grep -q -- --fail-on
in_debian fish -c 'complete --do-complete "heapdiff analyze --fail-"' | grep -q -- --fail-on
# A pseudo terminal gets the Tab. What was typed has no "ready" and no "--fail-on" in it.
in_debian timeout 60 zsh -c 'zmodload zsh/zpty; zpty shell zsh -f -i
  zpty -w shell "autoload -Uz compinit; compinit -u; PS1=; zstyle \":completion:*\" list-prompt \"\"; setopt no_beep; print rea\"\"dy"
  zpty -r shell out "*ready*"; zpty -w -n shell "heapdiff analyze --fail-"$'"'\\t'"'
  zpty -r shell out "*--fail-on*"; print -r -- "$out"' | grep -q -- --fail-on
echo "the package: program, man page, completions in bash, fish and zsh"
in_debian dpkg --purge heapdiff >/dev/null
in_debian find / -xdev -not -path '/proc/*' -not -path '/tmp/*' | sort >"$work/after"
# What runs of man and of shells leave is theirs.
comm -13 "$work/before" "$work/after" | grep -v '^/var/\|^/root/' >"$work/left" || true
[ ! -s "$work/left" ] || { echo "left behind:"; cat "$work/left"; exit 1; }
echo "the package is removed without a trace"

# 4. Debian 11 and 13: the tarball's program, and the package.
for suite in bullseye trixie; do
  debootstrap --variant=minbase "$suite" "$work/$suite" >"$work/debootstrap.log"
  cp "$work/unpacked/bin/heapdiff" "$RELEASE"/heapdiff_*_amd64.deb "$work/$suite/tmp/"
  cp -r "$work/empty/data" "$work/$suite/tmp/data"
  chroot "$work/$suite" /tmp/heapdiff /tmp/data | grep -q '^LEAK'
  chroot "$work/$suite" /bin/sh -c 'dpkg --install /tmp/heapdiff_*.deb && heapdiff /tmp/data && dpkg --purge heapdiff' >"$work/$suite.log"
  grep -q '^LEAK' "$work/$suite.log" && [ ! -e "$work/$suite/usr/bin/heapdiff" ]
  echo "Debian $(cat "$work/$suite/etc/debian_version"): the tarball's program and the package work"
  rm -rf "${work:?}/$suite"
done

if [ -n "${REPRODUCE:-}" ]; then
  HEAPDIFF_BUILD=$work/again "$source/apps/release/release.sh" "$work/release" 2>/dev/null
  (cd "$work/release" && cmp SHA256SUMS "$RELEASE/SHA256SUMS")
  echo "two builds, the same bytes"
fi
