#pragma once
// The capture that would settle an open question: how many more snapshots, how far apart.

#include <cstddef>
#include <functional>
#include <optional>
#include <span>

namespace heapdiff {

struct NextCaptures {
  std::size_t more = 0;   ///< snapshots after those there are
  double apart = 0;       ///< in the unit of `x`
  bool at_least = false;  ///< two snapshots do not show their noise: so many are needed in any case
};

/// Whether levels at places `x` answer the question.
using Answers = std::function<bool(std::span<const double> x, std::span<const double> levels)>;

/// The continuation of `levels` that takes the least time, in the unit of `x`, and is answered in at least nine of ten
/// simulated cases. In these the slope goes on as seen, and so does the noise: once as white noise on the levels, once
/// as a random walk, each with the standard deviation that it has at most, three times in four, given what was seen.
/// From two snapshots: two more, as far apart. None below two points, without a span, or when twelve more that are 64
/// times as far apart would not do. Deterministic.
[[nodiscard]] std::optional<NextCaptures> captures_to_settle(std::span<const double> x, std::span<const double> levels,
                                                             const Answers& answers);

}  // namespace heapdiff
