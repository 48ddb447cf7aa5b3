#pragma once
#include "cli.h"

namespace heapdiff {

/// Runs one command to its end; the exit code. Throws Error.
[[nodiscard]] int run(const Options& options);

}  // namespace heapdiff
