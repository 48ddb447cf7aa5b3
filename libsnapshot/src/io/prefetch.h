#pragma once
// Reads a source ahead, on another thread.

#include "heapdiff/snapshot/byte_source.h"

#include <memory>

namespace heapdiff::io {

/// A source of the same bytes that is read up to four blocks ahead. What the thread throws, `read` throws. The
/// destructor stops the thread, whether everything was read or not.
[[nodiscard]] std::unique_ptr<ByteSource> prefetch(std::unique_ptr<ByteSource> source);

}  // namespace heapdiff::io
