#include "suspects/timer_callbacks.h"

#include "heapdiff/diff/facts.h"
#include "heapdiff/diff/runtime_scripts.h"
#include "heapdiff/snapshot/visible_text.h"
#include "v8/functions.h"
#include "v8/node_predicates.h"

#include <fmt/format.h>

#include <cstddef>
#include <set>

namespace heapdiff::suspects {

std::string TimerCallbacks::text_of(NodeIndex timer) {
  const NodeIndex callback = v8::timer_callback(graph_, timer);
  if (!callback) {
    return {};
  }
  const NodeIndex function = v8::unwrap_function(graph_, callback);
  const NodeIndex shared = graph_.find_target(function, EdgeType::internal, v8::kSharedEdge);
  const auto [known, is_new] = by_literal_.try_emplace(shared ? shared.get() : function.get());
  if (is_new) {
    const auto place = place_of(graph_, function);
    if (place && !is_runtime_script(place->script)) {
      const std::size_t slash = place->script.find_last_of("/\\");
      const std::string name = visible_text(graph_.name(function), 80);
      known->second = place->script.substr(slash == std::string::npos ? 0 : slash + 1) + " " +
                      (name.empty() ? variables_of(function) : name);
    }
  }
  return known->second;
}

std::string TimerCallbacks::variables_of(NodeIndex function) const {
  constexpr std::size_t kMaxVariables = 4;
  std::set<std::string> names;
  if (const NodeIndex context = graph_.find_target(function, EdgeType::internal, v8::kContextEdge)) {
    for (const auto edge : graph_.edges(context)) {
      if (edge.type == EdgeType::context && names.size() < kMaxVariables) {
        names.insert(visible_text(graph_.edge_name(edge), 40));
      }
    }
  }
  return fmt::format("({})", fmt::join(names, ", "));
}

}  // namespace heapdiff::suspects
