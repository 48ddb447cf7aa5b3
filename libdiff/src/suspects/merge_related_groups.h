#pragma once
// Groups that are one leak seen from two sides: a pool that lists its loans and all its clients, sockets and the
// runtime's handles for them. Their objects come together and refer to each other.

#include "suspects/accumulation.h"

namespace heapdiff {

/// Joins groups whose objects refer to each other one to one, where one of them is held by the runtime's roots only, or
/// where both lie in one object of the program's. The group that a program holds, else the larger one, takes up the
/// other. `group_of`, the group of each new subtree's root, and the order of `groups` are kept up to date.
/// O(edges of new objects).
void join_companions(const SeriesView& view, std::vector<Accumulation>& groups, std::vector<std::uint32_t>& group_of);

}  // namespace heapdiff
