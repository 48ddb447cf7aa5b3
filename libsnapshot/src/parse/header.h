#pragma once
// The "snapshot" object: the counts, and the layout of the rows that follow.

#include "heapdiff/snapshot/diagnostics.h"
#include "heapdiff/snapshot/limits.h"
#include "heapdiff/snapshot/meta.h"
#include "parse/json_text.h"

namespace heapdiff::parse {

/// Reads the value of "snapshot" and checks that it describes the rows. Throws Error{input} at what is missing.
[[nodiscard]] SnapshotMeta read_header(JsonText& text, const Limits& limits, Diagnostics& diagnostics);

}  // namespace heapdiff::parse
