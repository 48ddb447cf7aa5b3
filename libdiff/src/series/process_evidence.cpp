#include "heapdiff/diff/process_evidence.h"

#include "heapdiff/diff/facts.h"
#include "v8/edge_lookup.h"
#include "v8/functions.h"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace heapdiff {

namespace {

constexpr std::uint64_t kMaxTableGrowth = 4;

std::uint32_t hash_of_ids(std::uint64_t a, std::uint64_t b) {
  const std::array<std::uint64_t, 2> ids{a, b};
  return static_cast<std::uint32_t>(XXH3_64bits(ids.data(), sizeof(ids)));
}

bool has_script(const SnapshotGraph& graph, NodeIndex shared) {
  const NodeIndex script = script_of(graph, shared);
  return script && graph.find_target(script, EdgeType::internal, v8::kScriptSourceEdge);
}

void collect_functions(const SnapshotGraph& graph, ProcessEvidence& evidence) {
  struct Function {
    NodeIndex closure, shared;
  };
  std::vector<Function> functions;
  v8::EdgeLookup shared_of(graph, v8::kSharedEdge);
  v8::EdgeLookup context_of(graph, "context");
  Column<std::uint8_t> closures_of(graph.node_count());  // by SharedFunctionInfo: 0, 1 or 2 for more
  for (std::uint32_t i = 0; i < graph.node_count(); ++i) {
    const NodeIndex n(i);
    if (graph.type(n) != NodeType::closure) {
      continue;
    }
    const NodeIndex shared = shared_of.target_of(n);
    if (shared) {
      closures_of[shared.get()] = closures_of[shared.get()] == 0 ? 1 : 2;
      functions.push_back({n, shared});
    }
  }
  for (const Function& f : functions) {
    if (closures_of[f.shared.get()] == 1 && (graph.id(f.closure) & 1U) != 0 && has_script(graph, f.shared)) {
      const NodeIndex context = context_of.target_of(f.closure);
      evidence.functions.emplace_back(graph.id(f.closure),
                                      hash_of_ids(graph.id(f.shared), context ? graph.id(context) : 0));
    }
  }
  std::sort(evidence.functions.begin(), evidence.functions.end());
}

/// The global object of a native context; none where the snapshot does not show it.
NodeIndex global_of(const SnapshotGraph& graph, NodeIndex native_context) {
  for (const std::string_view edge : v8::kGlobalObjectEdges) {
    if (const NodeIndex global = graph.find_target(native_context, EdgeType::internal, edge)) {
      return global;
    }
  }
  return NodeIndex::none();
}

ProcessEvidence::Realm realm_of(const SnapshotGraph& graph, NodeIndex global) {
  ProcessEvidence::Realm realm;
  realm.id = graph.id(global);
  realm.table_bytes = graph.self_size(global);
  if (const NodeIndex table = graph.find_target(global, EdgeType::internal, "properties")) {
    realm.table_bytes += graph.self_size(table);
  }
  std::vector<std::uint32_t>& names = realm.names;
  const auto is_host_function = [&](NodeIndex n) {
    const NodeIndex shared = graph.type(n) == NodeType::closure
                                 ? graph.find_target(n, EdgeType::internal, v8::kSharedEdge)
                                 : NodeIndex::none();
    return shared && !has_script(graph, shared);
  };
  for (const auto edge : graph.edges(global)) {
    if (edge.type == EdgeType::property) {
      const std::string_view name = graph.edge_name(edge);
      // An accessor is one entry of the table, and the order of its three edges is fixed: "x", "get x", "set x".
      if (name.starts_with("get ") || name.starts_with("set ")) {
        continue;
      }
      names.push_back(static_cast<std::uint32_t>(XXH3_64bits(name.data(), name.size())));
      if (is_host_function(edge.target)) {
        realm.host_functions.emplace_back(names.back(), graph.id(edge.target));
      }
    }
  }
  if (names.size() > ProcessEvidence::kMaxNames) {
    std::vector<std::uint32_t> lowest = names;
    const auto last = lowest.begin() + ProcessEvidence::kMaxNames;
    std::nth_element(lowest.begin(), last, lowest.end());
    std::erase_if(names, [limit = *last](std::uint32_t name) { return name >= limit; });
    std::erase_if(realm.host_functions, [limit = *last](const auto& function) { return function.first >= limit; });
  }
  std::sort(realm.host_functions.begin(), realm.host_functions.end());
  return realm;
}

void collect_realms(const SnapshotGraph& graph, ProcessEvidence& evidence) {
  std::vector<std::pair<std::uint64_t, NodeIndex>> globals;
  for (std::uint32_t i = 0; i < graph.node_count(); ++i) {
    const NodeIndex n(i);
    // Their type is "hidden" in Node and "native" in Chromium.
    const bool may_be = graph.type(n) == NodeType::hidden || graph.type(n) == NodeType::native;
    if (may_be && v8::is_native_context_name(graph.name(n))) {
      if (const NodeIndex global = global_of(graph, n); global && (graph.id(global) & 1U) != 0) {
        globals.emplace_back(graph.id(global), global);
      }
    }
  }
  std::sort(globals.begin(), globals.end());
  globals.resize(std::min(globals.size(), ProcessEvidence::kMaxRealms));
  for (const auto& [id, global] : globals) {
    evidence.realms.push_back(realm_of(graph, global));
  }
}

/// Pairs of neighbours in `ranks` of which the second is larger.
std::uint64_t ascents(const std::vector<std::uint32_t>& ranks) {
  std::uint64_t count = 0;
  for (std::size_t i = 1; i < ranks.size(); ++i) {
    count += ranks[i - 1] < ranks[i] ? 1U : 0U;
  }
  return count;
}

/// Where each of the names of both lists is in `in`, in the order of `by`.
std::vector<std::uint32_t> ranks_of(const std::vector<std::uint32_t>& in, const std::vector<std::uint32_t>& by) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> places;  // name, place
  places.reserve(in.size());
  for (const std::uint32_t name : in) {
    places.emplace_back(name, static_cast<std::uint32_t>(places.size()));
  }
  std::sort(places.begin(), places.end());
  std::vector<std::uint32_t> ranks;
  for (const std::uint32_t name : by) {
    const auto at = std::lower_bound(places.begin(), places.end(), std::pair(name, std::uint32_t{0}));
    if (at != places.end() && at->first == name) {
      ranks.push_back(at->second);
    }
  }
  return ranks;
}

/// Calls `both(a, b)` for entries of equal id; `id` reads it.
template <typename List, typename Id, typename Both>
void for_each_in_both(const List& older, const List& newer, Id id, Both both) {
  auto a = older.begin();
  auto b = newer.begin();
  while (a != older.end() && b != newer.end()) {
    if (id(*a) < id(*b)) {
      ++a;
    } else if (id(*b) < id(*a)) {
      ++b;
    } else {
      both(*a++, *b++);
    }
  }
}

void compare_realm(const ProcessEvidence::Realm& older, const ProcessEvidence::Realm& newer, EvidenceCheck& check) {
  for_each_in_both(
      older.host_functions, newer.host_functions, [](const auto& function) { return function.first; },
      [&](const auto& a, const auto& b) {
        ++check.host_functions;
        check.same_host_functions += a.second == b.second ? 1U : 0U;
      });
  if (older.table_bytes > kMaxTableGrowth * newer.table_bytes ||
      newer.table_bytes > kMaxTableGrowth * older.table_bytes) {
    return;
  }
  const std::vector<std::uint32_t> forth = ranks_of(older.names, newer.names);
  if (forth.size() < 2) {
    return;
  }
  // A table that grows splits into ordered parts, one that shrinks mixes two: each is ordered in one direction.
  const std::uint64_t ordered = std::max(ascents(forth), ascents(ranks_of(newer.names, older.names)));
  check.name_pairs += forth.size() - 1;
  check.ordered_pairs += std::min<std::uint64_t>(ordered, forth.size() - 1);
}

}  // namespace

ProcessEvidence collect_process_evidence(const SnapshotGraph& graph) {
  ProcessEvidence evidence;
  if (!graph.has_edges() || !graph.has_edge_names()) {
    return evidence;
  }
  collect_functions(graph, evidence);
  collect_realms(graph, evidence);
  return evidence;
}

EvidenceCheck compare_evidence(const ProcessEvidence& older, const ProcessEvidence& newer) {
  EvidenceCheck check;
  for_each_in_both(
      older.functions, newer.functions, [](const auto& function) { return function.first; },
      [&](const auto& a, const auto& b) {
        ++check.functions;
        check.same_functions += a.second == b.second ? 1U : 0U;
      });
  for_each_in_both(
      older.realms, newer.realms, [](const auto& realm) { return realm.id; },
      [&](const auto& a, const auto& b) { compare_realm(a, b, check); });
  return check;
}

}  // namespace heapdiff
