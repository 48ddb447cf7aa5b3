// Functions that are kept, and the scopes that they keep.

#include "detectors/evidence.h"
#include "v8/functions.h"
#include "v8/promises.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace heapdiff::detectors {

namespace {

constexpr std::size_t kMaxSharers = 5;

/// Names of the functions that share a scope because they were written in it: "load, (anonymous)".
std::string sharers_text(const Heap& heap, NodeIndex context) {
  std::set<std::string> names;
  const SnapshotGraph& graph = heap.graph;
  for (std::uint32_t i = 0; i < graph.node_count() && names.size() < kMaxSharers; ++i) {
    if (graph.type(NodeIndex(i)) == NodeType::closure &&
        graph.find_target(NodeIndex(i), EdgeType::internal, v8::kContextEdge) == context) {
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

std::optional<Finding> closure(const Candidate& candidate) {
  const std::string& constructor = candidate.suspect.constructor;
  const bool functions =
      constructor == v8::kFunctionClass || constructor == v8::kClosureClass || v8::is_context_class(constructor);
  const bool in_collection = candidate.item_at > candidate.holder_at + 1;  // else the variable's value is replaced
  if (!functions && (!v8::is_context_class(candidate.suspect.holder) || in_collection)) {
    return std::nullopt;
  }
  Finding f{LeakKind::closure,
            candidate.suspect.holder == v8::kPromiseClass ? StoreHint::Operation::wait : StoreHint::Operation::any,
            {},
            {}};
  f.why = fmt::format("{} more {} are kept by {}.", format_count(candidate.suspect.object_count_growth),
                      functions ? "functions and scopes" : constructor, holder_text(candidate));
  const auto made = literals(candidate.heap, candidate.items);
  if (!made.empty()) {
    f.why += fmt::format(" The most frequent function is {}.", made.front().literal);
  }
  if (const NodeIndex context = context_near(candidate)) {
    const std::string variables = variables_text(candidate.heap, context);
    if (!variables.empty()) {
      f.why += fmt::format(" Its scope keeps {}", variables);
      const std::string sharers = sharers_text(candidate.heap, context);
      f.why += sharers.empty() ? std::string(".")
                               : fmt::format(
                                     "; all functions written in that scope share it, and {} is still "
                                     "referred to, so what any of them uses stays.",
                                     sharers);
    }
  }
  f.ruled_out.push_back(holders_ruled_out(candidate));
  return f;
}

}  // namespace heapdiff::detectors
