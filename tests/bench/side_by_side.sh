#!/usr/bin/env bash
# Prints one table of heapdiff and its peers on the same files: wall, CPU and peak memory, medians of three runs.
#
#   HEAPDIFF_SHARED=DIR HEAPDIFF=build/release/apps/heapdiff tests/bench/side_by_side.sh FILE... [--diff BEFORE AFTER]
#
# The harness, its options (RUNS, PEERS, TIMEOUT ...) and what each peer computes: $HEAPDIFF_SHARED/peers/README.md.
set -euo pipefail
if [ -z "${HEAPDIFF_SHARED:-}" ]; then
  echo "side_by_side.sh: HEAPDIFF_SHARED is not set: no harness" >&2
  exit 77
fi
exec "$HEAPDIFF_SHARED/peers/run.sh" bench "$@"
