#pragma once
// Which other objects keep the new objects of a suspect when its own holders have released them.

#include "heapdiff/diff/suspect.h"
#include "suspects/fix_effect.h"
#include "suspects/holder_finder.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace heapdiff::suspects {

/// Cuts the edges of a fix and looks where the new objects can still be reached from, until nothing is left. Refers to
/// its arguments.
class OtherHolderFinder {
 public:
  OtherHolderFinder(const series::SeriesView& view, std::span<const Accumulation> groups, const FixEffect& effect)
      : view_(view), groups_(groups), effect_(effect), finder_(view.last, view.cohorts, view.tree) {}

  /// Fills suspect.fix_frees_bytes, other_holders and fix_frees_together_bytes. `items` are those of `group`. At most
  /// ten searches of the heap: O(nodes + edges) each.
  void describe(Suspect& suspect, const Accumulation& group, const std::vector<std::uint32_t>& items);

  /// Whether all holders of `group` are listed as other holders whose references rise.
  [[nodiscard]] bool is_growing_holder(const Accumulation& group) const;

 private:
  /// An old object and its edges to what it keeps.
  struct Keeper {
    NodeIndex owner;
    std::vector<std::uint32_t> sources;  // the owner and its stores, sorted
    std::vector<std::uint32_t> entries;  // the new objects that these refer to, sorted
  };

  /// `items` and the new objects that they refer to, a few steps deep. Bits by node.
  [[nodiscard]] BitColumn kept_by(const std::vector<std::uint32_t>& items) const;

  /// Adds the stores of `sources` to it: an array and its store both refer to each element.
  void add_stores(std::vector<std::uint32_t>& sources) const;

  /// The keepers over which `wanted` can be reached in spite of a cut.
  [[nodiscard]] std::vector<Keeper> keepers(const EdgeCut& cut, const BitColumn& wanted) const;

  /// The old object that a script can name and that `n` is or is a store of; none for roots and V8's own objects.
  [[nodiscard]] NodeIndex owner_above(NodeIndex n, const std::vector<std::uint32_t>& parents) const;

  [[nodiscard]] OtherHolder holder_of(const Keeper& keeper) const;

  /// The folded path of a keeper, by the group that it holds where there is one.
  [[nodiscard]] std::string path_of(const Keeper& keeper) const;

  const series::SeriesView& view_;
  std::span<const Accumulation> groups_;
  const FixEffect& effect_;
  HolderFinder finder_;
  std::vector<std::uint32_t> growing_;  // nodes, sorted: other holders of all suspects, whose references rise
};

}  // namespace heapdiff::suspects
