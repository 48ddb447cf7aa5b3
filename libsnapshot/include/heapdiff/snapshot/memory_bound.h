#pragma once
// An upper bound for the memory of this process, besides the forecast (memory_forecast.h): a forecast knows the counts
// of a file, but not how long its names are.

#include <cstdint>

namespace heapdiff {

/// From now on exceeds_memory_bound() compares with `bytes`; 0: with nothing. Thread-safe.
void bound_memory(std::uint64_t bytes) noexcept;
/// The bound; 0: none.
[[nodiscard]] std::uint64_t memory_bound() noexcept;

/// Whether the process would pass the bound with `more` bytes. What it holds is what the system counts as its own
/// (resident, without files), read from /proc: about 2 µs, so callers ask once for some hundred KB. Nothing exceeds the
/// bound where /proc cannot be read. After the first true the bound is gone, so that the error can be
/// reported. Thread-safe.
[[nodiscard]] bool exceeds_memory_bound(std::uint64_t more) noexcept;
/// The bound that was exceeded; 0: none was.
[[nodiscard]] std::uint64_t exceeded_memory_bound() noexcept;

/// While one lives, the program ends at once where an allocation of this thread fails, and nothing is thrown. For code
/// of others that does not bear it: RE2's parser frees what it does not own when its memory ends. Nothing of heapdiff
/// may be half-written then. The operators new of the program ask for it; those of a library's user do not.
class FatalAllocations {
 public:
  FatalAllocations() noexcept;
  ~FatalAllocations();
  FatalAllocations(const FatalAllocations&) = delete;
  FatalAllocations& operator=(const FatalAllocations&) = delete;
};
[[nodiscard]] bool allocations_are_fatal() noexcept;

}  // namespace heapdiff
