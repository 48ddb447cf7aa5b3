#pragma once
// The functions that allocated the new objects, from the stacks of a snapshot that was taken with allocation tracking.

#include "heapdiff/diff/suspect.h"

#include <cstdint>
#include <span>

namespace heapdiff::suspects {

/// Adds the functions that allocated most bytes of `objects` (nodes of `last`) to `suspect.functions` and fills
/// `suspect.traces`. A stack counts for its innermost frame outside the runtime and, when that frame lies in a package,
/// for the application's nearest frame too. Does nothing when the snapshot has no stacks.
/// O(objects + stack frames + nodes).
void add_allocation_traces(Suspect& suspect, const Heap& last, std::span<const std::uint32_t> objects);

}  // namespace heapdiff::suspects
