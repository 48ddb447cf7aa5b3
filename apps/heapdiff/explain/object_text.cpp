#include "explain/object_text.h"

#include "heapdiff/diff/facts.h"
#include "heapdiff/reports/redact.h"
#include "heapdiff/snapshot/detail/ascii.h"
#include "heapdiff/snapshot/visible_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

namespace heapdiff {

namespace {

constexpr std::size_t kLongestName = 120;
constexpr std::size_t kMostSteps = 8;

bool is_identifier(std::string_view name) {
  return !name.empty() && !ascii::is_digit(name[0]) && std::all_of(name.begin(), name.end(), [](char c) {
    return ascii::is_alphanumeric(c) || c == '_' || c == '$';
  });
}

bool is_number(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), ascii::is_digit);
}

std::string named(EdgeType type, const std::string& name) {
  switch (type) {
    case EdgeType::property:
      return is_identifier(name) ? "." + name : "[\"" + name + "\"]";
    case EdgeType::context:
      return "variable " + name;
    default:
      return "(" + name + ")";
  }
}

/// Whether the class of an object is one that a programmer knows.
bool tells(const Heap& heap, NodeIndex n) {
  static constexpr std::array<std::string_view, 6> kPlain = {"Object", "Array", "Map", "Set", "WeakMap", "WeakSet"};
  const std::string_view name = heap.classes.name(n);
  return !name.empty() && name[0] != '(' && name[0] != '{' && !name.starts_with("system /") &&
         std::find(kPlain.begin(), kPlain.end(), name) == kPlain.end();
}

}  // namespace

std::string ObjectText::label(NodeIndex n) const {
  if (n == SnapshotGraph::root()) {
    return "(root)";
  }
  if (heap_.graph.type(n) == NodeType::closure) {
    const std::string name = visible_text(heap_.graph.name(n), kLongestName);
    return name.empty() ? "(anonymous function)" : mask_secrets(name) + "()";
  }
  const bool synthetic = heap_.graph.type(n) == NodeType::synthetic;  // "(Global handles)"
  std::string name = visible_text(synthetic ? heap_.graph.name(n) : heap_.classes.name(n), kLongestName);
  if (heap_.graph.type(n) == NodeType::object && tells(heap_, n)) {
    name = owners_.made_by(heap_, n);
  }
  return name.empty() ? "(no name)" : mask_secrets(name);
}

std::string ObjectText::with_id(NodeIndex n) const { return fmt::format("{} @{}", label(n), heap_.graph.id(n)); }

std::string ObjectText::edge(const SnapshotGraph::Edge& edge) const {
  if (SnapshotGraph::is_numbered(edge.type)) {
    return "[" + heap_.graph.edge_label(edge) + "]";
  }
  return named(edge.type, mask_secrets(visible_text(heap_.graph.edge_name(edge), kLongestName)));
}

std::string ObjectText::reference(const PathStep& step, bool with_id) const {
  const std::string text = edge(step.edge);
  if (step.edge.type == EdgeType::context) {
    return text;  // a scope has no better name
  }
  const std::string whole = label(step.source) + (text.front() == '(' ? " " : "") + text;
  return with_id ? fmt::format("{} (of @{})", whole, heap_.graph.id(step.source)) : whole;
}

std::string ObjectText::held_by(const RetainingTree& tree, NodeIndex n) const {
  const SnapshotGraph& graph = heap_.graph;
  std::vector<SnapshotGraph::Edge> edges;  // from the object to the root
  std::string start;
  NodeIndex at = n;
  while (at != SnapshotGraph::root() && tree.reaches(at) && edges.size() < kMostSteps) {
    const SnapshotGraph::Edge edge = edge_at(graph, tree.parent_edge(at));
    at = tree.parent(at);
    if (edge.type == EdgeType::context) {
      start = "variable " + mask_secrets(visible_text(graph.edge_name(edge), kLongestName));
      break;
    }
    edges.push_back(edge);
    if (tells(heap_, at)) {
      start = label(at);
      break;
    }
  }
  if (start.empty()) {
    start = edges.empty() ? "" : label(at);
  }
  std::string text = start;
  for (auto edge = edges.rbegin(); edge != edges.rend(); ++edge) {
    const std::string name = visible_text(graph.edge_name(*edge), kLongestName);
    std::string piece;
    if (SnapshotGraph::is_numbered(edge->type) || is_number(name)) {
      piece = "[\u2026]";
    } else if (edge->type == EdgeType::internal &&
               (name == "elements" || name == "table" || name == "properties" || name == "context")) {
      continue;  // the table of a collection: the next edge names the entry
    } else {
      piece = named(edge->type, mask_secrets(fold_data(name)));
    }
    if (!text.ends_with(piece)) {
      text += piece;
    }
  }
  return text;
}

}  // namespace heapdiff
