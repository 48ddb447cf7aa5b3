#pragma once
// --max-memory: what a command may take, so that a snapshot that cannot fit is refused in its first second.

#include "options/declare_options.h"

#include <cstdint>

namespace heapdiff {

class MemoryOption {
 public:
  explicit MemoryOption(CLI::App& app);
  /// Bytes for `Limits::max_memory_bytes`: the value given, else what the machine and the control group have available
  /// now; 0 (no limit) when 0 was given or the system does not say.
  [[nodiscard]] std::uint64_t limit_bytes() const;

 private:
  DeclaredOption option_;
  std::uint64_t bytes_ = 0;
};

}  // namespace heapdiff
