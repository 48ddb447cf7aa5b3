#pragma once
// What is odd about a series before anything is compared.

#include "heapdiff/diff/facts.h"

#include <span>
#include <string>
#include <vector>

namespace heapdiff {

/// Sentences on snapshots that are the same file twice, that were taken at one time, and whose order contradicts their
/// node ids (V8 numbers upwards, so a later snapshot of one process has the larger last id). Empty when all is well.
[[nodiscard]] std::vector<std::string> series_warnings(std::span<const Facts> facts);

}  // namespace heapdiff
