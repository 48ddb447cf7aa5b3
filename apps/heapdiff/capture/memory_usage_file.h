#pragma once
// The memory of a process over time, written down by hand or by the program itself.

#include "heapdiff/diff/process_memory.h"

#include <string>
#include <string_view>
#include <vector>

namespace heapdiff::capture {

/// Takes what console.log(new Date().toISOString(), process.memoryUsage()) prints, on one line or several, and lines of
/// JSON with the members of process.memoryUsage() and "time", "timestamp" or "at". Other text is passed over. O(text).
[[nodiscard]] std::vector<MemoryPoint> parse_memory_usage(std::string_view text);

/// Throws Error{input} for a file that cannot be read or holds no such line, Error{limit} above 64 MB.
[[nodiscard]] std::vector<MemoryPoint> read_memory_usage(const std::string& file);

}  // namespace heapdiff::capture
