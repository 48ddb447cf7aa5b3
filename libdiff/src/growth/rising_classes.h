#pragma once
// Which classes have more objects in each snapshot than in the one before: all that can be said where no object can be
// followed.

#include "heapdiff/diff/facts.h"
#include "heapdiff/diff/suspect.h"

#include <span>
#include <vector>

namespace heapdiff {

/// The classes that rise evenly in every step of three snapshots or more, those that retain most of what came first.
/// Even is what rises by about as many objects per step or per hour. `hours` has one entry per snapshot, or is empty.
/// O(classes * snapshots).
[[nodiscard]] std::vector<RisingClass> rising_classes(std::span<const Facts> facts, std::span<const double> hours);

}  // namespace heapdiff
