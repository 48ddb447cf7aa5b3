#pragma once
// Runs a source on a thread of its own, a few blocks ahead of its reader.

#include "heapdiff/snapshot/byte_source.h"

#include <memory>

namespace heapdiff {

/// Same bytes, same errors (rethrown at the reader). The thread ends with the object, read to the end or not.
[[nodiscard]] std::unique_ptr<ByteSource> prefetch(std::unique_ptr<ByteSource> source);

}  // namespace heapdiff
