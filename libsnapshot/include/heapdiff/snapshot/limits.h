#pragma once
// Limits on input, so that a hostile or broken file ends in an error and does not use up the machine.

#include <cstdint>

namespace heapdiff {

/// The defaults accept every snapshot that V8 can write. Beyond a limit, Error{limit} or Error{input} is thrown.
struct Limits {
  std::uint64_t max_nodes = (std::uint64_t{1} << 29U) - 1;          ///< the edge column has 29 bits; V8 stops at 2^28
  std::uint64_t max_edges = (std::uint64_t{1} << 32U) - 2;          ///< edge positions have 32 bits
  std::uint64_t max_string_bytes = std::uint64_t{4} << 30U;         ///< of the texts that are kept, decoded
  std::uint64_t max_uncompressed_bytes = std::uint64_t{64} << 30U;  ///< of a compressed input
  std::uint64_t ratio_checked_after = std::uint64_t{256} << 20U;    ///< compressed input may expand to this size ...
  std::uint32_t max_ratio = 200;                                    ///< ... and beyond it at most by this factor
  std::uint32_t max_depth = 512;                                    ///< of nesting outside trace_tree
  std::uint32_t max_trace_depth = 10'000;                           ///< of nesting in trace_tree
  std::uint32_t max_fields = 64;                                    ///< names in one *_fields list
  std::uint32_t max_types = 256;                                    ///< names in one *_types list
  std::uint64_t max_memory_bytes = 0;  ///< for this process; 0 is no limit. Compared with the forecast
};

}  // namespace heapdiff
