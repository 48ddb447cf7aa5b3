#include "heapdiff/snapshot/locations.h"

#include <algorithm>

namespace heapdiff {

const Location* Locations::find(NodeIndex node) const noexcept {
  const auto found = std::lower_bound(rows.begin(), rows.end(), node,
                                      [](const Location& row, NodeIndex wanted) { return row.node < wanted; });
  return found != rows.end() && found->node == node ? &*found : nullptr;
}

std::vector<std::uint32_t> Locations::stack(std::uint32_t trace_id) const {
  std::vector<std::uint32_t> frames;
  if (trace_id == 0) {
    return frames;
  }
  const auto found = std::lower_bound(trace_nodes.begin(), trace_nodes.end(), trace_id,
                                      [](const TraceNode& row, std::uint32_t wanted) { return row.id < wanted; });
  if (found == trace_nodes.end() || found->id != trace_id) {
    return frames;
  }
  // The loader read the nodes as a tree, so the chain of parents ends.
  for (const TraceNode* node = &*found;; node = &trace_nodes[node->parent]) {
    frames.push_back(node->function);
    if (node->parent == TraceNode::kNoParent) {
      return frames;
    }
  }
}

}  // namespace heapdiff
