#pragma once
// When each object of the last snapshot was first seen, and which new subtree it belongs to.

#include "heapdiff/diff/facts.h"

#include <cstdint>
#include <span>
#include <vector>

namespace heapdiff {

struct Cohorts {
  std::vector<std::uint8_t>
      first_seen;  ///< snapshot number, per node; embedder nodes (even ids) are as old as what they keep
  std::vector<std::uint32_t> top;  ///< root of the maximal new subtree, per new node; itself for old nodes
};

[[nodiscard]] Cohorts find_cohorts(const Heap& last, std::span<const Facts> facts);

}  // namespace heapdiff
