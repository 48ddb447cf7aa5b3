#pragma once
// Closures, grouped by the function literal that made them.

#include "heapdiff/diff/facts.h"

#include <map>
#include <string>

namespace heapdiff::series {

/// Keys are "name<TAB>file:line". The retained bytes of a group count no byte twice: a closure that another closure of
/// its literal retains adds to the count and the self size only. O(nodes); 4 bytes per node while it runs.
[[nodiscard]] std::map<std::string, GroupFact> closures_by_literal(const Heap& heap);

}  // namespace heapdiff::series
