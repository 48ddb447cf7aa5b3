#include "heapdiff/snapshot/distance.h"

#include "finish.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace heapdiff {
namespace {

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
  }

  void add_root(NodeIndex n, std::int32_t distance) {
    distance_[n.get()] = distance;
    seen_.set(n.get());
    push(n.get());
  }

  /// What has a distance by now.
  [[nodiscard]] const BitColumn& seen() const noexcept { return seen_; }

  void restart() { at_ = end_ = 0; }

  /// Visits everything that can be reached from what is queued; `skipped` collects targets of edges that do not count
  /// for distances.
  void run(std::vector<std::uint32_t>* skipped) {
    while (at_ < end_) {
      look_ahead();
      const NodeIndex n(queue_[at_++]);
      const std::int32_t next = distance_[n.get()] + 1;
      const NodeType type = graph_.type(n);
      const bool native_context = type == NodeType::hidden && graph_.name_index(n).get() == native_context_;
      const bool descriptors = type == NodeType::array && graph_.name_index(n).get() == map_descriptors_;
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
        distance_[e.target.get()] = next;
        seen_.set(e.target.get());
        push(e.target.get());
      }
    }
  }

 private:
  /// Fetches what the next nodes of the queue need: first where their edges are, then the edges.
  void look_ahead() const {
    const GraphColumns& c = graph_.columns();
    if (at_ + 16 < end_) {
      const std::uint32_t far = queue_[at_ + 16];
      __builtin_prefetch(c.first_edge.data() + far);
      __builtin_prefetch(c.kind.data() + far);
      __builtin_prefetch(distance_.data() + far);
      const std::uint32_t near = queue_[at_ + 8];
      __builtin_prefetch(c.edge_target.data() + c.first_edge[near]);
      __builtin_prefetch(c.edge_name.data() + c.first_edge[near]);
    }
  }

  [[nodiscard]] bool is_sloppy_function_map(const SnapshotGraph::Edge& e) const {
    return !SnapshotGraph::is_numbered(e.type) && graph_.edge_name_raw(e.index) == sloppy_function_map_;
  }

  /// Descriptor arrays hold (key, type, value) triples from index 2 on, shared between maps: values do not count.
  [[nodiscard]] bool is_key(const SnapshotGraph::Edge& e) const {
    std::uint64_t index = 0;
    if (SnapshotGraph::is_numbered(e.type)) {
      index = graph_.edge_name_raw(e.index);
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

  /// A WeakMap value is held by two edges of one name, from the table and from the key: the first that is met is
  /// skipped, so that the value's distance follows from the farther of the two.
  [[nodiscard]] bool is_first_half(const SnapshotGraph::Edge& e) {
    if (e.type != EdgeType::internal && e.type != EdgeType::ephemeron_table) {
      return false;
    }
    const std::uint32_t name = graph_.edge_name_raw(e.index);
    if (!graph_.is_ephemeron_name(name)) {
      return false;
    }
    // The two copies differ in the number in front; the rest is what they share.
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
    // Only a user root that the root names twice can make the queue longer than the graph.
    Column<std::uint32_t> larger(queue_.size() * 2);
    for (std::size_t i = 0; i < end_; ++i) {
      larger[i] = queue_[i];
    }
    queue_ = std::move(larger);
  }

  const SnapshotGraph& graph_;
  Column<std::int32_t>& distance_;
  BitColumn seen_;  // small enough to stay in the cache, unlike the distances
  Column<std::uint32_t> queue_;
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  std::uint32_t sloppy_function_map_ = UINT32_MAX;
  std::uint32_t map_descriptors_ = UINT32_MAX;
  std::uint32_t native_context_ = UINT32_MAX;
  std::unordered_set<std::string_view> pending_;
};

/// Marks what can be reached from `list` without weak edges and is not marked yet.
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
    const bool user = is_user_root(graph, e.target);
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
  search.run(&skipped);
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
  search.add_root(SnapshotGraph::root(), user_roots > 0 ? Distances::kSystem : 0);
  search.run(nullptr);
  return result;
}

}  // namespace heapdiff
