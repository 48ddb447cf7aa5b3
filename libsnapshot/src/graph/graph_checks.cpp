#include "graph/graph_checks.h"

#include "heapdiff/snapshot/detail/column.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/weighty_warnings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace heapdiff::graph {
namespace {

/// Ids below this many per node are looked up in a bitmap.
constexpr std::uint64_t kDenseIdsPerNode = 64;

/// Real snapshots of V8 have up to 80 nodes that only weak edges lead to. From this share of the heap on it is worth
/// saying.
constexpr double kMinUnreachableShare = 0.01;

constexpr std::string_view kEqualIds = "two nodes have one id, ";
constexpr std::string_view kUnknownTrace = "a node has a trace_node_id that \"trace_tree\" does not have";
constexpr std::string_view kUnreachable = "no retaining edge leads from the root to a node";

/// Each id that a second node has, once for each node after its first.
std::vector<std::uint64_t> repeated_ids(const SnapshotGraph& graph) {
  const std::uint32_t n = graph.node_count();
  BitColumn seen(static_cast<std::size_t>(kDenseIdsPerNode * n));
  std::vector<std::uint64_t> repeated;
  std::vector<std::uint64_t> sparse;
  constexpr std::uint32_t kAhead = 16;
  for (std::uint32_t i = 0; i < n; ++i) {
    if (i + kAhead < n) {
      seen.prefetch(static_cast<std::size_t>(graph.id(NodeIndex(i + kAhead))));
    }
    const std::uint64_t id = graph.id(NodeIndex(i));
    if (id >= seen.size()) {
      sparse.push_back(id);
    } else if (seen.test(static_cast<std::size_t>(id))) {
      repeated.push_back(id);
    } else {
      seen.set(static_cast<std::size_t>(id));
    }
  }
  std::sort(sparse.begin(), sparse.end());
  for (std::size_t i = 1; i < sparse.size(); ++i) {
    if (sparse[i] == sparse[i - 1]) {
      repeated.push_back(sparse[i]);
    }
  }
  return repeated;
}

}  // namespace

void warn_about_equal_ids(const SnapshotGraph& graph, Diagnostics& diagnostics) {
  const std::vector<std::uint64_t> repeated = repeated_ids(graph);
  if (repeated.empty()) {
    return;
  }
  const std::uint64_t id = *std::min_element(repeated.begin(), repeated.end());
  std::vector<std::uint32_t> nodes;
  for (std::uint32_t i = 0; i < graph.node_count() && nodes.size() < 2; ++i) {
    if (graph.id(NodeIndex(i)) == id) {
      nodes.push_back(i);
    }
  }
  diagnostics.warn("equal-ids",
                   fmt::format("{}@{} in rows {} and {}: objects cannot be told apart by their ids", kEqualIds, id,
                               nodes.front(), nodes.back()),
                   repeated.size());
}

void warn_about_unknown_traces(const SnapshotGraph& graph, Diagnostics& diagnostics) {
  const std::vector<TraceNode>& stacks = graph.locations().trace_nodes;
  std::uint64_t unknown = 0;
  for (std::uint32_t i = 0; i < graph.node_count(); ++i) {
    const std::uint32_t trace = graph.trace_id(NodeIndex(i));
    if (trace == 0) {
      continue;
    }
    const auto stack = std::lower_bound(stacks.begin(), stacks.end(), trace,
                                        [](const TraceNode& node, std::uint32_t wanted) { return node.id < wanted; });
    unknown += stack == stacks.end() || stack->id != trace ? 1U : 0U;
  }
  if (unknown != 0) {
    diagnostics.warn("unknown-trace", fmt::format("{}: its allocation stack is unknown", kUnknownTrace), unknown);
  }
}

void warn_about_unreachable(const SnapshotGraph& graph, const Distances& distances, Diagnostics& diagnostics) {
  std::uint64_t nodes = 0;
  std::uint64_t bytes = 0;
  constexpr std::uint32_t kBits = 64;  // of a word: nearly all words have only ones
  for (std::uint32_t w = 0; w < distances.reached.word_count(); ++w) {
    const std::uint32_t last = std::min(graph.node_count() - w * kBits, kBits);
    for (std::uint32_t i = 0; ~distances.reached.word(w) != 0 && i < last; ++i) {
      if (!distances.reached.test(w * kBits + i)) {
        ++nodes;
        bytes += graph.self_size(NodeIndex(w * kBits + i));
      }
    }
  }
  if (nodes != 0 && static_cast<double>(bytes) >= kMinUnreachableShare * static_cast<double>(graph.total_self_size())) {
    diagnostics.warn(
        "unreachable",
        fmt::format("{}, which then counts as held by the root; such nodes have {} bytes in the first file that has "
                    "them",
                    kUnreachable, bytes),
        nodes);
  }
}

}  // namespace heapdiff::graph

namespace heapdiff {

bool limits_the_answer(std::string_view sentence) noexcept {
  return sentence.starts_with(graph::kUnknownTrace) || sentence.starts_with(graph::kUnreachable);
}

std::optional<std::string> equal_ids_warning(const Diagnostics& diagnostics) {
  for (std::string& sentence : diagnostics.sentences()) {
    if (sentence.starts_with(graph::kEqualIds)) {
      return std::move(sentence);
    }
  }
  return std::nullopt;
}

void require_different_ids(const Diagnostics& diagnostics, const std::string& file) {
  if (const auto equal = equal_ids_warning(diagnostics)) {
    throw Error(ErrorKind::input, file, std::nullopt, *equal,
                "Snapshots are compared by the ids of their objects; `heapdiff summary` shows what one holds.");
  }
}

}  // namespace heapdiff
