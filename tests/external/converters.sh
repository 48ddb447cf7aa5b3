#!/bin/sh
# Reports as their readers' programs see them: pandoc for Markdown and Jira, Atlassian's schema for ADF, promtool for the
# alert rules, Datadog's client for its JSON, Node.js for the generated code, prom-client for the metrics. Hostile names
# must leave the structure of a benign report.
# Needs pandoc, node, npm (network) and promtool; skipped (77) without HEAPDIFF_SHARED, like all external tests.
set -eu
[ -n "${HEAPDIFF_SHARED:-}" ] || exit 77
for tool in pandoc node npm promtool; do
  command -v "$tool" >/dev/null || { echo "no $tool"; exit 77; }
done
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
mkdir "$work/reports"
HEAPDIFF_RENDER_DIR="$work/reports" "$HEAPDIFF_TESTS" -tc="hostile renders*" >/dev/null
cp "$here/converters.mjs" "$here/kits.mjs" "$here/alerts_test.yml" "$work/"
(cd "$work" && npm init -y >/dev/null && npm install --silent --no-audit --no-fund \
  ajv@8 ajv-draft-04@1 @atlaskit/adf-schema acorn@8 prom-client@15 @datadog/datadog-api-client@1 >/dev/null)
node "$work/converters.mjs" "$work/reports"
node --expose-gc "$work/kits.mjs" "$work/reports"
