#pragma once
// Loads snapshots that a test holds in memory.

#include "heapdiff/snapshot/byte_source.h"
#include "heapdiff/snapshot/load.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace heapdiff::test {

inline LoadedSnapshot load_text(std::string_view text, unsigned threads = 1, std::size_t chunk = SIZE_MAX) {
  const auto source = memory_source(text, chunk);
  LoadOptions options;
  options.threads = threads;
  return load_snapshot(*source, "test.heapsnapshot", options);
}

}  // namespace heapdiff::test
