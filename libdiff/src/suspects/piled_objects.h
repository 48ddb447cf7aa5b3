#pragma once
// What piles up in one heap, judged by its shape alone: many alike objects under one holder, chains, and single large
// objects.

#include "heapdiff/snapshot/heap.h"
#include "series/cohorts.h"

#include <cstdint>
#include <vector>

namespace heapdiff::suspects {

/// What was told apart from accumulations: it is large in healthy programs too.
struct ToldApart {
  std::uint64_t engine_bytes = 0;  ///< compiled code and what V8 keeps with it
  std::uint64_t modules = 0;       ///< records of loaded modules
};

struct PiledObjects {
  std::vector<std::uint32_t> roots;  ///< nodes that pile up; ascending
  std::vector<std::uint32_t> alone;  ///< the first links of chains, and single large objects
  ToldApart told_apart;
};

/// Piles of `smallest_bytes` and more. O(nodes + edges of closures in piles), 4 bytes per node.
///
/// A pile is kMinAlike objects or more that one holder dominates (past stores and links of chains), and that are alike:
/// closures of one function, scopes of one function, objects of one class. Where the objects of one pile hold piles in
/// turn, that pile is taken which has more objects at each holder, if it explains most of the bytes.
[[nodiscard]] PiledObjects find_piled_objects(const Heap& heap, double smallest_bytes);

/// Piles of one kind at holders of one class.
struct PileRow {
  std::uint32_t holder = 0;   ///< node: the one that keeps most
  std::uint32_t example = 0;  ///< node: one of its objects
  std::uint64_t count = 0;
  std::uint64_t holder_count = 0;
  std::uint64_t bytes = 0;  ///< retained
  std::uint64_t most = 0;   ///< retained by the objects of `holder`
};

/// The same piles as rows, those that keep most first. The heap may be without edges: then closures of one name count
/// as alike.
[[nodiscard]] std::vector<PileRow> find_pile_rows(const Heap& heap, double smallest_bytes);

/// The age that stands for piling up: the first snapshot has everything but the piles and what they dominate.
[[nodiscard]] series::Cohorts cohorts_of_piles(const Heap& heap, const std::vector<std::uint32_t>& roots);

}  // namespace heapdiff::suspects
