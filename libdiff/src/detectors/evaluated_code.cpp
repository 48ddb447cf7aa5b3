// Functions of code that was evaluated at run time: its scripts have no name, so that no file and line can be given.

#include "detectors/evidence.h"
#include "heapdiff/snapshot/visible_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

namespace heapdiff::detectors {

namespace {

constexpr std::size_t kMostLookedAt = 2000;
constexpr std::size_t kExcerpt = 60;  ///< code points of the script's text

/// The function that an item is, or keeps as its listener or callback.
NodeIndex function_of(const SnapshotGraph& graph, NodeIndex item) {
  for (const std::string_view member : {"", "listener", "callback", "handler", "fn", "_onTimeout"}) {
    const NodeIndex n = member.empty() ? item : graph.find_target(item, EdgeType::property, member);
    if (n && graph.type(n) == NodeType::closure) {
      return unwrap(graph, n);
    }
  }
  return NodeIndex::none();
}

}  // namespace

NodeIndex evaluated_script_of(const SnapshotGraph& graph, NodeIndex closure) {
  const NodeIndex shared = graph.find_target(closure, EdgeType::internal, "shared");
  const NodeIndex script = shared ? script_of(graph, shared) : NodeIndex::none();
  if (!script || !graph.find_target(script, EdgeType::internal, "source")) {
    return NodeIndex::none();
  }
  const NodeIndex name = graph.find_target(script, EdgeType::internal, "name");
  const auto is_text = [&](NodeType type) {
    return type == NodeType::string || type == NodeType::concatenated_string || type == NodeType::sliced_string;
  };
  return name && is_text(graph.type(name)) && !graph.name(name).empty() ? NodeIndex::none() : script;
}

std::string evaluated_text(const Case& c) {
  const SnapshotGraph& graph = c.heap.graph;
  std::set<std::uint32_t> scripts;
  std::vector<std::uint32_t> ids;
  std::size_t functions = 0;
  std::size_t evaluated = 0;
  NodeIndex last = NodeIndex::none();
  for (std::size_t i = 0; i < std::min(c.items.size(), kMostLookedAt); ++i) {
    const NodeIndex closure = function_of(graph, NodeIndex(c.items[i]));
    if (!closure) {
      continue;
    }
    ++functions;
    const NodeIndex script = evaluated_script_of(graph, closure);
    if (!script) {
      continue;
    }
    ++evaluated;
    last = script;
    if (const Location* at = graph.locations().find(closure); at != nullptr && scripts.insert(script.get()).second) {
      ids.push_back(at->script_id);
    }
  }
  if (evaluated == 0 || 2 * evaluated < functions) {
    return {};
  }
  std::string text = fmt::format(
      " {} of {} functions looked at come from code that was evaluated at run time (`eval`, `new Function`)", evaluated,
      functions);
  if (!ids.empty()) {
    const auto [low, high] = std::minmax_element(ids.begin(), ids.end());
    text += ids.size() == 1 ? fmt::format(": one script without a name, id {}", *low)
                            : fmt::format(": {} scripts without a name, ids {} to {}", ids.size(), *low, *high);
  }
  if (const NodeIndex source = graph.find_target(last, EdgeType::internal, "source")) {
    // Code that was put together at run time has data in its literals: not even the first one is shown.
    const std::string code = text_of(graph, source);
    const std::string start = visible_text(std::string_view(code).substr(0, code.find_first_of("\"'`/")), kExcerpt);
    text += start.empty() ? std::string() : fmt::format("; one starts with `{}`", start);
  }
  return text + ". A comment `//# sourceURL=name` in that code gives it a name.";
}

}  // namespace heapdiff::detectors
