#pragma once
// What a program calls the place where a suspect's objects are stored.

#include "heapdiff/diff/held_name.h"
#include "series/series_view.h"
#include "suspects/accumulation.h"

#include <vector>

namespace heapdiff::suspects {

/// The names from the new objects of `group` up to the first name that the program's own source declares: a class, a
/// function, a variable, or the file of a module. `root` is the new subtree that represents the group, `holder` the
/// group's holder above it. Empty where no name of the program lies above the objects. O(nodes).
[[nodiscard]] std::vector<HeldName> held_names(const series::SeriesView& view, const PrototypeOwners& owners,
                                               const Accumulation& group, NodeIndex holder, NodeIndex root);

}  // namespace heapdiff::suspects
