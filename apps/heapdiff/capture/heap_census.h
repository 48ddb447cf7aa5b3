#pragma once
// What of a heap decides what a snapshot of it costs, as far as it can be known without one.

#include "capture/memory_room.h"

#include <cstdint>
#include <optional>

namespace heapdiff::capture {

class InspectorSession;

/// Bytes of the large object space of a Node.js process: each array of more than 16,000 elements is there, and so are
/// the tables of large maps and objects. None where the target does not say. Throws as InspectorSession::call() does
/// when the target is gone.
[[nodiscard]] std::optional<std::uint64_t> ask_large_object_bytes(InspectorSession& session);

/// Looks at 64 elements of each array, and at the sizes of maps and sets. V8 collects garbage for it, and takes at most
/// as much memory as to count the objects. None where the target does not answer.
[[nodiscard]] std::optional<ReferenceCensus> ask_references(InspectorSession& session);

}  // namespace heapdiff::capture
