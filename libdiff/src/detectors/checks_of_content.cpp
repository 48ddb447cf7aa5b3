// Counts of what accumulations consist of: promises, memory outside of the heap, DOM nodes, pooled objects, strings.

#include "detectors/evidence.h"
#include "detectors/heap_checks.h"
#include "heapdiff/snapshot/visible_text.h"
#include "v8/buffers.h"
#include "v8/collections.h"
#include "v8/dom.h"
#include "v8/modules.h"
#include "v8/node_predicates.h"
#include "v8/promises.h"
#include "v8/runtime_collections.h"
#include "v8/strings.h"

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>
#include <set>
#include <unordered_map>
#include <unordered_set>

namespace heapdiff::detectors {

namespace {

/// Objects of an accumulation whose class name passes a test.
double objects_where(const Candidate& c, const std::function<bool(std::string_view)>& test) {
  double count = 0;
  for (const auto& [constructor, counts] : c.group.class_counts) {
    if (test(c.heap.classes.info(ClassIndex(constructor)).name)) {
      count += std::accumulate(counts.begin(), counts.end(), 0.0);
    }
  }
  return count;
}

bool is_promise(const SnapshotGraph& graph, NodeIndex n) {
  return graph.type(n) == NodeType::object && graph.name(n) == v8::kPromiseClass;
}

/// The promise that a promise waits for, as far as the heap shows it: the next one that dominates it, where that keeps
/// it through a reaction. A reaction runs when its promise settles. None for other nodes.
NodeIndex awaited_by(const Heap& heap, NodeIndex promise) {
  constexpr int kMaxBetween = 12;  // a reaction, a function, its scope, a suspended function
  if (!is_promise(heap.graph, promise)) {
    return NodeIndex::none();
  }
  NodeIndex below = promise;
  NodeIndex at = heap.dominators.of(promise);
  for (int step = 0; step < kMaxBetween && at != SnapshotGraph::root(); ++step) {
    if (is_promise(heap.graph, at)) {
      return v8::is_promise_reaction(heap.graph, below) ? at : NodeIndex::none();
    }
    below = at;
    at = heap.dominators.of(at);
  }
  return NodeIndex::none();
}

/// A generator is named after its function, so it is recognised by its frame and its function.
bool is_suspended(const SnapshotGraph& graph, NodeIndex n) {
  return graph.type(n) == NodeType::object && graph.find_target(n, EdgeType::internal, v8::kGeneratorFrameEdge) &&
         graph.find_target(n, EdgeType::internal, v8::kGeneratorFunctionEdge);
}

}  // namespace

std::optional<Fact> HeapChecks::waiters() const {
  double count = 0;
  for (const std::uint32_t n : new_objects()) {
    count += v8::is_promise_reaction(graph_, NodeIndex(n)) ? 1 : 0;
  }
  return count == 0 ? std::nullopt : std::optional(Fact(FactKind::waiters, count));
}

std::optional<Fact> HeapChecks::waiters_of_holder() const {
  std::unordered_set<std::uint32_t> seen;
  for (NodeIndex at = v8::first_reaction(graph_, c_.holder); at && seen.insert(at.get()).second;) {
    at = v8::next_reaction(graph_, at);
  }
  return seen.empty() ? std::nullopt
                      : std::optional(Fact(FactKind::waiters_of_holder, static_cast<double>(seen.size())));
}

std::optional<HeapChecks::Waits> HeapChecks::waits() const {
  double older = 0;
  double newer = 0;
  for (const std::uint32_t i : new_objects()) {
    const NodeIndex keeper = awaited_by(c_.heap, NodeIndex(i));
    if (!keeper) {
      continue;
    }
    const auto& first_seen = c_.view.cohorts.first_seen;
    older += first_seen[keeper.get()] < first_seen[i] ? 1 : 0;
    newer += first_seen[keeper.get()] > first_seen[i] ? 1 : 0;
  }
  return older + newer == 0
             ? std::nullopt
             : std::optional(Waits{Fact(FactKind::waits_for_older, older), Fact(FactKind::waits_for_newer, newer)});
}

std::optional<Fact> HeapChecks::waiters_of_head() const {
  // The uppermost promise above each new one; from it hang all others of its chain.
  std::unordered_map<std::uint32_t, std::uint32_t> heads;  // promise to the head of its chain
  std::unordered_map<std::uint32_t, std::size_t> sizes;
  for (const std::uint32_t i : new_objects()) {
    if (!is_promise(graph_, NodeIndex(i))) {
      continue;
    }
    std::vector<std::uint32_t> way;
    NodeIndex at(i);
    auto known = heads.find(i);
    while (known == heads.end()) {
      way.push_back(at.get());
      const NodeIndex above = awaited_by(c_.heap, at);
      if (!above) {
        break;
      }
      at = above;
      known = heads.find(at.get());
    }
    const std::uint32_t head = known == heads.end() ? at.get() : known->second;
    for (const std::uint32_t n : way) {
      heads[n] = head;
    }
    ++sizes[head];
  }
  std::uint32_t most = 0;
  for (const auto& [head, size] : sizes) {
    const std::size_t best = most == 0 ? 0 : sizes[most];
    most = size > best || (size == best && head < most) ? head : most;
  }
  double count = 0;
  std::unordered_set<std::uint32_t> seen;
  for (NodeIndex at = most == 0 ? NodeIndex::none() : v8::first_reaction(graph_, NodeIndex(most));
       at && seen.insert(at.get()).second; at = v8::next_reaction(graph_, at)) {
    ++count;
  }
  return count == 0 ? std::nullopt : std::optional(Fact(FactKind::waiters_of_head, count));
}

std::optional<Fact> HeapChecks::suspended() const {
  const double count = objects_where(c_, [](std::string_view name) { return v8::is_generator_class(name); });
  return count == 0 ? std::nullopt : std::optional(Fact(FactKind::suspended, count));
}

std::optional<Fact> HeapChecks::generators() const {
  double count = 0;
  for (const std::uint32_t n : new_objects()) {
    const bool by_class =
        graph_.type(NodeIndex(n)) == NodeType::object && v8::is_generator_class(graph_.name(NodeIndex(n)));
    count += by_class || is_suspended(graph_, NodeIndex(n)) ? 1 : 0;
  }
  return count == 0 ? std::nullopt : std::optional(Fact(FactKind::generators, count));
}

bool HeapChecks::most_items_are_generators() const {
  const auto count = std::count_if(members().begin(), members().end(),
                                   [&](std::uint32_t i) { return is_suspended(graph_, NodeIndex(i)); });
  return 2 * static_cast<std::size_t>(count) > members().size();
}

std::optional<LiteralShare> HeapChecks::generator_function() const {
  std::map<std::string, double> by_function;
  for (const std::uint32_t i : members()) {
    const NodeIndex function = graph_.find_target(NodeIndex(i), EdgeType::internal, v8::kGeneratorFunctionEdge);
    if (function && graph_.type(function) == NodeType::closure) {
      ++by_function[literal_words(graph_, function)];
    }
  }
  const auto most = std::max_element(by_function.begin(), by_function.end(),
                                     [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == by_function.end()
             ? std::nullopt
             : std::optional(LiteralShare{most->first, Fact(FactKind::generators_of, most->second, most->first)});
}

Fact HeapChecks::new_bytes() const { return {FactKind::new_bytes, static_cast<double>(c_.content.total)}; }

std::optional<Fact> HeapChecks::bytes_for_each(std::string_view name) const {
  const double count = gained(name).value();
  return count == 0 ? std::nullopt
                    : std::optional(Fact(FactKind::bytes_for_each, new_bytes().value() / count, std::string(name)));
}

Fact HeapChecks::off_heap_bytes() const { return {FactKind::off_heap_bytes, static_cast<double>(c_.content.off_heap)}; }

Fact HeapChecks::in_heap_bytes() const {
  return {FactKind::in_heap_bytes, static_cast<double>(c_.content.total - c_.content.off_heap)};
}

Fact HeapChecks::buffers() const { return {FactKind::buffers, objects_where(c_, v8::is_array_buffer_class)}; }

Fact HeapChecks::views() const { return {FactKind::views, objects_where(c_, v8::is_buffer_view_class)}; }

std::optional<Fact> HeapChecks::bytes_per_buffer() const {
  const double count = buffers().value();
  return count == 0 ? std::nullopt
                    : std::optional(Fact(FactKind::bytes_per_buffer, static_cast<double>(c_.content.off_heap) / count));
}

std::vector<ClassShare> HeapChecks::detached_nodes() const {
  std::map<std::string, double> by_class;
  for (const auto& [constructor, counts] : c_.group.class_counts) {
    const std::string_view name = c_.heap.classes.info(ClassIndex(constructor)).name;
    if (v8::is_detached_dom_node_class(name)) {
      by_class[visible_text(name.substr(v8::kDetachedPrefix.size()), 60)] +=
          std::accumulate(counts.begin(), counts.end(), 0.0);
    }
  }
  std::vector<ClassShare> shares;
  shares.reserve(by_class.size());
  for (const auto& [name, count] : by_class) {
    shares.push_back({name, Fact(FactKind::dom_nodes_of, count, name)});
  }
  std::stable_sort(shares.begin(), shares.end(),
                   [](const ClassShare& a, const ClassShare& b) { return a.count.value() > b.count.value(); });
  return shares;
}

Fact HeapChecks::dom_nodes() const { return {FactKind::dom_nodes, objects_where(c_, v8::is_detached_dom_node_class)}; }

std::optional<Fact> HeapChecks::attached_nodes() const {
  double count = 0;
  for (std::uint32_t i = 0; i < graph_.node_count(); ++i) {
    const std::string_view name = c_.heap.classes.name(NodeIndex(i));
    count += graph_.type(NodeIndex(i)) == NodeType::native && v8::is_dom_node_class(name) &&
                     !v8::is_detached_dom_node_class(name)
                 ? 1
                 : 0;
  }
  return count == 0 ? std::nullopt : std::optional(Fact(FactKind::attached_nodes, count));
}

std::vector<ClassShare> HeapChecks::books(std::uint64_t pool_id) const {
  std::vector<ClassShare> books;
  const NodeIndex pool = node_of_id(graph_, pool_id);
  if (!pool) {
    return books;
  }
  for (const auto edge : graph_.edges(pool)) {
    if (edge.type != EdgeType::property || !v8::is_keyed_collection_class(graph_.name(edge.target))) {
      continue;
    }
    std::set<std::uint32_t> found;
    std::vector<NodeIndex> stores{edge.target};
    for (std::size_t i = 0; i < stores.size(); ++i) {
      for (const auto entry : graph_.edges(stores[i])) {
        if (std::binary_search(members().begin(), members().end(), entry.target.get())) {
          found.insert(entry.target.get());
        } else if (i == 0 && graph_.type(entry.target) == NodeType::array) {
          stores.push_back(entry.target);
        }
      }
    }
    const std::string name = visible_text(graph_.edge_name(edge), 60);
    books.push_back({name, Fact(FactKind::on_the_books, static_cast<double>(found.size()), name)});
  }
  return books;
}

std::optional<Fact> HeapChecks::modules_of_one_file() const {
  // The text of the path is not kept. Node gives the modules of one file the same string.
  std::map<std::uint32_t, std::size_t> by_path;
  std::size_t most = 0;
  for (const std::uint32_t i : members()) {
    const NodeIndex path = graph_.find_target(NodeIndex(i), EdgeType::property, v8::kModuleFile);
    if (graph_.name(NodeIndex(i)) == v8::kModuleClass && path && v8::is_string(graph_.type(path))) {
      most = std::max(most, ++by_path[path.get()]);
    }
  }
  return most < 2 ? std::nullopt : std::optional(Fact(FactKind::modules_of_file, static_cast<double>(most)));
}

std::optional<Fact> HeapChecks::cells() const {
  double count = 0;
  for (const std::uint32_t n : new_objects()) {
    count += graph_.name(NodeIndex(n)) == v8::kWeakCellClass ? 1 : 0;
  }
  return count == 0 ? std::nullopt : std::optional(Fact(FactKind::cells, count));
}

std::optional<Fact> HeapChecks::cell_targets() const {
  std::unordered_set<std::uint32_t> targets;
  for (const std::uint32_t n : new_objects()) {
    const NodeIndex target = graph_.name(NodeIndex(n)) == v8::kWeakCellClass
                                 ? graph_.find_target(NodeIndex(n), EdgeType::weak, v8::kWeakTargetEdge)
                                 : NodeIndex::none();
    if (target) {
      targets.insert(target.get());
    }
  }
  return targets.empty() ? std::nullopt
                         : std::optional(Fact(FactKind::cell_targets, static_cast<double>(targets.size())));
}

std::optional<Fact> HeapChecks::self_held_cells() const {
  double count = 0;
  for (const std::uint32_t i : new_objects()) {
    const NodeIndex cell(i);
    if (graph_.name(cell) != v8::kWeakCellClass) {
      continue;
    }
    // Where only the held value keeps the target, its own cell is the nearest one that dominates it.
    NodeIndex at = graph_.find_target(cell, EdgeType::weak, v8::kWeakTargetEdge);
    while (at && at != SnapshotGraph::root() && graph_.name(at) != v8::kWeakCellClass) {
      at = c_.heap.dominators.of(at);
    }
    count += at == cell ? 1 : 0;
  }
  return count == 0 ? std::nullopt : std::optional(Fact(FactKind::self_held_cells, count));
}

std::optional<Fact> HeapChecks::dead_references() const {
  const auto count = std::count_if(members().begin(), members().end(), [&](std::uint32_t i) {
    const NodeIndex n(i);
    return graph_.name(n) == v8::kWeakRefClass && !graph_.find_target(n, EdgeType::weak, v8::kWeakTargetEdge);
  });
  return count == 0 ? std::nullopt : std::optional(Fact(FactKind::dead_references, static_cast<double>(count)));
}

std::optional<HeapChecks::Slices> HeapChecks::slices() const {
  if (!may_have_class([](std::string_view name) { return name == v8::kSlicedStringClass; })) {
    return std::nullopt;
  }
  double count = 0;
  double own = 0;
  double bytes = 0;
  std::unordered_set<std::uint32_t> parents;
  for (const std::uint32_t n : new_objects()) {
    if (graph_.type(NodeIndex(n)) != NodeType::sliced_string) {
      continue;
    }
    const NodeIndex parent = graph_.find_target(NodeIndex(n), EdgeType::internal, v8::kSliceParentEdge);
    if (!parent || c_.view.cohorts.first_seen[parent.get()] == 0) {
      continue;
    }
    ++count;
    own += static_cast<double>(graph_.self_size(NodeIndex(n)));
    if (parents.insert(parent.get()).second) {
      bytes += static_cast<double>(graph_.self_size(parent));
    }
  }
  if (count == 0) {
    return std::nullopt;
  }
  return Slices{Fact(FactKind::slices, count), Fact(FactKind::slice_parents, static_cast<double>(parents.size())),
                Fact(FactKind::parent_bytes, bytes), Fact(FactKind::bytes_per_slice, bytes / count),
                Fact(FactKind::slice_bytes, own / count)};
}

Fact HeapChecks::text_bytes() const { return {FactKind::text_bytes, static_cast<double>(c_.content.strings)}; }

Fact HeapChecks::text_pieces() const { return {FactKind::text_pieces, objects_where(c_, v8::is_string_class)}; }

}  // namespace heapdiff::detectors
