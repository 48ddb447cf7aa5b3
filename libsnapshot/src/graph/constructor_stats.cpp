#include "heapdiff/snapshot/constructor_stats.h"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace heapdiff {
namespace {

constexpr std::uint32_t kPrefetchDistance = 16;  // elements

/// The sets of classes on paths down the dominator tree. A real heap has few different ones. Each set is a number; it
/// was made from the set above it by adding one class. Which set follows from a set and a class is looked up.
class ClassSets {
 public:
  static constexpr std::uint32_t kEmpty = 0;

  struct Step {
    std::uint32_t set;
    bool added;  ///< the class was not in the set before
  };
  /// The set with `c` added. Sets that were made in different orders have different numbers, even when they are equal.
  Step with(std::uint32_t set, std::uint32_t c) {
    Recent& recent = recent_of(set, c);
    if (recent.set == set && recent.c == c && recent.known != kUnknown) {
      return {recent.known == kInside ? set : recent.known, recent.known != kInside};
    }
    std::uint32_t known = kInside;
    if (!find(set, c)) {
      const auto [found, fresh] = next_.try_emplace(key(set, c), static_cast<std::uint32_t>(sets_.size()));
      if (fresh) {
        sets_.push_back({set, c});
      }
      known = found->second;
    }
    recent = {set, c, known};
    return {known == kInside ? set : known, known != kInside};
  }
  /// Whether `c` is in the set. Makes no new set.
  bool has(std::uint32_t set, std::uint32_t c) {
    Recent& recent = recent_of(set, c);
    if (recent.set != set || recent.c != c) {
      recent = {set, c, find(set, c) ? kInside : kUnknown};
    }
    return recent.known == kInside;
  }

 private:
  static constexpr std::uint32_t kInside = UINT32_MAX;
  static constexpr std::uint32_t kUnknown = UINT32_MAX - 1;  // not in the set; the set with it was not looked up
  struct Member {
    std::uint32_t rest;  // the set without it
    std::uint32_t c;
  };
  struct Recent {
    std::uint32_t set = UINT32_MAX;
    std::uint32_t c = 0;
    std::uint32_t known = 0;
  };

  [[nodiscard]] static std::uint64_t key(std::uint32_t set, std::uint32_t c) { return std::uint64_t{set} << 32U | c; }
  [[nodiscard]] Recent& recent_of(std::uint32_t set, std::uint32_t c) {
    return recent_[(key(set, c) * 0x9E3779B97F4A7C15U) >> 52U];
  }
  [[nodiscard]] bool find(std::uint32_t set, std::uint32_t c) const {
    for (; set != kEmpty; set = sets_[set].rest) {
      if (sets_[set].c == c) {
        return true;
      }
    }
    return false;
  }

  std::vector<Member> sets_{1};
  std::unordered_map<std::uint64_t, std::uint32_t> next_;
  std::vector<Recent> recent_ = std::vector<Recent>(4096);
};

/// Whether a node of this type is an array of the program's when it is named "Array".
bool may_be_array(NodeType type) {
  return type != NodeType::hidden && type != NodeType::native && type != NodeType::code && type != NodeType::string &&
         type != NodeType::concatenated_string && type != NodeType::sliced_string;
}

/// The backing store of an array.
NodeIndex elements_of(const SnapshotGraph& graph, NodeIndex array) {
  const StringIndex elements = graph.strings().find(KnownName::elements);
  for (const SnapshotGraph::Edge e : graph.edges(array)) {
    if (e.type == EdgeType::internal && graph.edge_name_raw(e) == elements.get()) {
      return e.target;
    }
  }
  return NodeIndex::none();
}

}  // namespace

std::vector<ConstructorRow> count_constructors(const SnapshotGraph& graph, const ClassTable& classes,
                                               const Column<std::int32_t>* distances) {
  std::vector<ConstructorRow> rows(classes.size());
  for (std::size_t c = 0; c < rows.size(); ++c) {
    rows[c].constructor = ClassIndex(static_cast<std::uint32_t>(c));
  }
  for (std::uint32_t i = 0; i < graph.node_count(); ++i) {
    const NodeIndex n(i);
    const std::uint64_t self = graph.self_size(n);
    if (self == 0) {
      continue;
    }
    ConstructorRow& row = rows[classes.of(n).get()];
    const std::int32_t distance = distances == nullptr ? 0 : (*distances)[i];
    row.distance = row.count == 0 ? distance : std::min(row.distance, distance);
    ++row.count;
    row.self_bytes += self;
  }
  return rows;
}

void add_retained(std::vector<ConstructorRow>& rows, const SnapshotGraph& graph, const ClassTable& classes,
                  const DominatorTree& tree, const WideColumn& retained) {
  const std::uint32_t n = graph.node_count();
  BitColumn inner(n);
  for (std::uint32_t i = 1; i < n; ++i) {
    inner.set(tree.idom[i]);
  }
  Column<std::uint32_t> above(n);  // by inner node: the classes of its dominators, and its own
  above.prefault();
  ClassSets sets;
  for (std::uint32_t k = 0; k < n; ++k) {
    if (k + kPrefetchDistance < n) {
      const std::uint32_t ahead = tree.order[k + kPrefetchDistance];
      __builtin_prefetch(tree.idom.data() + ahead);
      retained.prefetch(ahead);
      classes.prefetch(NodeIndex(ahead));
    }
    const std::uint32_t node = tree.order[k];
    std::uint32_t set = k == 0 ? ClassSets::kEmpty : above[tree.idom[node]];
    if (graph.self_size(NodeIndex(node)) != 0) {
      const std::uint32_t c = classes.of(NodeIndex(node)).get();
      if (inner.test(node)) {
        const auto [next, added] = sets.with(set, c);
        set = next;
        rows[c].retained_bytes += added ? retained[node] : 0;
      } else if (!sets.has(set, c)) {
        rows[c].retained_bytes += retained[node];
      }
    }
    if (inner.test(node)) {
      above[node] = set;
    }
  }
}

HeapStatistics compute_statistics(const SnapshotGraph& graph) {
  HeapStatistics s;
  s.extra_native = graph.meta().extra_native_bytes;
  s.native = s.extra_native;
  s.total = graph.total_self_size() + s.extra_native;
  const StringIndex array = graph.strings().find(KnownName::array);
  const StringIndex array_buffer_data = graph.strings().find(KnownName::array_buffer_data);
  std::vector<std::uint32_t> stores;  // elements of arrays whose size did not move to an owner
  // By turns and type: a sum that was just written is slow to read, and neighbours are often of one type.
  constexpr std::uint32_t kTurns = 4;
  std::array<std::array<std::uint64_t, GraphColumns::kTypeMask + 1>, kTurns> bytes_of{};
  for (std::uint32_t i = 0; i < graph.node_count(); ++i) {
    const NodeIndex n(i);
    const NodeType type = graph.type(n);
    const std::uint64_t self = graph.self_size(n);
    bytes_of[i % kTurns][static_cast<std::size_t>(type)] += self;
    if (const StringIndex name = graph.name_index(n); name == array_buffer_data) {
      s.typed_arrays += type == NodeType::native ? self : 0;
    } else if (name == array && may_be_array(type)) {
      s.js_arrays += self;
      if (const NodeIndex store = elements_of(graph, n); store && graph.self_size(store) != 0) {
        stores.push_back(store.get());
      }
    }
  }
  const auto bytes = [&](NodeType type) {
    std::uint64_t sum = 0;
    for (const auto& turn : bytes_of) {
      sum += turn[static_cast<std::size_t>(type)];
    }
    return sum;
  };
  s.system = bytes(NodeType::hidden);
  s.native += bytes(NodeType::native);
  s.code = bytes(NodeType::code);
  s.strings = bytes(NodeType::string) + bytes(NodeType::concatenated_string) + bytes(NodeType::sliced_string);
  // A store counts when exactly one edge of any type leads to it.
  if (!stores.empty()) {
    std::sort(stores.begin(), stores.end());
    std::vector<std::uint32_t> unique = stores;
    unique.erase(std::unique(unique.begin(), unique.end()), unique.end());
    std::vector<std::uint32_t> retainers(unique.size());
    BitColumn wanted(graph.node_count());
    for (const std::uint32_t store : unique) {
      wanted.set(store);
    }
    for (std::uint32_t i = 0; i < graph.node_count(); ++i) {
      for (const SnapshotGraph::Edge e : graph.edges(NodeIndex(i))) {
        if (wanted.test(e.target.get())) {
          ++retainers[static_cast<std::size_t>(std::lower_bound(unique.begin(), unique.end(), e.target.get()) -
                                               unique.begin())];
        }
      }
    }
    for (const std::uint32_t store : stores) {
      const auto at = static_cast<std::size_t>(std::lower_bound(unique.begin(), unique.end(), store) - unique.begin());
      if (retainers[at] == 1) {
        s.js_arrays += graph.self_size(NodeIndex(store));
      }
    }
  }
  s.v8_heap = s.total - s.native;
  return s;
}

}  // namespace heapdiff
