#pragma once
// What a suspect is shown as: one retaining path for all of its objects, the collection's name, the class that grows.

#include "heapdiff/diff/suspect.h"
#include "series/series_view.h"
#include "suspects/accumulation.h"

#include <string>
#include <vector>

namespace heapdiff::suspects {

/// The root of the new subtree that represents the group: the median by retained bytes. The largest one may be an
/// exception, and the smallest one says little.
[[nodiscard]] NodeIndex representative(const series::SeriesView& view, const Accumulation& group);

/// The nearest holder of `group` on the retaining path of `root`; the heap's root when there is none.
[[nodiscard]] NodeIndex holder_on_path(const series::SeriesView& view, const Accumulation& group, NodeIndex root);

/// The name that a programmer gave to the collection: the nearest property or variable on the path, as long as nothing
/// but collections and their stores lies between the two. May be empty.
[[nodiscard]] std::string holder_name(const series::SeriesView& view, NodeIndex holder, NodeIndex root);

/// Fills suspect.path from the heap's root to `root` and five steps into its heaviest content. Equal steps in a row are
/// one step with a count. Returns all nodes on the path, the heap's root first.
[[nodiscard]] std::vector<NodeIndex> set_path(Suspect& suspect, const series::SeriesView& view, NodeIndex root);

/// Fills the growing class, which is the class of `items` that retains most, and its instances by cohort.
void set_constructor(Suspect& suspect, const series::SeriesView& view, const Accumulation& group, NodeIndex root,
                     const std::vector<std::uint32_t>& items);

/// The class of the event target whose list of listeners the holder at `holder_at` of the path is; empty when it is
/// none.
[[nodiscard]] std::string event_target_of(const Suspect& suspect, std::size_t holder_at);

}  // namespace heapdiff::suspects
