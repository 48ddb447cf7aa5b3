#pragma once
// Memory for the columns of small snapshots: blocks that share pages and are used again.
//
// A page that the system provides costs 1 to 2 microseconds on a virtual machine, and a snapshot of 10 MB would need
// some 5000 of them over its phases. Large columns do not come from here: theirs go back to the system as soon as their
// phase ends.

#include <atomic>
#include <cstddef>

namespace heapdiff::detail {

/// A zeroed block, or null: too large, or no room. Aligned to 64 bytes.
[[nodiscard]] void* allocate_small(std::size_t bytes) noexcept;
/// Whether the address is in a block of allocate_small.
[[nodiscard]] bool is_small(const void* address) noexcept;
/// Gives back the part of a block from `address` on, or all of it; `bytes` as asked for, less what was kept.
void free_small(void* address, std::size_t bytes) noexcept;
/// `bytes` as they are counted here: where the part begins that can be given back when so many are kept.
[[nodiscard]] std::size_t small_granules(std::size_t bytes) noexcept;

/// Has the system provide pages for the next `bytes` that are allocated: what an idle thread can do for a busy one.
/// Ends early once `enough`.
void warm_small(std::size_t bytes, const std::atomic<bool>& enough) noexcept;

}  // namespace heapdiff::detail
