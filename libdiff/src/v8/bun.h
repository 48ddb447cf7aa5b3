#pragma once
// Bun writes snapshots in V8's format of a heap that is not V8's but JavaScriptCore's.

#include "heapdiff/snapshot/snapshot_graph.h"

namespace heapdiff::v8 {

/// Whether Bun wrote the snapshot: it has JavaScriptCore's own kinds of code. Bun numbers the nodes of each snapshot on
/// from those of the one before, so no object keeps its id. Seen in Bun 1.4.5. O(nodes) at worst.
[[nodiscard]] bool is_of_bun(const SnapshotGraph& graph);

}  // namespace heapdiff::v8
