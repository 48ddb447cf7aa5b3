#include "suspects/sole_holders.h"

#include "heapdiff/snapshot/visible_text.h"
#include "suspects/holder_finder.h"
#include "suspects/signature.h"
#include "suspects/suspect_path.h"
#include "v8/node_predicates.h"

#include <algorithm>
#include <map>
#include <utility>

namespace heapdiff::suspects {

namespace {

constexpr int kMaxStepsToSole = 6;    // from an object up to the holder that dominates it: stores, lists, records
constexpr int kMaxStoresToOwner = 6;  // from a store up to the object that a script can name
constexpr std::size_t kMaxNamed = 3;  // other holders of one accumulation
constexpr std::uint64_t kMaxItemsForOneReference =
    10;  // an object that refers to fewer than a tenth of the items is not shown

bool is_holder(const Accumulation& group, NodeIndex n) {
  return std::binary_search(group.holders.begin(), group.holders.end(), n.get()) ||
         std::binary_search(group.joined_holders.begin(), group.joined_holders.end(), n.get());
}

/// What the subtrees keep that a holder dominates: without the holder's edges nothing else reaches them.
std::uint64_t kept_by_holders(const series::SeriesView& view, const Accumulation& group) {
  std::uint64_t bytes = 0;
  for (const std::uint32_t root : group.subtree_roots) {
    NodeIndex at = view.last.dominators.of(NodeIndex(root));
    for (int step = 0; step < kMaxStepsToSole && at != SnapshotGraph::root(); ++step) {
      if (is_holder(group, at)) {
        bytes += view.last.retained_size(NodeIndex(root));
        break;
      }
      at = view.last.dominators.of(at);
    }
  }
  return bytes;
}

class OutsideHolders {
 public:
  OutsideHolders(const series::SeriesView& view, std::span<const HeldGroup> groups)
      : view_(view),
        graph_(view.last.graph),
        groups_(groups),
        finder_(view.last, view.cohorts, view.tree),
        group_of_(graph_.node_count()),
        references_(groups.size()) {
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      for (const std::uint32_t item : groups_[g].items) {
        group_of_[item] = static_cast<std::uint8_t>(g + 1);
      }
    }
  }

  void find() {
    // Sums do not depend on the order, and that of the columns in memory is the fastest.
    for (std::uint32_t i = 1; i < graph_.node_count(); ++i) {
      if (view_.cohorts.first_seen[i] != 0 || !view_.tree.reaches(NodeIndex(i))) {
        continue;
      }
      std::uint8_t last = 0;  // an object mostly refers to objects of one group
      std::uint64_t* count = nullptr;
      for (const auto edge : graph_.edges(NodeIndex(i))) {
        const std::uint8_t g = group_of_[edge.target.get()];
        if (g == 0 || edge.type == EdgeType::weak) {
          continue;
        }
        if (g != last) {
          last = g;
          count = references_by(NodeIndex(i), g - 1U);
        }
        if (count != nullptr) {
          ++*count;
        }
      }
    }
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      name(g);
    }
  }

 private:
  /// Where references of an object to the group are counted: by its owner. Null where they do not count.
  [[nodiscard]] std::uint64_t* references_by(NodeIndex source, std::size_t g) {
    NodeIndex owner = source;
    for (int step = 0; step < kMaxStoresToOwner && v8::is_backing_store(graph_, owner); ++step) {
      if (!view_.tree.reaches(owner) || owner == SnapshotGraph::root() ||
          view_.tree.parent(owner) == SnapshotGraph::root()) {
        return nullptr;
      }
      owner = view_.tree.parent(owner);
    }
    owner = finder_.emitter_above(owner);
    const NodeType type = graph_.type(owner);
    const bool named = type == NodeType::object || type == NodeType::closure;
    const bool counts = named && !is_holder(*groups_[g].group, owner) && !is_below_holder(g, owner) &&
                        !v8::is_engine_overhead(graph_, owner);
    return counts ? &references_[g][owner.get()] : nullptr;
  }

  /// Whether an object lies between the holder and the items, as an emitter's list of listeners does.
  [[nodiscard]] bool is_below_holder(std::size_t g, NodeIndex n) const {
    NodeIndex at = n;
    for (int step = 0; step < kMaxStepsToSole && at != SnapshotGraph::root(); ++step) {
      if (is_holder(*groups_[g].group, at)) {
        return true;
      }
      at = view_.last.dominators.of(at);
    }
    return false;
  }

  void name(std::size_t g) {
    const HeldGroup& held = groups_[g];
    std::vector<std::pair<std::uint64_t, std::uint32_t>> most;
    for (const auto& [owner, count] : references_[g]) {
      if (count >= 2 && count * kMaxItemsForOneReference >= held.items.size()) {
        most.emplace_back(count, owner);
      }
    }
    std::sort(most.begin(), most.end(), [](const auto& a, const auto& b) {
      return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    most.resize(std::min(most.size(), kMaxNamed));
    for (const auto& [count, owner] : most) {
      const NodeIndex n(owner);
      OtherHolder other;
      other.holder = visible_text(view_.last.classes.name(n), 120);
      other.label = holder_name(view_, n, n);
      other.content = held.suspect->constructor;
      other.holder_id = graph_.id(n);
      other.references = count;
      other.counts = {static_cast<std::int64_t>(count)};
      other.place = place_signature(finder_.signature_of(n, "[]"));
      held.suspect->other_holders.push_back(std::move(other));
    }
  }

  const series::SeriesView& view_;
  const SnapshotGraph& graph_;
  std::span<const HeldGroup> groups_;
  HolderFinder finder_;
  Column<std::uint8_t> group_of_;                                   // by node: the group of an item plus one
  std::vector<std::map<std::uint32_t, std::uint64_t>> references_;  // by group: owner to number of items
};

}  // namespace

void describe_holders(const series::SeriesView& view, std::span<const HeldGroup> groups) {
  for (const HeldGroup& held : groups) {
    held.suspect->fix_frees_bytes = kept_by_holders(view, *held.group);
  }
  if (!groups.empty()) {
    OutsideHolders(view, groups).find();
  }
}

}  // namespace heapdiff::suspects
