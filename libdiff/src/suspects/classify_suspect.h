#pragma once
// Asks the detectors which kind of leak a suspect is.

#include "heapdiff/diff/suspect.h"
#include "suspects/accumulation.h"

#include <span>
#include <vector>

namespace heapdiff::suspects {

/// Fills kind, why, ruled_out, event, off_heap_bytes and hint. `suspect` has its path, classes and label already.
/// `holder_at` is the holder's position on the path, and `items` are the new objects that the holders' stores refer to.
void classify(Suspect& suspect, const Heap& last, const Accumulation& group, std::span<const Facts> facts,
              NodeIndex holder, std::size_t holder_at, const std::vector<std::uint32_t>& items);

}  // namespace heapdiff::suspects
