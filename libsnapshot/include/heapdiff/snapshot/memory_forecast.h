#pragma once
// How much memory a snapshot will take. Known from its header, before the work starts.

#include <cstdint>
#include <optional>

namespace heapdiff {

/// What is kept to the end. Everything else is freed at the end of its phase.
enum class MemoryUse {
  tables,  ///< totals and constructors: GraphParts::node_sizes
  graph,   ///< the graph with its names, for paths and detectors: GraphParts::all
};

/// Peak resident memory, in bytes, of loading a snapshot and deriving everything. From the counts in the header and the
/// size of the text in bytes (0: not known). An estimate from the columns: long names come on top of it.
[[nodiscard]] std::uint64_t forecast_memory_bytes(std::uint64_t nodes, std::uint64_t edges, std::uint64_t text_bytes,
                                                  MemoryUse use) noexcept;

/// Memory, in bytes, that this process may still take: what the machine has available or what its control groups leave,
/// whichever is less. None where the system does not say. Reads files of /proc and /sys.
[[nodiscard]] std::optional<std::uint64_t> available_memory_bytes();

}  // namespace heapdiff
