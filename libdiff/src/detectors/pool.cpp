// Resources that are taken from a pool and do not come back.

#include "detectors/evidence.h"
#include "v8/collections.h"

#include <fmt/format.h>

#include <algorithm>

namespace heapdiff::detectors {

namespace {

/// Number of elements of an array, or of entries of a Map or Set.
std::size_t size_of(const SnapshotGraph& graph, NodeIndex collection) {
  std::size_t elements = 0;
  for (const auto edge : graph.edges(collection)) {
    elements += edge.type == EdgeType::element ? 1 : 0;
  }
  if (const NodeIndex table = graph.find_target(collection, EdgeType::internal, v8::kTableEdge)) {
    for (const auto edge : graph.edges(table)) {
      const NodeType type = graph.type(edge.target);
      elements += type == NodeType::object || type == NodeType::closure ? 1 : 0;
    }
  }
  return elements;
}

/// The pool's collections with their sizes: "inUse 4,700, free 0".
std::string books_text(const Candidate& candidate, NodeIndex pool) {
  const SnapshotGraph& graph = candidate.heap.graph;
  std::string text;
  for (const auto edge : graph.edges(pool)) {
    const std::string_view name = graph.name(edge.target);
    if (edge.type == EdgeType::property &&
        (name == v8::kArrayClass || name == v8::kSetClass || name == v8::kMapClass)) {
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", graph.edge_name(edge),
                          format_count(size_of(graph, edge.target)));
    }
  }
  return text;
}

}  // namespace

std::optional<Finding> pool(const Candidate& candidate) {
  const auto is_pool = [](const SuspectStep& s) {
    return (contains_word(s.node, "pool") && s.node_type == NodeType::object) || contains_word(s.edge, "pool");
  };
  if (!candidate.any_near(is_pool)) {
    return std::nullopt;
  }
  Finding f{LeakKind::pool, StoreHint::Operation::any, {}, {}};
  const Suspect& s = candidate.suspect;
  const auto steps = candidate.near();
  const auto step = std::find_if(steps.rbegin(), steps.rend(), is_pool);
  const auto counts = counts_of_class(candidate.facts, s.constructor);
  f.why = counts.empty() ? fmt::format("{} more {} are on the books of {}.", format_count(s.object_count_growth),
                                       s.constructor, holder_text(candidate))
                         : fmt::format("{} objects went from {} to {}, all on the books of {} in {}.", s.constructor,
                                       format_count(counts.front()), format_count(counts.back()),
                                       holder_text(candidate), step->node);
  f.why += fmt::format(
      " {} that came since the first snapshot were taken and never returned, so the pool makes new "
      "ones.",
      format_count(s.object_count_growth));
  for (std::uint32_t i = 0; i < candidate.heap.graph.node_count(); ++i) {
    if (candidate.heap.graph.id(NodeIndex(i)) == step->node_id) {
      const std::string books = books_text(candidate, NodeIndex(i));
      if (!books.empty()) {
        f.why += fmt::format(" At the end its books say: {}.", books);
      }
    }
  }
  f.ruled_out.push_back(holders_ruled_out(candidate));
  return f;
}

}  // namespace heapdiff::detectors
