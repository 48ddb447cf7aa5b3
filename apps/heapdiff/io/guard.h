#pragma once
// The program's edge: what was thrown becomes a line and an exit code.

#include <cstdio>
#include <functional>

namespace heapdiff {

/// Runs `program`; its result, or the exit code of what it threw, which is told on `errors`.
[[nodiscard]] int guarded(const std::function<int()>& program, std::FILE* errors);

}  // namespace heapdiff
