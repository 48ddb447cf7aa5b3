#include "options/memory_option.h"

#include "heapdiff/snapshot/memory_forecast.h"

namespace heapdiff {

MemoryOption::MemoryOption(CLI::App& app) {
  begin_group(app, "Other");
  option_ = add_size_option(app, "--max-memory", bytes_,
                            "Refuse a snapshot that would need more, such as 800MB or 4GiB; 0: never (default: what is "
                            "available)");
}

std::uint64_t MemoryOption::limit_bytes() const {
  return option_.was_given() ? bytes_ : available_memory_bytes().value_or(0);
}

}  // namespace heapdiff
