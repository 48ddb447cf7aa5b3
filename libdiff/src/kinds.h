#pragma once
// Which kind of leak a suspect is, read off its path and its content.

#include "accumulation.h"
#include "heapdiff/diff/suspect.h"

namespace heapdiff {

/// Fills kind, emitter, event and the hint for the statement finder. `path` is the representative path, root first;
/// `holder_at` the position of the holder in it.
void classify(Suspect& suspect, const Heap& last, const Accumulation& group, std::size_t holder_at);

}  // namespace heapdiff
