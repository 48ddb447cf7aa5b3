#pragma once
// Which kind of leak a suspect is: asks the detectors.

#include "heapdiff/diff/suspect.h"
#include "suspects/accumulation.h"

#include <span>
#include <vector>

namespace heapdiff {

/// Fills kind, why, what was ruled out, event and the hint for the statement finder. `suspect.path` is the
/// representative path, root first; `holder_at` the position of the holder in it; `items` the new objects that the
/// holders' stores hold directly.
void classify(Suspect& suspect, const Heap& last, const Accumulation& group, std::span<const Facts> facts,
              NodeIndex holder, std::size_t holder_at, const std::vector<std::uint32_t>& items);

}  // namespace heapdiff
