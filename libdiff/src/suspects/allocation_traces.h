#pragma once
// Who allocated what is new and alive, where the snapshot was taken with allocation tracking.

#include "heapdiff/diff/suspect.h"

#include <cstdint>
#include <span>

namespace heapdiff {

/// Merges the stacks of `objects` (nodes of `last`) and adds the functions that allocated most of their bytes to
/// `suspect.functions`: each stack counts for its innermost frame outside the runtime and, when that lies in a package,
/// for the application's nearest call too. Fills Suspect::traces. Does nothing without recorded stacks.
/// O(objects + stack frames + nodes).
void add_allocation_traces(Suspect& suspect, const Heap& last, std::span<const std::uint32_t> objects);

}  // namespace heapdiff
