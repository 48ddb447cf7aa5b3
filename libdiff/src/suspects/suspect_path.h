#pragma once
// How a suspect is named and shown: one path for all of its objects, the collection's name, the class that grows.

#include "heapdiff/diff/suspect.h"
#include "series/series_view.h"
#include "suspects/accumulation.h"

#include <string>
#include <vector>

namespace heapdiff {

/// The root of a new subtree that stands for all: the middle one by retained size, neither the smallest nor an
/// exception.
[[nodiscard]] NodeIndex representative(const SeriesView& view, const Accumulation& group);

/// The holder of `group` that the path to `top` leads through; the root when it leads through none.
[[nodiscard]] NodeIndex holder_on_path(const SeriesView& view, const Accumulation& group, NodeIndex top);

/// The name that a programmer gave to the collection: the nearest property or variable on the path.
[[nodiscard]] std::string holder_name(const SeriesView& view, NodeIndex holder, NodeIndex top);

/// Fills suspect.path from the root to `top` and into its heaviest content, links of a chain folded. Returns the nodes
/// on it, unfolded, root first.
[[nodiscard]] std::vector<NodeIndex> set_path(Suspect& suspect, const SeriesView& view, NodeIndex top);

/// Fills the growing class and its instances by cohort: of `items`, the class that retains most.
void set_constructor(Suspect& suspect, const SeriesView& view, const Accumulation& group, NodeIndex top,
                     const std::vector<std::uint32_t>& items);

}  // namespace heapdiff
