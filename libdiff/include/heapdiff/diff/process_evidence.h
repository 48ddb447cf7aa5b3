#pragma once
// What shows that two snapshots are of one process although everything young was replaced between them.

#include "heapdiff/snapshot/snapshot_graph.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace heapdiff {

/// What one snapshot says of its process by objects that live as long as it does.
///
/// Ids alone do not: V8 hands the id of a dead object to the next one at its address, and processes that run one
/// program share most of their ids. Two things are kept. Both need only ids and property names, so that a redacted
/// snapshot says the same.
struct ProcessEvidence {
  /// Ids of functions with a script, ascending, each with a hash of the ids of its SharedFunctionInfo and its context,
  /// which V8 never changes. Only literals with one closure: of those that are made over and over there are many.
  std::vector<std::pair<std::uint64_t, std::uint32_t>> functions;

  struct Realm {
    std::uint64_t id = 0;              ///< of the global object
    std::uint64_t table_bytes = 0;     ///< own bytes of the object and of its table: numbers in it show in no other way
    std::vector<std::uint32_t> names;  ///< hashes of property names in the order of the object's hash table
    /// Hash of the name and id of each function without a script that is a property ("alert"), by hash: the engine and
    /// its embedder make them once for a realm. The ids follow the order in which the first snapshot met them, and that
    /// differs between two runs of a page although their hash seeds are equal.
    std::vector<std::pair<std::uint32_t, std::uint64_t>> host_functions;
  };
  /// Global objects, by id. V8 keeps their properties in a hash table, and each isolate hashes with a random seed.
  std::vector<Realm> realms;

  static constexpr std::size_t kMaxRealms = 16;  ///< those with the lowest ids: the oldest
  static constexpr std::size_t kMaxNames = 512;  ///< those with the lowest hashes: the same ones in each snapshot
};

/// Empty when the graph has no edges or no names of edges. O(nodes + edges of functions and global objects).
[[nodiscard]] ProcessEvidence collect_process_evidence(const SnapshotGraph& graph);

/// How far the evidence of two snapshots agrees.
struct EvidenceCheck {
  std::uint64_t functions = 0;            ///< functions in both
  std::uint64_t same_functions = 0;       ///< those that refer to the same SharedFunctionInfo and context
  std::uint64_t name_pairs = 0;           ///< neighbouring names of global objects that are in both
  std::uint64_t ordered_pairs = 0;        ///< those that are in the same order
  std::uint64_t host_functions = 0;       ///< properties of global objects that are functions without a script in both
  std::uint64_t same_host_functions = 0;  ///< those that are the same function

  [[nodiscard]] double function_share() const noexcept {
    return functions == 0 ? 0.0 : static_cast<double>(same_functions) / static_cast<double>(functions);
  }
  [[nodiscard]] double host_function_share() const noexcept {
    return host_functions == 0 ? 0.0 : static_cast<double>(same_host_functions) / static_cast<double>(host_functions);
  }
  /// About 0.5 for two seeds. A table that grew to 2^k times its size has 2^k - 1 pairs out of order; global objects
  /// whose tables differ by more than a factor of 4 in size are not compared.
  [[nodiscard]] double order_share() const noexcept {
    return name_pairs == 0 ? 0.0 : static_cast<double>(ordered_pairs) / static_cast<double>(name_pairs);
  }
};

/// O(functions + names * log names).
[[nodiscard]] EvidenceCheck compare_evidence(const ProcessEvidence& older, const ProcessEvidence& newer);

}  // namespace heapdiff
