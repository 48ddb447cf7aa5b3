#pragma once
// Turns exceptions into a message and an exit code.

#include <cstdio>
#include <functional>

namespace heapdiff {

/// Runs `program` and returns its result. For an exception, prints a message on `errors` and returns its exit code.
[[nodiscard]] int guarded(const std::function<int()>& program, std::FILE* errors);

}  // namespace heapdiff
