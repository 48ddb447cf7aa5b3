#pragma once
// How it is known which objects of a heap are new.

#include <cstdint>

namespace heapdiff {

enum class AgeSource : std::uint8_t {
  snapshots,  ///< a series: an earlier snapshot does not have them
  samples,    ///< one file, taken while allocations were tracked: it says when ids were given out
  structure,  ///< one file without ages: objects that pile up under one holder stand for the new ones
};

/// Whether all that is known comes from one file, so that nothing can be said to have stayed or gone.
[[nodiscard]] constexpr bool is_one_file(AgeSource ages) noexcept { return ages != AgeSource::snapshots; }

}  // namespace heapdiff
