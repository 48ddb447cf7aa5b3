// Functions of code that was evaluated at run time. Its scripts have no name, so there is no file and line to show.

#include "detectors/evidence.h"
#include "heapdiff/snapshot/visible_text.h"
#include "v8/events.h"
#include "v8/functions.h"
#include "v8/node_predicates.h"
#include "v8/timers.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

namespace heapdiff::detectors {

namespace {

constexpr std::size_t kMaxItems = 2000;     // looked at
constexpr std::size_t kMaxCodePoints = 60;  // of the script's text

/// The function that an item is, or keeps as its listener or callback.
NodeIndex function_of(const SnapshotGraph& graph, NodeIndex item) {
  const auto is_function = [&](NodeIndex n) { return n && graph.type(n) == NodeType::closure; };
  if (is_function(item)) {
    return v8::unwrap_function(graph, item);
  }
  for (const std::string_view member : v8::kListenerProperties) {
    if (const NodeIndex n = graph.find_target(item, EdgeType::property, member); is_function(n)) {
      return v8::unwrap_function(graph, n);
    }
  }
  const NodeIndex callback = graph.find_target(item, EdgeType::property, v8::kTimeoutCallback);
  return is_function(callback) ? v8::unwrap_function(graph, callback) : NodeIndex::none();
}

}  // namespace

NodeIndex evaluated_script_of(const SnapshotGraph& graph, NodeIndex closure) {
  const NodeIndex shared = graph.find_target(closure, EdgeType::internal, v8::kSharedEdge);
  const NodeIndex script = shared ? script_of(graph, shared) : NodeIndex::none();
  if (!script || !graph.find_target(script, EdgeType::internal, v8::kScriptSourceEdge)) {
    return NodeIndex::none();
  }
  const NodeIndex name = graph.find_target(script, EdgeType::internal, v8::kScriptNameEdge);
  return name && v8::is_string(graph.type(name)) && !graph.name(name).empty() ? NodeIndex::none() : script;
}

std::string evaluated_text(const Candidate& candidate) {
  const SnapshotGraph& graph = candidate.heap.graph;
  std::set<std::uint32_t> scripts;
  std::vector<std::uint32_t> ids;
  std::size_t functions = 0;
  std::size_t evaluated = 0;
  NodeIndex last = NodeIndex::none();
  for (std::size_t i = 0; i < std::min(candidate.items.size(), kMaxItems); ++i) {
    const NodeIndex closure = function_of(graph, NodeIndex(candidate.items[i]));
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
  if (const NodeIndex source = graph.find_target(last, EdgeType::internal, v8::kScriptSourceEdge)) {
    // Code that was built at run time may have user data in its literals: the text is shown up to the first one only.
    const std::string code = text_of(graph, source);
    const std::string start =
        visible_text(std::string_view(code).substr(0, code.find_first_of("\"'`/")), kMaxCodePoints);
    text += start.empty() ? std::string() : fmt::format("; one starts with `{}`", start);
  }
  return text + ". A comment `//# sourceURL=name` in that code gives it a name.";
}

}  // namespace heapdiff::detectors
