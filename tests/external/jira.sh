#!/bin/sh
# The folder for Jira, posted with its own script to a Jira that follows the documented REST API (jira/mock.mjs), whose
# search is 10 seconds late: one issue for 100 posts of one leak, every error, a hostile series, no secret on a command
# line. shellcheck reads the script; pandoc counts a ticket's lines.
# Needs node, curl, jq, pandoc, shellcheck and dash; skipped (77) without HEAPDIFF_SHARED, like all external tests.
set -eu
[ -n "${HEAPDIFF_SHARED:-}" ] || exit 77
for tool in node curl jq pandoc shellcheck dash; do
  command -v "$tool" >/dev/null || { echo "no $tool"; exit 77; }
done
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
shellcheck "$here/../../reports/assets/post.sh"
node "$here/jira/test.mjs" "$work"
