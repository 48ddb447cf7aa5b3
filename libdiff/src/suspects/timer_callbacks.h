#pragma once
// What a timer calls.

#include "heapdiff/snapshot/snapshot_graph.h"

#include <cstdint>
#include <string>
#include <unordered_map>

namespace heapdiff::suspects {

/// Names the callbacks of timers and immediates. All timers hang in the same lists of the runtime, so that only the
/// function that they call distinguishes one leak from another.
class TimerCallbacks {
 public:
  explicit TimerCallbacks(const SnapshotGraph& graph) : graph_(graph) {}

  /// File and function of a timer's callback: "heartbeat.js beat". Empty for all other objects and for the runtime's
  /// own functions.
  [[nodiscard]] std::string text_of(NodeIndex timer);

 private:
  /// The variables in the scope of a function without a name: "(key, value)".
  [[nodiscard]] std::string variables_of(NodeIndex function) const;

  const SnapshotGraph& graph_;
  std::unordered_map<std::uint32_t, std::string> by_literal_;  // by SharedFunctionInfo
};

}  // namespace heapdiff::suspects
