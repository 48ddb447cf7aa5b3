#!/bin/sh
# Builds everything that a release has, into one folder: apps/release/release.sh OUT
#   heapdiff-V-x86_64-linux.tar.gz        the program, its man page, completions, licences
#   heapdiff_V_amd64.deb, libheapdiff-dev_V_amd64.deb
#   npm: heapdiff-V.tgz, heapdiff-linux-x64-V.tgz
#   heapdiff-V.spdx.json                  what is in the program
#   SHA256SUMS
# Needs what ./setup.sh release installs, and node with npm for the packages of npm (left out without them). Two runs on
# one commit with one set of Debian packages give the same bytes: times are the commit's, and paths are not in the files.
# HEAPDIFF_BUILD names the build folder (build/dist).
set -eu
cd "$(dirname "$0")/../.."
[ $# -eq 1 ] || { echo "usage: apps/release/release.sh OUT" >&2; exit 2; }
mkdir -p "$1"
out=$(cd "$1" && pwd)
build=${HEAPDIFF_BUILD:-build/dist}
case $build in /*) ;; *) build=$PWD/$build ;; esac
version=$(sed -n 's/^project(heapdiff VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH LC_ALL=C TZ=UTC
umask 022

cmake --preset release -B "$build" -DCMAKE_INSTALL_PREFIX=/usr -DHEAPDIFF_DEVELOPER=OFF \
  -DCMAKE_CXX_FLAGS="-ffile-prefix-map=$build=build -ffile-prefix-map=$PWD=." >/dev/null
cmake --build "$build" >&2

# The tarball. Its completions lie where a prefix of the user's own has them.
name=heapdiff-$version-x86_64-linux
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
cmake --install "$build" --prefix "$stage/$name" --component program --strip >/dev/null
rm -r "$stage/$name/share/doc"
cp LICENSE "$stage/$name/"
mkdir "$stage/$name/third-party"
apps/release/parts.sh >"$stage/parts"
while IFS="$(printf '\t')" read -r part _ copyright _; do
  [ "$copyright" = - ] || cp -L "$copyright" "$stage/$name/third-party/$part.txt"
done <"$stage/parts"
cp reports/assets/*.LICENSE "$stage/$name/third-party/"
chmod -R u=rwX,go=rX "$stage/$name"
tar --create --format=ustar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" \
  --directory "$stage" "$name" | gzip -n -9 >"$out/$name.tar.gz"

# Debian's packages: in these, zsh looks elsewhere.
cmake -B "$build" -DHEAPDIFF_ZSH_FOLDER=share/zsh/vendor-completions >/dev/null
(cd "$build" && cpack -G DEB -B "$stage/deb" >/dev/null)
cp "$stage"/deb/*.deb "$out/"
cmake -B "$build" -UHEAPDIFF_ZSH_FOLDER >/dev/null

if command -v node >/dev/null && command -v npm >/dev/null; then
  node apps/npm/pack.mjs --out "$out" --binary "linux-x64=$stage/$name/bin/heapdiff" >/dev/null
else
  echo "release.sh: no node or npm: the packages of npm are left out" >&2
fi

apps/release/sbom.sh "$version" "$stage/$name/bin/heapdiff" >"$out/heapdiff-$version.spdx.json"
(cd "$out" && sha256sum -- *.tar.gz *.deb *.tgz *.spdx.json 2>/dev/null >SHA256SUMS || true)
ls -l "$out" >&2
