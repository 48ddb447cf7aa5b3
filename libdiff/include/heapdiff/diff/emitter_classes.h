#pragma once
// Emitters that DevTools calls by another class than the program does.

#include "heapdiff/snapshot/snapshot_graph.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

namespace heapdiff {

/// Classes that copy EventEmitter's methods, as ioredis' Redis does, show as "EventEmitter" in a snapshot. Their
/// objects are named by the function whose prototype they have, which is how suspects name them too.
class EmitterClasses {
 public:
  EmitterClasses() = default;
  /// O(nodes). Needs edges; keeps nothing of the graph.
  explicit EmitterClasses(const SnapshotGraph& graph);

  /// The program's name of an emitter; `otherwise` for all other objects.
  [[nodiscard]] std::string name_of(NodeIndex n, std::string_view otherwise) const;

  /// "Of the objects called EventEmitter, 11 are Redis and 1 is Cluster."; empty where there are none.
  [[nodiscard]] std::string note() const;

 private:
  std::unordered_map<std::uint32_t, std::string> names_;  // by node
  std::map<std::string, std::int64_t> counts_;            // by name
};

}  // namespace heapdiff
