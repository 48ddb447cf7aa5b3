#pragma once
// --max-memory: a limit on the memory of a command, so that a snapshot that is too large is refused within a second.

#include "options/declare_options.h"

#include <cstdint>

namespace heapdiff {

class MemoryOption {
 public:
  explicit MemoryOption(CLI::App& app);
  /// Bytes for `Limits::max_memory_bytes`: the given value, or else the memory that the machine and the control group
  /// have available now. 0 means no limit: it was given, or the available memory is not known. A given value also
  /// bounds the memory of the process from now on (memory_bound.h).
  [[nodiscard]] std::uint64_t limit_bytes() const;

 private:
  DeclaredOption option_;
  std::uint64_t bytes_ = 0;
};

}  // namespace heapdiff
