#include "heapdiff/snapshot/distance.h"

#include "graph/devtools_rules.h"
#include "graph/graph_access.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

namespace heapdiff {
namespace {

constexpr std::size_t kQueuePrefetchDistance = 12;                // entries of the queue
constexpr std::size_t kDiscardedEntries = std::size_t{1} << 18U;  // of the queue, at once: one megabyte

class BreadthFirst {
 public:
  BreadthFirst(const SnapshotGraph& graph, Column<std::int32_t>& distance)
      : graph_(graph), distance_(distance), seen_(graph.node_count()), queue_(graph.node_count()) {
    const std::uint32_t n = graph.node_count();
    distance_.prefault();
    for (std::uint32_t i = 0; i < n; ++i) {
      distance_[i] = Distances::kUnreached;
    }
    sloppy_function_map_ = graph.strings().find(KnownName::sloppy_function_map).get();
    map_descriptors_ = graph.strings().find(KnownName::map_descriptors).get();
    native_context_ = graph.strings().find(KnownName::native_context).get();
    find_special_nodes();
  }

  void add_root(NodeIndex n, std::int32_t distance) {
    distance_[n.get()] = distance;
    seen_.set(n.get());
    push(n.get());
  }

  /// The nodes that have a distance by now.
  [[nodiscard]] const BitColumn& seen() const noexcept { return seen_; }
  [[nodiscard]] BitColumn take_seen() noexcept { return std::move(seen_); }

  void restart() { at_ = end_ = 0; }

  /// Visits everything that the queued nodes reach. Those have the distance `start`. `skipped` collects the targets of
  /// edges that do not count for distances.
  void run(std::int32_t start, std::vector<std::uint32_t>* skipped) {
    const GraphColumns& c = graph::GraphAccess::columns(graph_);
    const std::uint32_t* const targets = c.edge_target.data();
    std::int32_t next = start;
    for (std::size_t level_end = at_; at_ < end_;) {
      if (at_ == level_end) {
        level_end = end_;
        ++next;
      }
      if (at_ % kDiscardedEntries == 0 && at_ != 0) {
        queue_.discard(at_ - kDiscardedEntries, kDiscardedEntries);  // visited already
      }
      prefetch_next();
      const std::uint32_t node = queue_[at_++];
      if (special_.test(node)) {
        visit_special(NodeIndex(node), next, skipped);
        continue;
      }
      for (std::uint32_t e = c.first_edge[node], last = c.first_edge[node + 1]; e < last; ++e) {
        const std::uint32_t raw = targets[e];
        const std::uint32_t target = raw & GraphColumns::kTargetMask;
        if (!seen_.test(target) && static_cast<EdgeType>(raw >> GraphColumns::kTargetBits) != EdgeType::weak) {
          reach(target, next);
        }
      }
    }
  }

 private:
  /// Prefetches what the next nodes of the queue need: where their edges are, and for nearer nodes the edges.
  void prefetch_next() const {
    const GraphColumns& c = graph::GraphAccess::columns(graph_);
    if (at_ + 2 * kQueuePrefetchDistance < end_) {
      __builtin_prefetch(c.first_edge.data() + queue_[at_ + 2 * kQueuePrefetchDistance]);
      __builtin_prefetch(c.edge_target.data() + c.first_edge[queue_[at_ + kQueuePrefetchDistance]]);
    }
  }

  /// Marks the nodes that have edges which may not count. For the others, types of edges are enough.
  void find_special_nodes() {
    const std::uint32_t n = graph_.node_count();
    for (std::uint32_t i = 0; i < n; ++i) {
      const NodeType type = graph_.type(NodeIndex(i));
      const std::uint32_t name = graph_.name_index(NodeIndex(i)).get();
      if ((type == NodeType::hidden && name == native_context_) ||
          (type == NodeType::array && name == map_descriptors_)) {
        special_.set(i);
      }
    }
    if (!graph_.has_ephemerons()) {
      return;
    }
    BitColumn ephemeron(static_cast<std::size_t>(graph_.strings().size()));
    for (const std::uint32_t name : graph_.ephemeron_names()) {
      ephemeron.set(name);
    }
    for (std::uint32_t i = 0; i < n; ++i) {
      for (const SnapshotGraph::Edge e : graph_.edges(NodeIndex(i))) {
        if ((e.type == EdgeType::internal || e.type == EdgeType::ephemeron_table) &&
            ephemeron.test(graph_.edge_name_raw(e))) {
          special_.set(i);
        }
      }
    }
  }

  void visit_special(NodeIndex n, std::int32_t next, std::vector<std::uint32_t>* skipped) {
    const bool native_context = graph_.type(n) == NodeType::hidden && graph_.name_index(n).get() == native_context_;
    const bool descriptors = graph_.type(n) == NodeType::array && graph_.name_index(n).get() == map_descriptors_;
    for (const SnapshotGraph::Edge e : graph_.edges(n)) {
      if (e.type == EdgeType::weak || seen_.test(e.target.get())) {
        continue;
      }
      if ((native_context && is_sloppy_function_map(e)) || (descriptors ? !is_key(e) : is_first_half(e))) {
        if (skipped != nullptr) {
          skipped->push_back(e.target.get());
        }
        continue;
      }
      reach(e.target.get(), next);
    }
  }

  void reach(std::uint32_t target, std::int32_t distance) {
    distance_[target] = distance;
    seen_.set(target);
    push(target);
  }

  [[nodiscard]] bool is_sloppy_function_map(const SnapshotGraph::Edge& e) const {
    return !SnapshotGraph::is_numbered(e.type) && graph_.edge_name_raw(e) == sloppy_function_map_;
  }

  /// Descriptor arrays contain triples of key, type and value from index 2 on. Hidden classes share them, so values do
  /// not count.
  [[nodiscard]] bool is_key(const SnapshotGraph::Edge& e) const {
    std::uint64_t index = 0;
    if (SnapshotGraph::is_numbered(e.type)) {
      index = graph_.edge_name_raw(e);
    } else {
      std::string_view name = graph_.edge_name(e);
      while (!name.empty() && name.front() == ' ') {
        name.remove_prefix(1);
      }
      const auto parsed = std::from_chars(name.data(), name.data() + name.size(), index);
      if (parsed.ec != std::errc()) {
        return true;  // not a number
      }
    }
    return index < 2 || index % 3 != 1;
  }

  /// Two edges of one name hold the value of a WeakMap entry: the table's and the key's. The one that is met first is
  /// skipped, so that the farther one decides the distance.
  [[nodiscard]] bool is_first_half(const SnapshotGraph::Edge& e) {
    if (e.type != EdgeType::internal && e.type != EdgeType::ephemeron_table) {
      return false;
    }
    const std::uint32_t name = graph_.edge_name_raw(e);
    if (!graph_.is_ephemeron_name(name)) {
      return false;
    }
    // The two names differ only in the number at the beginning.
    std::string_view text = graph_.strings()[StringIndex(name)];
    text.remove_prefix(text.find(' '));
    if (const auto found = pending_.find(text); found != pending_.end()) {
      pending_.erase(found);
      return false;
    }
    pending_.insert(text);
    return true;
  }

  void push(std::uint32_t node) {
    if (end_ == queue_.size()) {
      grow();
    }
    queue_[end_++] = node;
  }

  void grow() {
    // The queue is longer than the graph only when the root has two edges to one user root.
    Column<std::uint32_t> larger(queue_.size() * 2);
    for (std::size_t i = 0; i < end_; ++i) {
      larger[i] = queue_[i];
    }
    queue_ = std::move(larger);
  }

  const SnapshotGraph& graph_;
  Column<std::int32_t>& distance_;
  BitColumn seen_;  // stays in the cache, which the distances do not
  BitColumn special_ = BitColumn(graph_.node_count());
  Column<std::uint32_t> queue_;
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  std::uint32_t sloppy_function_map_ = UINT32_MAX;
  std::uint32_t map_descriptors_ = UINT32_MAX;
  std::uint32_t native_context_ = UINT32_MAX;
  std::unordered_set<std::string_view> pending_;
};

/// Marks the unmarked nodes that `list` reaches without weak edges.
void mark_from(const SnapshotGraph& graph, std::vector<std::uint32_t> list, BitColumn& marked) {
  while (!list.empty()) {
    const NodeIndex n(list.back());
    list.pop_back();
    for (const SnapshotGraph::Edge e : graph.edges(n)) {
      if (e.type != EdgeType::weak && !marked.test(e.target.get())) {
        marked.set(e.target.get());
        list.push_back(e.target.get());
      }
    }
  }
}

}  // namespace

Distances compute_distances(const SnapshotGraph& graph) {
  const std::uint32_t n = graph.node_count();
  Distances result;
  result.of = Column<std::int32_t>(n);
  result.page_owned = BitColumn(n);
  BreadthFirst search(graph, result.of);

  std::vector<std::uint32_t> page_roots;
  bool same_roots = true;
  std::size_t user_roots = 0;
  for (const SnapshotGraph::Edge e : graph.edges(SnapshotGraph::root())) {
    const bool user = graph::is_user_root(graph, e.target);
    const bool documents = user && graph.type(e.target) == NodeType::synthetic;
    const bool page = e.type == EdgeType::shortcut || (e.type == EdgeType::element && documents);
    if (user) {
      search.add_root(e.target, 1);
      ++user_roots;
    }
    if (page) {
      page_roots.push_back(e.target.get());
    }
    same_roots &= user == page;
  }
  std::vector<std::uint32_t> skipped;
  search.run(1, &skipped);
  if (same_roots) {
    std::copy_n(search.seen().data(), search.seen().word_count(), result.page_owned.data());
    std::vector<std::uint32_t> more;
    for (const std::uint32_t target : skipped) {
      if (!result.page_owned.test(target)) {
        result.page_owned.set(target);
        more.push_back(target);
      }
    }
    mark_from(graph, std::move(more), result.page_owned);
  } else {
    for (const std::uint32_t target : page_roots) {
      result.page_owned.set(target);
    }
    mark_from(graph, page_roots, result.page_owned);
  }
  search.restart();
  const std::int32_t start = user_roots > 0 ? Distances::kSystem : 0;
  search.add_root(SnapshotGraph::root(), start);
  search.run(start, nullptr);
  result.reached = search.take_seen();
  return result;
}

}  // namespace heapdiff
