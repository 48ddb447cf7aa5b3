#pragma once
// The functions of a program beside a suspect's retaining path: where to look for the statement that stores.

#include "heapdiff/diff/suspect.h"
#include "series/cohorts.h"

#include <span>

namespace heapdiff::suspects {

/// Fills `suspect.functions`, nearest to the leaked object first. `path` has nodes, root first. Added are the closures,
/// generators and classes on the path, and for each scope on it the closures that share it, lie within it or are values
/// of its variables. When all of these are the runtime's own, the program's functions below the new object are added.
/// O(closures + edges of the path).
void add_path_functions(Suspect& suspect, const Heap& heap, const series::Cohorts& cohorts,
                        std::span<const NodeIndex> path);

}  // namespace heapdiff::suspects
