#include "options/memory_option.h"

#include "heapdiff/snapshot/memory_bound.h"
#include "heapdiff/snapshot/memory_forecast.h"

#include <algorithm>

namespace heapdiff {

MemoryOption::MemoryOption(CLI::App& app) {
  begin_group(app, "Other");
  option_ = add_size_option(app, "--max-memory", bytes_,
                            "Use no more memory than this, such as 800MB or 4GiB; 0: no limit (default: refuse a "
                            "snapshot that needs more than is available)");
}

std::uint64_t MemoryOption::limit_bytes() const {
  if (!option_.was_given()) {
    return available_memory_bytes().value_or(0);
  }
  // The program itself holds this much. Below it, the forecast says what the snapshot needs.
  constexpr std::uint64_t kOwnBytes = 12'000'000;
  bound_memory(bytes_ == 0 ? 0 : std::max(bytes_, kOwnBytes));
  return bytes_;
}

}  // namespace heapdiff
