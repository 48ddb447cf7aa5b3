// Counts of functions and their scopes, of listeners, of timers, and of code that was evaluated at run time.

#include "detectors/evidence.h"
#include "detectors/heap_checks.h"
#include "heapdiff/diff/runtime_scripts.h"
#include "heapdiff/snapshot/visible_text.h"
#include "v8/events.h"
#include "v8/functions.h"
#include "v8/node_predicates.h"
#include "v8/timers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iterator>
#include <map>
#include <set>
#include <unordered_map>

namespace heapdiff::detectors {

namespace {

constexpr std::size_t kMaxVariables = 3;
constexpr std::size_t kMaxLookedAt = 2000;  // items of which the script is read
constexpr std::size_t kMaxCodePoints = 60;  // of a script's text

bool is_closure(const SnapshotGraph& graph, NodeIndex n) { return n && graph.type(n) == NodeType::closure; }

}  // namespace

NodeIndex function_of(const SnapshotGraph& graph, NodeIndex item) {
  if (is_closure(graph, item)) {
    return v8::unwrap_function(graph, item);
  }
  for (const std::string_view member : v8::kListenerProperties) {
    if (const NodeIndex n = graph.find_target(item, EdgeType::property, member); is_closure(graph, n)) {
      return v8::unwrap_function(graph, n);
    }
  }
  const NodeIndex callback = graph.find_target(item, EdgeType::property, v8::kTimeoutCallback);
  return is_closure(graph, callback) ? v8::unwrap_function(graph, callback) : NodeIndex::none();
}

std::vector<std::uint32_t> HeapChecks::subjects() const {
  const std::string& name = c_.suspect.constructor;
  const ClassTest is_one(*this, name);
  const auto items = std::count_if(members().begin(), members().end(), is_one);
  if (static_cast<double>(items) >= gained(name).value()) {
    return members();
  }
  std::vector<std::uint32_t> found;
  std::copy_if(new_objects().begin(), new_objects().end(), std::back_inserter(found), is_one);
  return found;
}

std::vector<NodeIndex> HeapChecks::functions_of_items() const {
  std::vector<NodeIndex> functions;
  for (const std::uint32_t i : subjects()) {
    if (const NodeIndex function = function_of(graph_, NodeIndex(i))) {
      functions.push_back(function);
    }
  }
  return functions;
}

std::vector<LiteralShare> HeapChecks::literals() const {
  std::unordered_map<std::uint32_t, std::pair<NodeIndex, std::size_t>> by_shared;
  for (const NodeIndex function : functions_of_items()) {
    const NodeIndex shared = graph_.find_target(function, EdgeType::internal, v8::kSharedEdge);
    auto& entry = by_shared[shared ? shared.get() : function.get()];
    entry.first = function;
    ++entry.second;
  }
  // Evaluating one text twice makes two function literals; two literals of one line differ in their columns.
  std::map<std::pair<std::string, std::uint32_t>, std::size_t> by_words;
  for (const auto& entry : by_shared) {
    const auto place = place_of(graph_, entry.second.first);
    by_words[{literal_words(graph_, entry.second.first), place ? place->column : 0}] += entry.second.second;
  }
  std::vector<LiteralShare> shares;
  shares.reserve(by_words.size());
  for (const auto& [words, count] : by_words) {
    shares.push_back({words.first, Fact(FactKind::functions_of, static_cast<double>(count), words.first)});
  }
  std::stable_sort(shares.begin(), shares.end(),
                   [](const LiteralShare& a, const LiteralShare& b) { return a.count.value() > b.count.value(); });
  return shares;
}

Fact HeapChecks::functions() const { return {FactKind::functions, static_cast<double>(functions_of_items().size())}; }

bool HeapChecks::functions_are_of_runtime() const {
  const std::vector<NodeIndex> functions = functions_of_items();
  return !functions.empty() && std::all_of(functions.begin(), functions.end(), [&](NodeIndex function) {
    const auto place = place_of(graph_, function);
    return place && is_runtime_script(place->script);
  });
}

std::optional<Fact> HeapChecks::once_listeners() const {
  // The wrapper of `once` is a function with the listener as a property; a record of a package has a flag.
  const auto count = std::count_if(members().begin(), members().end(), [&](std::uint32_t i) {
    return is_closure(graph_, NodeIndex(i)) &&
           is_closure(graph_, graph_.find_target(NodeIndex(i), EdgeType::property, v8::kListenerProperty));
  });
  return count == 0 ? std::nullopt : std::optional(Fact(FactKind::once_listeners, static_cast<double>(count)));
}

std::optional<Fact> HeapChecks::scopes() const {
  std::set<std::uint32_t> scopes;
  for (const NodeIndex function : functions_of_items()) {
    if (const NodeIndex scope = graph_.find_target(function, EdgeType::internal, v8::kContextEdge)) {
      scopes.insert(scope.get());
    }
  }
  return scopes.empty() ? std::nullopt : std::optional(Fact(FactKind::scopes, static_cast<double>(scopes.size())));
}

bool HeapChecks::path_scope_is_of_functions() const {
  const NodeIndex scope = scope_on_path();
  const std::vector<NodeIndex> functions = functions_of_items();
  return scope && std::any_of(functions.begin(), functions.end(), [&](NodeIndex function) {
           return graph_.find_target(function, EdgeType::internal, v8::kContextEdge) == scope;
         });
}

std::vector<std::string> HeapChecks::sharers_of_scope() const {
  constexpr std::size_t kMaxSharers = 5;
  std::set<std::string> names;
  const NodeIndex scope = scope_on_path();
  for (std::uint32_t i = 0; scope && i < graph_.node_count() && names.size() < kMaxSharers; ++i) {
    if (graph_.type(NodeIndex(i)) == NodeType::closure &&
        graph_.find_target(NodeIndex(i), EdgeType::internal, v8::kContextEdge) == scope) {
      const std::string name = visible_text(graph_.name(NodeIndex(i)), 60);
      names.insert(name.empty() ? "(anonymous)" : name);
    }
  }
  return {names.begin(), names.end()};
}

NodeIndex HeapChecks::scope_on_path() const {
  for (std::size_t i = c_.holder_at + 1; i < c_.suspect.path.size(); ++i) {
    if (v8::is_context_class(c_.suspect.path[i].node)) {
      return node_of_id(graph_, c_.suspect.path[i].node_id);
    }
  }
  return NodeIndex::none();
}

std::vector<VariableSize> HeapChecks::variables() const {
  const NodeIndex scope = scope_on_path();
  std::vector<VariableSize> variables;
  if (!scope) {
    return variables;
  }
  for (const auto edge : graph_.edges(scope)) {
    // What others refer to as well would stay without the scope: null, a class, an object of the whole program.
    if (edge.type == EdgeType::context && c_.heap.dominators.of(edge.target) == scope) {
      const std::string name = visible_text(graph_.edge_name(edge), 60);
      const auto bytes = static_cast<double>(c_.heap.retained_size(edge.target));
      variables.push_back({name, Fact(FactKind::variable_bytes, bytes, name)});
    }
  }
  std::sort(variables.begin(), variables.end(), [](const VariableSize& a, const VariableSize& b) {
    return a.bytes.value() != b.bytes.value() ? a.bytes.value() > b.bytes.value() : a.name < b.name;
  });
  variables.resize(std::min(variables.size(), kMaxVariables), VariableSize{{}, Fact(FactKind::variable_bytes, 0)});
  return variables;
}

std::optional<std::pair<Fact, Fact>> HeapChecks::listeners() const {
  const Suspect& s = c_.suspect;
  if (s.emitter.empty() || s.event.empty()) {
    return std::nullopt;
  }
  const auto count = [&](std::size_t k) {
    const auto& known = c_.view.facts[k].listeners;
    const auto at = known.find({s.emitter, s.event});
    return Fact(FactKind::listeners, at == known.end() ? 0.0 : static_cast<double>(at->second),
                s.emitter + " " + s.event, k);
  };
  const Fact first = count(0);
  const Fact last = count(c_.view.facts.size() - 1);
  return last.value() > first.value() ? std::optional(std::pair(first, last)) : std::nullopt;
}

std::optional<HeapChecks::Timers> HeapChecks::timers() const {
  double all = 0;
  double pending = 0;
  double repeating = 0;
  for (const std::uint32_t i : new_objects()) {
    const NodeIndex timer(i);
    if (graph_.type(timer) != NodeType::object || graph_.name(timer) != v8::kTimeoutClass) {
      continue;
    }
    ++all;
    if (v8::is_pending_timer(graph_, timer)) {
      ++pending;
      repeating += v8::repeats(graph_, timer) ? 1 : 0;
    }
  }
  if (all == 0) {
    return std::nullopt;
  }
  return Timers{Fact(FactKind::new_timers, all), Fact(FactKind::timers_pending, pending),
                Fact(FactKind::timers_gone, all - pending), Fact(FactKind::timers_repeating, repeating),
                Fact(FactKind::timers_once, pending - repeating)};
}

std::optional<Fact> HeapChecks::timer_period() const {
  for (const SuspectStep& s : c_.near()) {
    if (s.node == v8::kTimersListClass && s.edge_type == EdgeType::element) {
      return Fact(FactKind::timer_period, std::atof(s.edge.c_str()));
    }
  }
  return std::nullopt;
}

std::optional<std::pair<Fact, Fact>> HeapChecks::pending_timers() const {
  const std::size_t last = c_.view.facts.size() - 1;
  const Fact first_count(FactKind::pending_timers, static_cast<double>(c_.view.facts[0].pending_timers), {}, 0);
  const Fact last_count(FactKind::pending_timers, static_cast<double>(c_.view.facts[last].pending_timers), {}, last);
  return last_count.value() > first_count.value() ? std::optional(std::pair(first_count, last_count)) : std::nullopt;
}

std::optional<HeapChecks::EvaluatedCode> HeapChecks::evaluated_code() const {
  std::set<std::uint32_t> scripts;
  std::vector<std::uint32_t> ids;
  std::size_t functions = 0;
  std::size_t evaluated = 0;
  NodeIndex last = NodeIndex::none();
  for (std::size_t i = 0; i < std::min(members().size(), kMaxLookedAt); ++i) {
    const NodeIndex closure = function_of(graph_, NodeIndex(members()[i]));
    if (!closure) {
      continue;
    }
    ++functions;
    const NodeIndex script = evaluated_script_of(graph_, closure);
    if (!script) {
      continue;
    }
    ++evaluated;
    last = script;
    if (const Location* at = graph_.locations().find(closure); at != nullptr && scripts.insert(script.get()).second) {
      ids.push_back(at->script_id);
    }
  }
  if (evaluated == 0 || 2 * evaluated < functions) {
    return std::nullopt;
  }
  EvaluatedCode code{Fact(FactKind::looked_at, static_cast<double>(functions)),
                     Fact(FactKind::evaluated, static_cast<double>(evaluated)),
                     std::nullopt,
                     std::nullopt,
                     std::nullopt,
                     {}};
  if (!ids.empty()) {
    const auto [low, high] = std::minmax_element(ids.begin(), ids.end());
    code.scripts = Fact(FactKind::scripts, static_cast<double>(ids.size()));
    code.lowest_id = Fact(FactKind::script_id, *low);
    code.highest_id = Fact(FactKind::script_id, *high);
  }
  if (const NodeIndex source = graph_.find_target(last, EdgeType::internal, v8::kScriptSourceEdge)) {
    // Code that was built at run time may have user data in its literals: the text is shown up to the first one only.
    const std::string text = text_of(graph_, source);
    code.start = visible_text(std::string_view(text).substr(0, text.find_first_of("\"'`/")), kMaxCodePoints);
  }
  return code;
}

}  // namespace heapdiff::detectors
