// Functions that are kept, and the scopes that they keep.

#include "detectors/evidence.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace heapdiff::detectors {

namespace {

/// Names of the functions that share `context`, as they were written in one scope.
std::string sharers_text(const Heap& heap, NodeIndex context) {
  std::set<std::string> names;
  const SnapshotGraph& graph = heap.graph;
  for (std::uint32_t i = 0; i < graph.node_count() && names.size() < 5; ++i) {
    if (graph.type(NodeIndex(i)) == NodeType::closure &&
        graph.find_target(NodeIndex(i), EdgeType::internal, "context") == context) {
      const std::string_view name = graph.name(NodeIndex(i));
      names.insert(name.empty() ? "(anonymous)" : std::string(name));
    }
  }
  std::string text;
  for (const std::string& name : names) {
    text += (text.empty() ? "" : ", ") + name;
  }
  return text;
}

}  // namespace

std::optional<Finding> closure(const Case& c) {
  const std::string& constructor = c.suspect.constructor;
  const bool functions =
      constructor == "Function" || constructor == "(closure)" || constructor.starts_with("system / Context");
  const bool in_collection = c.item_at > c.holder_at + 1;  // what a variable holds is made anew at each change
  if (!functions && (!c.suspect.holder.starts_with("system / Context") || in_collection)) {
    return std::nullopt;
  }
  Finding f{"closure", c.suspect.holder == "Promise" ? StoreHint::Operation::wait : StoreHint::Operation::any, {}, {}};
  f.why = fmt::format("{} more {} are kept by {}.", format_count(c.suspect.object_count_growth),
                      functions ? "functions and scopes" : constructor, holder_text(c));
  const auto made = literals(c.heap, c.items);
  if (!made.empty()) {
    f.why += fmt::format(" The most frequent function is {}.", made.front().literal);
  }
  if (const NodeIndex context = context_near(c)) {
    const std::string variables = variables_text(c.heap, context);
    if (!variables.empty()) {
      f.why += fmt::format(" Its scope keeps {}", variables);
      const std::string sharers = sharers_text(c.heap, context);
      f.why += sharers.empty() ? std::string(".")
                               : fmt::format(
                                     "; all functions written in that scope share it, and {} is still "
                                     "referred to, so what any of them uses stays.",
                                     sharers);
    }
  }
  f.ruled_out.push_back(holders_ruled_out(c));
  return f;
}

}  // namespace heapdiff::detectors
