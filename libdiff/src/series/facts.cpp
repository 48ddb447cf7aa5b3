#include "heapdiff/diff/facts.h"

#include "heapdiff/diff/runtime_scripts.h"
#include "heapdiff/internal/background_task.h"
#include "heapdiff/snapshot/detail/ascii.h"
#include "heapdiff/snapshot/file_position.h"
#include "heapdiff/snapshot/visible_text.h"
#include "series/closure_facts.h"
#include "v8/bun.h"
#include "v8/collections.h"
#include "v8/events.h"
#include "v8/functions.h"
#include "v8/node_predicates.h"
#include "v8/objects.h"
#include "v8/promises.h"
#include "v8/strings.h"
#include "v8/timers.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>

namespace heapdiff {

namespace {

/// Number of listeners in the value of one event: 1 for a function, the length of an array.
std::int64_t listeners_in(const SnapshotGraph& graph, NodeIndex value) {
  if (graph.type(value) != NodeType::object || graph.name(value) != v8::kArrayClass) {
    return 1;
  }
  const NodeIndex elements = graph.find_target(value, EdgeType::internal, v8::kElementsEdge);
  std::int64_t count = 0;
  for (const auto edge : graph.edges(value)) {
    count += edge.type == EdgeType::element ? 1 : 0;
  }
  if (count == 0 && elements) {
    for (const auto edge : graph.edges(elements)) {
      const NodeType type = graph.type(edge.target);
      count += type == NodeType::closure || type == NodeType::object ? 1 : 0;
    }
  }
  return count;
}

void collect_listeners_and_timers(const Heap& heap, Facts& facts) {
  const SnapshotGraph& graph = heap.graph;
  const PrototypeOwners owners(graph);
  for (std::uint32_t i = 0; i < graph.node_count(); ++i) {
    const NodeIndex n(i);
    if (graph.type(n) == NodeType::object && graph.name(n) == v8::kTimeoutClass && v8::is_pending_timer(graph, n)) {
      ++facts.pending_timers;
    }
    // A function can be an emitter too: the application of express is one.
    if (graph.type(n) != NodeType::object && graph.type(n) != NodeType::closure) {
      continue;
    }
    const NodeIndex events = graph.find_target(n, EdgeType::property, v8::kEventsProperty);
    if (!events || graph.type(events) != NodeType::object) {
      continue;
    }
    for (const auto edge : graph.edges(events)) {
      if (edge.type != EdgeType::property) {
        continue;
      }
      const std::string_view event = graph.edge_name(edge);
      const NodeType type = graph.type(edge.target);
      if (event == v8::kPrototypeOfInstance || (type != NodeType::closure && type != NodeType::object)) {
        continue;
      }
      facts.listeners[{owners.made_by(heap, n), fold_data(visible_text(event, 120))}] +=
          listeners_in(graph, edge.target);
    }
  }
}

}  // namespace

std::uint64_t Facts::own_bytes_at_least(std::uint64_t id) const {
  const auto at = std::lower_bound(large_objects.begin(), large_objects.end(), std::pair(id, std::uint64_t{0}));
  return at != large_objects.end() && at->first == id ? at->second : kLargeOwnBytes;
}

Facts without_objects(const Facts& facts) {
  Facts copy;
  copy.input = facts.input;
  copy.node_count = facts.node_count;
  copy.edge_count = facts.edge_count;
  copy.total_bytes = facts.total_bytes;
  copy.native_bytes = facts.native_bytes;
  copy.allocation_traces = facts.allocation_traces;
  copy.fresh_ids = facts.fresh_ids;
  copy.runtime = facts.runtime;
  copy.captured_ns = facts.captured_ns;
  copy.captured_source = facts.captured_source;
  copy.captured_is_absolute = facts.captured_is_absolute;
  copy.constructors = facts.constructors;
  copy.closures = facts.closures;
  copy.listeners = facts.listeners;
  return copy;
}

std::string text_of(const SnapshotGraph& graph, NodeIndex string) {
  constexpr std::size_t kMaxParts = 64;
  std::string text;
  std::vector<NodeIndex> open{string};
  for (std::size_t parts = 0; !open.empty() && parts < kMaxParts; ++parts) {
    const NodeIndex n = open.back();
    open.pop_back();
    if (graph.type(n) == NodeType::sliced_string) {
      continue;  // the snapshot has the string that it is a part of, but not the position
    }
    if (graph.type(n) != NodeType::concatenated_string) {
      text += graph.name(n);
      continue;
    }
    for (const std::string_view half : {v8::kSecondHalfEdge, v8::kFirstHalfEdge}) {
      if (const NodeIndex part = graph.find_target(n, EdgeType::internal, half)) {
        open.push_back(part);
      }
    }
  }
  return text;
}

bool is_masked_text(std::string_view text) {
  constexpr std::size_t kTagLetters = 13;
  const auto is_tag = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); };
  return text.size() >= kTagLetters && std::all_of(text.begin(), text.begin() + kTagLetters, is_tag) &&
         text.find_first_not_of('~', kTagLetters) == std::string_view::npos;
}

std::string CodePlace::text() const { return line == 0 ? script : fmt::format("{}:{}", script, line); }

PrototypeOwners::PrototypeOwners(const SnapshotGraph& graph) {
  for (std::uint32_t i = 0; i < graph.node_count(); ++i) {
    const NodeIndex n(i);
    if (graph.type(n) != NodeType::closure || graph.name(n).empty()) {
      continue;
    }
    if (const NodeIndex prototype = graph.find_target(n, EdgeType::property, v8::kPrototypeOfFunction)) {
      owner_of_.try_emplace(prototype.get(), n);
    }
  }
}

std::string PrototypeOwners::made_by(const Heap& heap, NodeIndex n) const {
  if (heap.graph.type(n) == NodeType::closure && !heap.graph.name(n).empty()) {
    return visible_text(heap.graph.name(n), 80);
  }
  const NodeIndex prototype = heap.graph.find_target(n, EdgeType::property, v8::kPrototypeOfInstance);
  const auto owner = prototype ? owner_of_.find(prototype.get()) : owner_of_.end();
  return visible_text(owner == owner_of_.end() ? heap.classes.name(n) : heap.graph.name(owner->second), 80);
}

std::uint8_t fingerprint(const SnapshotGraph& graph, NodeIndex n) {
  const auto type = static_cast<XXH64_hash_t>(graph.type(n));
  // The names of other nodes do not identify them: the texts of strings are not kept, and code and hidden classes
  // change their names when V8 optimises.
  const NodeType kind = graph.type(n);
  const bool named = kind == NodeType::object || kind == NodeType::closure;
  const std::string_view name = named ? graph.name(n) : std::string_view();
  return static_cast<std::uint8_t>(XXH3_64bits_withSeed(name.data(), name.size(), type));
}

std::string fold_data(std::string_view name) {
  std::string out;
  std::size_t i = 0;
  const auto is_word = [](char c) { return ascii::is_alphanumeric(c) || ascii::is_beyond(c); };
  while (i < name.size()) {
    if (!is_word(name[i])) {
      out += name[i++];
      continue;
    }
    std::size_t end = i;
    bool digit = false;
    while (end < name.size() && is_word(name[end])) {
      digit |= ascii::is_digit(name[end]);
      ++end;
    }
    if (digit) {
      if (out.size() < 2 || !(out.ends_with("*-") || out.ends_with("*."))) {
        out += '*';
      } else {
        out.pop_back();  // "3f2a-77b0": one piece of data
      }
    } else {
      out.append(name.substr(i, end - i));
    }
    i = end;
  }
  return out;
}

NodeIndex script_of(const SnapshotGraph& graph, NodeIndex shared) {
  NodeIndex script = NodeIndex::none();
  for (const std::string_view edge : v8::kScriptEdges) {
    script = script ? script : graph.find_target(shared, EdgeType::internal, edge);
  }
  if (!script || graph.find_target(script, EdgeType::internal, v8::kScriptNameEdge)) {
    return script;
  }
  // This is a DebugInfo. V8 writes its fields as hidden edges, and only that to the Script leads to code with a source.
  for (const auto edge : graph.edges(script)) {
    if (edge.type == EdgeType::hidden && graph.type(edge.target) == NodeType::code &&
        graph.find_target(edge.target, EdgeType::internal, v8::kScriptSourceEdge)) {
      return edge.target;
    }
  }
  return script;
}

std::optional<CodePlace> place_of(const SnapshotGraph& graph, NodeIndex n) {
  const Location* location = graph.locations().find(n);
  NodeIndex script = location != nullptr ? location->script : NodeIndex::none();
  NodeIndex function = n;
  if (graph.type(n) != NodeType::closure) {
    const NodeIndex generator_function = graph.find_target(n, EdgeType::internal, v8::kGeneratorFunctionEdge);
    if (generator_function && graph.type(generator_function) == NodeType::closure) {
      function = generator_function;
    } else if (!script) {
      // An instance: the prototype refers to the function of the class.
      const NodeIndex prototype = graph.find_target(n, EdgeType::property, v8::kPrototypeOfInstance);
      const NodeIndex constructor =
          prototype ? graph.find_target(prototype, EdgeType::property, v8::kConstructorProperty) : NodeIndex::none();
      if (constructor && graph.type(constructor) == NodeType::closure) {
        function = constructor;
      }
    }
  }
  if (location == nullptr) {
    location = graph.locations().find(function);
  }
  if (location == nullptr || !is_inside_file(location->line)) {
    return std::nullopt;
  }
  if (!script) {
    const NodeIndex shared = graph.find_target(function, EdgeType::internal, v8::kSharedEdge);
    script = shared ? script_of(graph, shared) : NodeIndex::none();
  }
  CodePlace place;
  place.line = location->line + 1;
  place.column = is_inside_file(location->column) ? location->column + 1 : 0;
  if (script) {
    const NodeIndex name = graph.find_target(script, EdgeType::internal, v8::kScriptNameEdge);
    // The name of a script that was imported by a path is a slice of its URL. The node of the Script has the whole URL.
    const bool is_slice = name && graph.type(name) == NodeType::sliced_string;
    place.script =
        name ? plain_script_name(visible_text(is_slice ? std::string(graph.name(script)) : text_of(graph, name)))
             : std::string();
    const NodeIndex source = graph.find_target(script, EdgeType::internal, v8::kScriptSourceEdge);
    place.source = source ? text_of(graph, source) : std::string();
    if (is_masked_text(place.source)) {
      place.source.clear();
    }
  }
  if (place.script.empty()) {
    return std::nullopt;
  }
  return place;
}

Facts collect(const Heap& heap, FactsFor use) {
  const SnapshotGraph& graph = heap.graph;
  Facts facts;
  facts.input = heap.input;
  facts.node_count = graph.node_count();
  facts.edge_count = graph.edge_count();
  facts.total_bytes = graph.total_self_size();
  facts.native_bytes = heap.statistics.native;
  facts.allocation_traces = graph.has_allocation_traces();
  facts.fresh_ids = v8::is_of_bun(graph);
  facts.runtime = runtime_of(graph);
  // This task writes `closures`, `listeners` and `pending_timers`, the loops below write all other facts.
  internal::BackgroundTask closures_and_listeners([&] {
    if (use == FactsFor::one_snapshot) {
      return;  // closures and listeners are counted where they pile up
    }
    facts.closures = series::closures_by_literal(heap);
    collect_listeners_and_timers(heap, facts);
    if (use == FactsFor::series) {
      facts.process = collect_process_evidence(graph);
    }
  });
  const Column<std::uint32_t> by_id = use == FactsFor::series ? objects_by_id(graph) : Column<std::uint32_t>();
  facts.objects = ObjectFacts(by_id.size());
  for (std::size_t k = 0; k < by_id.size(); ++k) {
    const NodeIndex n(by_id[k]);
    facts.objects.add({graph.id(n), heap.retained_size(n), fingerprint(graph, n)});
    if (graph.self_size(n) >= Facts::kLargeOwnBytes) {
      facts.large_objects.emplace_back(graph.id(n), graph.self_size(n));
    }
  }
  for (const ConstructorRow& row : heap.constructors) {
    GroupFact& into = facts.constructors[visible_text(heap.classes.info(row.constructor).name, 120)];
    into.count += static_cast<std::int64_t>(row.count);
    into.self_bytes += static_cast<std::int64_t>(row.self_bytes);
    into.retained_bytes += static_cast<std::int64_t>(row.retained_bytes);
  }
  closures_and_listeners.get();
  return facts;
}

IdentityCheck compare_identity(const Facts& older, const Facts& newer) {
  IdentityCheck check;
  check.evidence = compare_evidence(older.process, newer.process);
  check.fresh_ids = older.fresh_ids && newer.fresh_ids;
  auto a = older.objects.begin();
  auto b = newer.objects.begin();
  while (a != older.objects.end() && b != newer.objects.end()) {
    if (a->id < b->id) {
      ++a;
    } else if (b->id < a->id) {
      ++b;
    } else {
      ++check.shared;
      check.agreeing += a->fingerprint == b->fingerprint ? 1U : 0U;
      ++a;
      ++b;
    }
  }
  return check;
}

}  // namespace heapdiff
