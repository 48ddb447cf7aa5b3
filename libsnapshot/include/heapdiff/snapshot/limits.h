#pragma once
// What is refused, so that hostile or broken input ends in an error and not in a dead machine.

#include <cstdint>

namespace heapdiff {

struct Limits {
  std::uint64_t max_nodes = (std::uint64_t{1} << 29U) - 1;          ///< the edge column keeps 29 bits; V8 stops at 2^28
  std::uint64_t max_edges = (std::uint64_t{1} << 32U) - 2;          ///< edge positions are kept in 32 bits
  std::uint64_t max_string_bytes = std::uint64_t{4} << 30U;         ///< of names kept, decoded
  std::uint64_t max_uncompressed_bytes = std::uint64_t{64} << 30U;  ///< of a compressed input
  std::uint64_t ratio_checked_after = std::uint64_t{256} << 20U;    ///< a bomb has expanded to this much ...
  std::uint32_t max_ratio = 200;                                    ///< ... at more than this ratio
  std::uint32_t max_depth = 512;                                    ///< of nesting outside trace_tree
  std::uint32_t max_trace_depth = 10'000;                           ///< of nesting in trace_tree
  std::uint32_t max_fields = 64;                                    ///< names in one *_fields list
  std::uint32_t max_types = 256;                                    ///< names in one *_types list
  std::uint64_t max_memory_bytes = 0;  ///< of this process, 0: none. Checked against the forecast
};

}  // namespace heapdiff
