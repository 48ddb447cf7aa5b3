#!/usr/bin/env bash
# The second step of action.yml: the comment on a pull request. It is made only when a gate fails, and updated in place from
# then on, so that a pull request has one comment and a fix shows in it. What fails here fails no gate.
set -euo pipefail

marker='<!-- heapdiff -->'
number=$(sed -n 's#^refs/pull/\([0-9]*\)/.*#\1#p' <<<"${GITHUB_REF:-}")
[[ -n $number ]] || { echo "no pull request: no comment"; exit 0; }
if ! command -v gh >/dev/null; then
  echo "::warning::heapdiff: no comment, because this runner has no gh"
  exit 0
fi

# A comment may have 65,536 characters.
body=$(printf '%s\n%s' "$marker" "$(head -c 60000 "$HEAPDIFF_SUMMARY")")
comments=repos/$GITHUB_REPOSITORY/issues
id=$(gh api --paginate "$comments/$number/comments" --jq ".[] | select(.body | startswith(\"$marker\")) | .id" | head -1) || id=''
if [[ -n $id ]]; then
  gh api --method PATCH "$comments/comments/$id" --raw-field body="$body" >/dev/null
elif [[ $HEAPDIFF_CODE == 1 ]]; then
  gh api --method POST "$comments/$number/comments" --raw-field body="$body" >/dev/null
fi || echo "::warning::heapdiff: the comment could not be written; the job needs pull-requests: write"
