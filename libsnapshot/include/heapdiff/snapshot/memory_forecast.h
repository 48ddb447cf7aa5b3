#pragma once
// What a snapshot will cost, known from its header before the work starts.

#include <cstdint>
#include <optional>

namespace heapdiff {

/// What is kept to the end; the rest is given back at the end of its phase.
enum class MemoryUse {
  tables,  ///< totals and constructors: HeapOptions without graph and nodes
  graph,   ///< the graph with its names: paths, detectors
};

/// Peak resident bytes of loading and deriving everything, from the counts in the header and the size of the text
/// (0: not known). An estimate from the columns; long names that stay add to it.
[[nodiscard]] std::uint64_t forecast_memory_bytes(std::uint64_t nodes, std::uint64_t edges, std::uint64_t text_bytes,
                                                  MemoryUse use) noexcept;

/// Memory that this process may still take: the least of what the machine has available and what its control group
/// leaves. None where the system does not say.
[[nodiscard]] std::optional<std::uint64_t> available_memory_bytes();

}  // namespace heapdiff
