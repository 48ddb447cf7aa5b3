#pragma once
// The functions of a program that a suspect's retaining path leads past: where to look for the statement.

#include "heapdiff/diff/suspect.h"
#include "series/cohorts.h"

#include <span>

namespace heapdiff {

/// Fills `suspect.functions`, nearest to the leaked object first: closures, generators and classes on `path` (nodes,
/// root first), for a context on it the closures that share it, lie within its scope or are values of its variables.
/// When all of these are the runtime's own, the program's functions that the new object below the path's end leads to.
/// O(closures + edges of the path).
void add_path_functions(Suspect& suspect, const Heap& heap, const Cohorts& cohorts, std::span<const NodeIndex> path);

}  // namespace heapdiff
