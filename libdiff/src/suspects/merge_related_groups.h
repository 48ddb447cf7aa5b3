#pragma once
// Groups that are two views of one leak: a pool lists its clients and its loans, and the runtime has a handle for each
// socket. The objects of such groups come together and refer to each other.

#include "suspects/accumulation.h"

namespace heapdiff::suspects {

/// Merges two groups when their objects refer to each other one to one, and either one group is held by the runtime's
/// roots alone or both groups lie in one object of the program. The group that the program holds is kept; of two such
/// groups, the larger one. Groups of one collection that the runtime keeps are merged as well. Groups keep their order,
/// and `group_of`, by root of a new subtree, is updated. O(edges of new objects).
void merge_related_groups(const series::SeriesView& view, std::vector<Accumulation>& groups,
                          Column<std::uint32_t>& group_of);

}  // namespace heapdiff::suspects
