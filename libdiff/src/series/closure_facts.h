#pragma once
// Closures by the function literal that they are of.

#include "heapdiff/diff/facts.h"

#include <map>
#include <string>

namespace heapdiff {

/// By "name<TAB>file:line". A closure inside what another one of its literal retains adds to count and self size only:
/// retained sizes of one row never hold the same bytes twice. O(nodes); 4 bytes per node while it runs.
[[nodiscard]] std::map<std::string, GroupFact> closures_by_literal(const Heap& heap);

}  // namespace heapdiff
