#!/usr/bin/env bash
# The first step of action.yml: analyses the snapshots, writes reports and the step summary, and sets the outputs `verdict`,
# `rate`, `report`, `summary` and `code`. It ends with 0 also when a gate fails: the last step ends with `code`.
set -euo pipefail

# The program: given, from a tarball, on the PATH, or npm's.
given=$INPUT_HEAPDIFF
if [[ $given == *.tar.gz ]]; then
  unpacked=$(mktemp -d "${RUNNER_TEMP:-/tmp}/heapdiff.XXXXXX")
  tar -xzf "$given" -C "$unpacked" --strip-components=1
  heapdiff=("$unpacked/bin/heapdiff")
elif [[ -n $given ]]; then
  heapdiff=("$given")
elif command -v heapdiff >/dev/null; then
  heapdiff=(heapdiff)
else
  version=$(sed -n 's/^project(heapdiff VERSION \([0-9.]*\).*/\1/p' "$GITHUB_ACTION_PATH/CMakeLists.txt")
  heapdiff=(npx --yes "heapdiff@$version")
fi

mapfile -t snapshots < <(sed '/^[[:space:]]*$/d; s/^[[:space:]]*//; s/[[:space:]]*$//' <<<"$INPUT_SNAPSHOTS")
mapfile -t gates < <(sed '/^[[:space:]]*$/d; s/^[[:space:]]*//; s/[[:space:]]*$//' <<<"$INPUT_FAIL_ON")
arguments=()
for gate in "${gates[@]}"; do arguments+=(--fail-on "$gate"); done
[[ -z $INPUT_OPS ]] || arguments+=(--ops "$INPUT_OPS")
[[ -z $INPUT_BASELINE ]] || arguments+=(--baseline "$INPUT_BASELINE")
[[ -z $INPUT_SUPPRESS ]] || arguments+=(--suppress "$INPUT_SUPPRESS")
[[ $INPUT_LENIENT != true ]] || arguments+=(--lenient)

folder=$INPUT_ARTIFACTS
mkdir -p "$folder"
summary=$folder/summary.md
code=0
"${heapdiff[@]}" analyze "${snapshots[@]}" "${arguments[@]}" -o "json=$folder/report.json" -o "html=$folder/report.html" \
  -o "sarif=$folder/heapdiff.sarif" -o "github-summary=$summary" -o github=/dev/stdout || code=$?
if [[ $code != 0 && $code != 1 && $code != 6 ]]; then
  echo "::error::heapdiff ended with $code and judged nothing"
  echo "code=$code" >>"$GITHUB_OUTPUT"
  exit "$code"
fi

if [[ -n $INPUT_COMPARE_WITH ]]; then
  new=("${snapshots[@]: -1}")
  { echo; echo '<details><summary>Compared with the other build</summary>'; echo; } >>"$summary"
  "${heapdiff[@]}" compare "$INPUT_COMPARE_WITH" "${new[0]}" --format markdown >>"$summary"
  echo '</details>' >>"$summary"
fi
cat "$summary" >>"$GITHUB_STEP_SUMMARY"

# The report is JSON with one property a line, indented by one space a level: no tool but the shell's is needed.
verdict=$(sed -n 's/^ "verdict": "\([a-z-]*\)".*/\1/p' "$folder/report.json" | head -1)
object=rateBytesPerHour
[[ -z $INPUT_OPS ]] || object=bytesPerOperation
rate=$(sed -n "/^  \"$object\": {/,/}/s/^ *\"estimate\": \([-0-9.e+]*\).*/\1/p" "$folder/report.json" | head -1)
{
  echo "verdict=$verdict"
  echo "rate=$rate"
  echo "report=$folder/report.json"
  echo "summary=$summary"
  echo "code=$code"
} >>"$GITHUB_OUTPUT"
