#include "heapdiff/snapshot/edge_cuts.h"

#include <unordered_set>
#include <vector>

namespace heapdiff {

namespace {

std::uint64_t key(NodeIndex source, NodeIndex target) { return (std::uint64_t{source.get()} << 32U) | target.get(); }

}  // namespace

EdgeCuts::EdgeCuts(const SnapshotGraph& graph, const BitColumn& page_owned)
    : graph_(graph), page_owned_(page_owned), before_(reached({})) {}

BitColumn EdgeCuts::reached(std::span<const EdgeCut> cuts) const {
  std::unordered_set<std::uint64_t> cut;
  for (const EdgeCut& c : cuts) {
    cut.insert(key(c.source, c.target));
  }
  const EssentialEdges essential(page_owned_);
  BitColumn seen(graph_.node_count());
  std::vector<std::uint32_t> open{0};
  seen.set(0);
  while (!open.empty()) {
    const NodeIndex n(open.back());
    open.pop_back();
    const auto retains = essential.from(n);
    for (const SnapshotGraph::Edge e : graph_.edges(n)) {
      if (!seen.test(e.target.get()) && retains(e.type, e.target) && (cut.empty() || !cut.contains(key(n, e.target)))) {
        seen.set(e.target.get());
        open.push_back(e.target.get());
      }
    }
  }
  return seen;
}

CutEffect EdgeCuts::effect(std::span<const EdgeCut> cuts, NodeIndex object) const {
  CutEffect effect;
  const BitColumn after = reached(cuts);
  for (std::uint32_t i = 0; i < graph_.node_count(); ++i) {
    if (before_.test(i) && !after.test(i)) {
      const std::uint64_t self = graph_.self_size(NodeIndex(i));
      effect.freed_bytes += self;
      effect.freed_objects += self == 0 ? 0 : 1;
    }
  }
  effect.object_freed = before_.test(object.get()) && !after.test(object.get());
  if (!effect.object_freed) {
    effect.dominator = compute_dominators(graph_, page_owned_, cuts).of(object);
  }
  return effect;
}

}  // namespace heapdiff
