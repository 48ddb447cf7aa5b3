#pragma once
// What ran the program that a snapshot is of.

#include "heapdiff/snapshot/snapshot_graph.h"

#include <optional>
#include <string>

namespace heapdiff {

/// What the program's own object `process` says.
struct RuntimeFacts {
  std::string name;          ///< "Node.js", "Electron", "Deno" or "Bun"
  std::string node_version;  ///< "18.17.0"; of another runtime the version of Node.js that it claims to be
};

/// None where the snapshot has no such object: Chromium, a runtime whose `process` was never used, a redacted snapshot.
/// Node.js 14 to 26. O(nodes) at worst.
[[nodiscard]] std::optional<RuntimeFacts> runtime_of(const SnapshotGraph& graph);

}  // namespace heapdiff
