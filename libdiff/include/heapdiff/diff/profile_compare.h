#pragma once
// Two sampling profiles: which functions keep more, and what of it is only the chance of the sampling.

#include "heapdiff/diff/heap_profile.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace heapdiff {

/// One function in both profiles, in bytes that V8 estimates from its samples.
struct ProfileRow {
  FunctionPosition position;  ///< in the newer profile where that has it; empty script: the runtime's own allocations
  std::int64_t base_bytes = 0;
  std::int64_t new_bytes = 0;
  std::int64_t base_samples = 0;
  std::int64_t new_samples = 0;
  double error = 0;  ///< half the width of the interval of the difference

  [[nodiscard]] std::int64_t difference() const noexcept { return new_bytes - base_bytes; }
  /// Whether the difference is beyond what sampling alone explains.
  [[nodiscard]] bool is_certain() const noexcept;
};

struct ProfileComparison {
  std::int64_t base_bytes = 0;
  std::int64_t new_bytes = 0;
  std::vector<ProfileRow> rows;  ///< largest difference first; with `unexplained_bytes` they add up to the difference
  std::int64_t unexplained_bytes = 0;  ///< functions with so few bytes that they are no rows
  std::int64_t noise_floor_bytes = 0;  ///< the smallest difference that can be certain
  double total_error = 0;              ///< half the width of the 95 % interval of the difference of the totals
};

/// Half the width of the 95 % interval of `rows` estimates together: each sample stands for as many bytes as its size
/// over the chance that it was taken, so the variance of a sum is at most the sum of their squares. `squares` is that
/// sum, `one` the square of one more sample, which stands for a function that happened not to be sampled.
[[nodiscard]] double sampling_error(double squares, double one, std::size_t rows);

/// `name_of` tells which functions are the same in both; a script's end and the function's name where it is empty.
[[nodiscard]] ProfileComparison compare_profiles(const HeapProfile& base, const HeapProfile& now,
                                                 const std::function<std::string(const FunctionPosition&)>& name_of);

}  // namespace heapdiff
