// In a series, an object is new when an earlier snapshot does not have it. One heap has no ages. What a leak has, and a
// program's own structure has not, is fan-out: one holder with many objects that one line of code made. They are alike:
// functions of one literal, scopes of one function, instances of one class. The tables of a program and its runtime
// (methods, modules, builtins) hold many objects, too, but each of them was written for itself.

#include "suspects/piled_objects.h"

#include "v8/collections.h"
#include "v8/edge_lookup.h"
#include "v8/functions.h"
#include "v8/machinery.h"
#include "v8/modules.h"
#include "v8/node_predicates.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>
#include <tuple>
#include <unordered_map>

namespace heapdiff::suspects {

namespace {

/// A holder with fewer alike objects is a structure of the program's, such as a handful of services.
constexpr std::uint32_t kMinAlike = 8;
/// Objects of one pile that hold piles with more objects each are the structure around the leak, when these piles have
/// this share of the bytes.
constexpr double kMinInnerShare = 0.6;
/// A pile of which one object has this share of the bytes is not alike: what counts lies below that object.
constexpr double kMaxShareOfOne = 0.5;

/// A place of more holders than this is a structure with too little in each.
constexpr double kMostHolders = 100;
/// From a holder up to the object of a pile that it lies in. Lists are long.
constexpr int kMaxClimbToPile = 256;
/// One object of less than this share of the heap is not worth a word.
constexpr double kMinShareOfHeap = 0.01;

constexpr std::uint32_t kNoPile = UINT32_MAX;

/// The objects of one kind under one holder.
struct Pile {
  std::uint32_t holder = 0;
  std::uint64_t kind = 0;
  std::uint32_t example = 0;
  std::uint32_t count = 0;
  std::uint64_t bytes = 0;         ///< retained
  std::uint64_t largest = 0;       ///< retained by one of them
  std::uint32_t around = kNoPile;  ///< the pile whose object holds the holder
  bool is_structure = false;       ///< what piles up in its objects counts, not the objects
};

/// Piles at holders of one class, of one kind, below one pile: the same place in many objects.
using PilePlace = std::vector<std::uint32_t>;

/// Sums over the piles of one place.
struct PlaceSums {
  double bytes = 0;
  double count = 0;
  double holders = 0;
  [[nodiscard]] double fan_out() const { return count / holders; }
};

class PileFinder {
 public:
  PileFinder(const Heap& heap, double smallest_bytes)
      : heap_(heap),
        graph_(heap.graph),
        smallest_bytes_(smallest_bytes),
        is_wide_(graph_.node_count()),
        is_crowded_(graph_.node_count()),
        shared_(graph_, v8::kSharedEdge),
        scope_info_(graph_, v8::kScopeInfoEdge) {}

  PiledObjects find() {
    choose_piles();
    return take();
  }

  /// The chosen piles, those of one place as one row, those that keep most first.
  std::vector<PileRow> rows() {
    choose_piles();
    std::vector<PileRow> rows;
    for (const PilePlace& place : chosen_places_) {
      PileRow row;
      for (const std::uint32_t p : place) {
        const Pile& pile = piles_[p];
        row.count += pile.count;
        row.bytes += pile.bytes;
        if (pile.bytes > row.most) {
          row.most = pile.bytes;
          row.holder = pile.holder;
          row.example = pile.example;
        }
      }
      row.holder_count = place.size();
      rows.push_back(row);
    }
    std::sort(rows.begin(), rows.end(), [](const PileRow& a, const PileRow& b) {
      return a.bytes != b.bytes ? a.bytes > b.bytes : a.example < b.example;
    });
    return rows;
  }

 private:
  void choose_piles() {
    find_crowded();
    sort_into_piles();
    for (Pile& pile : piles_) {
      pile.around = is_alike(pile) ? pile_around(pile.holder) : kNoPile;
    }
    choose();
  }

  [[nodiscard]] bool is_store(NodeIndex n) const { return v8::is_backing_store(graph_, n); }

  [[nodiscard]] bool is_root(NodeIndex n) const {
    return n == SnapshotGraph::root() || graph_.type(n) == NodeType::synthetic;
  }

  /// Finds the dominators that have enough below them to hold a pile, or a part of one place in many objects, and which
  /// of them dominate enough objects directly. In the order of the nodes, which is that of their columns in memory.
  void find_crowded() {
    const auto least = static_cast<std::uint64_t>(std::ceil(smallest_bytes_ / kMostHolders));
    const std::uint32_t count = graph_.node_count();
    for (std::uint32_t i = 0; i < count; ++i) {
      if (heap_.retained_size(NodeIndex(i)) >= least) {
        is_wide_.set(i);
      }
    }
    Column<std::uint32_t> fan_out(count);
    for (std::uint32_t i = 1; i < count; ++i) {
      const std::uint32_t above = heap_.dominators.idom[i];
      if (is_wide_.test(above) && !is_crowded_.test(above) && ++fan_out[above] == kMinAlike) {
        is_crowded_.set(above);
      }
    }
  }

  /// The object that alone keeps what the dominator `n` dominates: past stores.
  [[nodiscard]] NodeIndex holder_of(NodeIndex n) const {
    constexpr int kMaxStoresBetween = 16;
    for (int step = 0; step < kMaxStoresBetween && n != SnapshotGraph::root() && is_store(n); ++step) {
      n = heap_.dominators.of(n);
    }
    return n;
  }

  /// Whether a node may be one of many: no store, and nothing that the engine made to run the program.
  [[nodiscard]] bool is_item(NodeIndex n) const {
    const NodeType type = graph_.type(n);
    if (type == NodeType::array || type == NodeType::synthetic || type == NodeType::number || type == NodeType::code) {
      return false;
    }
    return v8::is_string(type) || (!is_store(n) && !v8::is_engine_overhead(graph_, n));
  }

  /// What two objects have in common when one line made both: the literal of a function or of the function whose scope
  /// it is, else the class. Without edges the name of a function stands for its literal.
  [[nodiscard]] std::uint64_t kind_of(NodeIndex n) {
    constexpr std::uint64_t kLiteral = std::uint64_t{1} << 32U;
    const bool is_function = graph_.type(n) == NodeType::closure;
    if (is_function && !graph_.has_edges()) {
      return kLiteral + graph_.name_index(n).get();
    }
    NodeIndex literal = NodeIndex::none();
    if (is_function) {
      literal = shared_.target_of(n);
    } else if (graph_.has_edges() && v8::is_context_class(graph_.name(n))) {
      literal = scope_info_.target_of(n);
    }
    return literal ? kLiteral + literal.get() : heap_.classes.of(n).get();
  }

  [[nodiscard]] static std::uint64_t key_of(std::uint32_t holder, std::uint64_t kind) {
    return (std::uint64_t{holder} << 32U) ^ kind ^ (kind >> 31U);
  }

  /// Whether `n` has enough neighbours below its dominator to be one of a pile.
  [[nodiscard]] bool is_one_of_many(std::uint32_t n) const {
    return n != 0 && is_crowded_.test(heap_.dominators.idom[n]);
  }

  void sort_into_piles() {
    // Neighbours in the file are often of one pile.
    std::uint32_t last_above = UINT32_MAX;
    std::uint32_t holder = 0;
    std::uint64_t last_key = UINT64_MAX;
    std::uint32_t last_pile = 0;
    for (std::uint32_t i = 1; i < graph_.node_count(); ++i) {
      if (!is_one_of_many(i) || !is_item(NodeIndex(i))) {
        continue;
      }
      const NodeIndex n(i);
      if (heap_.dominators.idom[i] != last_above) {
        last_above = heap_.dominators.idom[i];
        holder = holder_of(NodeIndex(last_above)).get();
      }
      if (v8::is_string(graph_.type(n)) && is_root(NodeIndex(holder))) {
        continue;  // the engine's string table
      }
      const std::uint64_t kind = kind_of(n);
      if (const std::uint64_t key = key_of(holder, kind); key != last_key) {
        const auto [at, is_new] = known_.try_emplace(key, static_cast<std::uint32_t>(piles_.size()));
        if (is_new) {
          piles_.push_back({holder, kind, i});
          piles_.back().is_structure = is_told_apart(n, NodeIndex(holder));
        }
        last_key = key;
        last_pile = at->second;
      }
      Pile& pile = piles_[last_pile];
      const std::uint64_t bytes = heap_.retained_size(n);
      ++pile.count;
      pile.bytes += bytes;
      pile.largest = std::max(pile.largest, bytes);
    }
    // What hangs in compiled code and the like is the engine's, whatever its class.
    for (Pile& pile : piles_) {
      pile.count = is_alike(pile) && is_below_engine(NodeIndex(pile.holder)) ? 0 : pile.count;
    }
  }

  [[nodiscard]] bool is_below_engine(NodeIndex n) const {
    for (int step = 0; step < kMaxClimbToPile && n != SnapshotGraph::root(); ++step) {
      if (v8::is_engine_overhead(graph_, n)) {
        return true;
      }
      n = heap_.dominators.of(n);
    }
    return false;
  }

  /// Whether objects of this kind under their holder are no accumulation, however many they are: modules, and what has
  /// nothing in common but that several objects hold each of it.
  [[nodiscard]] bool is_told_apart(NodeIndex n, NodeIndex holder) const {
    const NodeType type = graph_.type(n);
    if (type == NodeType::object &&
        (v8::is_module_class(graph_.name(n)) || graph_.name(n) == v8::kBuiltinModuleClass)) {
      return true;
    }
    if (!is_root(holder) || type == NodeType::closure) {
      return false;
    }
    const std::string_view name = heap_.classes.name(n);
    return v8::is_collection_class(graph_.name(n)) ? name == graph_.name(n) : name.starts_with('(');
  }

  [[nodiscard]] bool is_alike(const Pile& pile) const { return pile.count >= kMinAlike; }

  /// The pile that `n` belongs to; kNoPile when it belongs to none.
  [[nodiscard]] std::uint32_t pile_of(std::uint32_t n) {
    if (!is_one_of_many(n) || !is_item(NodeIndex(n))) {
      return kNoPile;
    }
    const std::uint32_t holder = holder_of(heap_.dominators.of(NodeIndex(n))).get();
    const auto at = known_.find(key_of(holder, kind_of(NodeIndex(n))));
    return at != known_.end() && is_alike(piles_[at->second]) ? at->second : kNoPile;
  }

  /// The innermost pile that `n` belongs to or lies in.
  [[nodiscard]] std::uint32_t pile_around(std::uint32_t n) {
    std::vector<std::uint32_t> trail;
    std::uint32_t found = kNoPile;
    for (int step = 0; step < kMaxClimbToPile && n != 0; ++step) {
      if (const auto at = around_.find(n); at != around_.end()) {
        found = at->second;
        break;
      }
      trail.push_back(n);
      found = pile_of(n);
      if (found != kNoPile) {
        break;
      }
      n = heap_.dominators.idom[n];
    }
    for (const std::uint32_t below : trail) {
      around_.emplace(below, found);
    }
    return found;
  }

  /// Whether the piles of a place are no accumulation, so that the piles below their objects are looked at one by one.
  [[nodiscard]] bool is_structure(const PilePlace& place) const {
    const Pile& first = piles_[place.front()];
    return first.is_structure || (place.size() == 1 && static_cast<double>(first.largest) >
                                                           kMaxShareOfOne * static_cast<double>(first.bytes));
  }

  [[nodiscard]] PlaceSums sums_of(const PilePlace& place) const {
    PlaceSums sums;
    for (const std::uint32_t p : place) {
      sums.bytes += static_cast<double>(piles_[p].bytes);
      sums.count += piles_[p].count;
    }
    sums.holders = static_cast<double>(place.size());
    return sums;
  }

  void choose() {
    std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint64_t>, PilePlace> places;
    for (std::uint32_t p = 0; p < piles_.size(); ++p) {
      if (is_alike(piles_[p])) {
        places[{piles_[p].around, heap_.classes.of(NodeIndex(piles_[p].holder)).get(), piles_[p].kind}].push_back(p);
      }
    }
    std::map<std::uint32_t, std::vector<const PilePlace*>> below;
    for (const auto& [key, place] : places) {
      below[std::get<0>(key)].push_back(&place);
    }
    std::vector<const PilePlace*> open = below[kNoPile];
    while (!open.empty()) {
      const PilePlace& place = *open.back();
      open.pop_back();
      const PlaceSums sums = sums_of(place);
      const bool structure = is_structure(place);
      if (sums.bytes < smallest_bytes_ && !structure) {
        continue;
      }
      std::vector<const PilePlace*> inner;
      double inner_bytes = 0;
      for (const std::uint32_t p : place) {
        if (const auto at = below.find(p); at != below.end()) {
          inner.insert(inner.end(), at->second.begin(), at->second.end());
        }
      }
      for (const PilePlace* one : inner) {
        const PlaceSums inner_sums = sums_of(*one);
        inner_bytes += inner_sums.fan_out() > sums.fan_out() ? inner_sums.bytes : 0;
      }
      if (structure || inner_bytes >= kMinInnerShare * sums.bytes) {
        open.insert(open.end(), inner.begin(), inner.end());
      } else {
        chosen_places_.push_back(place);
      }
    }
  }

  /// The objects of the chosen piles, and chains and large objects beside them.
  PiledObjects take() {
    PiledObjects found;
    found.told_apart.engine_bytes = heap_.statistics.code;
    for (const Pile& pile : piles_) {
      if (is_alike(pile) && v8::is_module_class(graph_.name(NodeIndex(pile.example)))) {
        found.told_apart.modules += pile.count;
      }
    }
    std::vector<bool> chosen(piles_.size(), false);
    BitColumn holds_chosen(graph_.node_count());
    for (const PilePlace& place : chosen_places_) {
      for (const std::uint32_t p : place) {
        chosen[p] = true;
        holds_chosen.set(piles_[p].holder);
      }
    }
    const double least = std::max(smallest_bytes_, kMinShareOfHeap * static_cast<double>(graph_.total_self_size()));
    std::vector<std::uint32_t> alone = chain_heads();
    for (std::uint32_t i = 1; i < graph_.node_count(); ++i) {
      if (is_one_of_many(i) && holds_chosen.test(holder_of(heap_.dominators.of(NodeIndex(i))).get())) {
        if (const std::uint32_t pile = pile_of(i); pile != kNoPile && chosen[pile]) {
          found.roots.push_back(i);
        }
      }
      if (static_cast<double>(graph_.self_size(NodeIndex(i))) >= least) {
        add_large(NodeIndex(i), alone);
      }
    }
    std::erase_if(alone, [&](std::uint32_t n) {
      const std::uint32_t pile = pile_around(n);
      return pile != kNoPile && is_inside(pile, chosen);
    });
    std::sort(alone.begin(), alone.end());
    alone.erase(std::unique(alone.begin(), alone.end()), alone.end());
    std::erase_if(alone,
                  [&](std::uint32_t n) { return std::binary_search(found.roots.begin(), found.roots.end(), n); });
    found.alone = std::move(alone);
    return found;
  }

  /// Whether a pile is chosen, or lies in one that is.
  [[nodiscard]] bool is_inside(std::uint32_t pile, const std::vector<bool>& chosen) const {
    while (pile != kNoPile && !chosen[pile]) {
      pile = piles_[pile].around;
    }
    return pile != kNoPile;
  }

  /// Adds an object that is as large as a pile, by its own bytes: a text, a buffer, a table of numbers. The bytes of a
  /// table count as its owner's own; the owner is the holder, and its store is added.
  void add_large(NodeIndex n, std::vector<std::uint32_t>& large) const {
    const NodeType type = graph_.type(n);
    if (type == NodeType::synthetic || 2 * graph_.self_size(n) < heap_.retained_size(n) || is_below_engine(n)) {
      return;
    }
    if (type == NodeType::array && is_root(holder_of(n))) {
      return;  // one of the engine's own tables
    }
    if (type != NodeType::object) {
      large.push_back(n.get());
      return;
    }
    if (!graph_.has_edges()) {
      return;
    }
    for (const auto edge : graph_.edges(n)) {
      if (edge.type == EdgeType::internal && graph_.type(edge.target) == NodeType::array &&
          heap_.dominators.of(edge.target) == n) {
        large.push_back(edge.target.get());
        return;
      }
    }
  }

  /// The first links of long chains: of lists, of texts that are put together, of what waits for one promise, of
  /// closures that keep a scope that keeps the next closure. Links are followed as long as they keep enough, so that
  /// few objects are looked at.
  [[nodiscard]] std::vector<std::uint32_t> chain_heads() const {
    constexpr int kMaxPeriod = 6;  // objects from one link to the next
    constexpr std::uint32_t kMinLinks = 32;
    struct Link {
      std::uint32_t head;
      std::uint32_t depth;
    };
    std::vector<std::uint32_t> large;
    for (std::uint32_t i = 1; i < graph_.node_count(); ++i) {
      if (is_wide_.test(i) && static_cast<double>(heap_.retained_size(NodeIndex(i))) >= smallest_bytes_ &&
          (is_item(NodeIndex(i)) || v8::is_cell(graph_.name(NodeIndex(i))))) {
        large.push_back(i);
      }
    }
    std::sort(large.begin(), large.end(), [&](std::uint32_t a, std::uint32_t b) {  // a dominator keeps more
      const std::uint64_t x = heap_.retained_size(NodeIndex(a));
      const std::uint64_t y = heap_.retained_size(NodeIndex(b));
      return x != y ? x > y : a < b;
    });
    std::unordered_map<std::uint32_t, Link> links;
    std::vector<std::uint32_t> heads;
    for (const std::uint32_t n : large) {
      Link link{n, 0};
      NodeIndex at = heap_.dominators.of(NodeIndex(n));
      for (int step = 0; step < kMaxPeriod && at != SnapshotGraph::root(); ++step) {
        if (heap_.classes.of(at).get() == heap_.classes.of(NodeIndex(n)).get()) {
          const auto above = links.find(at.get());
          link = above == links.end() ? link : Link{above->second.head, above->second.depth + 1};
          break;
        }
        at = heap_.dominators.of(at);
      }
      links.emplace(n, link);
      if (link.depth == kMinLinks) {
        heads.push_back(link.head);
      }
    }
    return heads;
  }

  const Heap& heap_;
  const SnapshotGraph& graph_;
  double smallest_bytes_;
  BitColumn is_wide_;     // by node: retains enough to be the dominator of a part of a pile
  BitColumn is_crowded_;  // by node: wide, and the dominator of enough objects for a pile
  v8::EdgeLookup shared_;
  v8::EdgeLookup scope_info_;
  std::vector<Pile> piles_;
  std::unordered_map<std::uint64_t, std::uint32_t> known_;   // by key_of(): pile
  std::unordered_map<std::uint32_t, std::uint32_t> around_;  // by node: pile_around()
  std::vector<PilePlace> chosen_places_;
};

}  // namespace

PiledObjects find_piled_objects(const Heap& heap, double smallest_bytes) {
  return PileFinder(heap, smallest_bytes).find();
}

std::vector<PileRow> find_pile_rows(const Heap& heap, double smallest_bytes) {
  return PileFinder(heap, smallest_bytes).rows();
}

series::Cohorts cohorts_of_piles(const Heap& heap, const std::vector<std::uint32_t>& roots) {
  constexpr std::uint32_t kNotVisited = 0;  // the root, which is in no new subtree
  series::Cohorts cohorts;
  cohorts.first_seen.assign(heap.graph.node_count(), 0);
  cohorts.subtree_root = Column<std::uint32_t>(heap.graph.node_count());
  cohorts.subtree_root.prefault();
  for (const std::uint32_t root : roots) {
    cohorts.first_seen[root] = 1;
  }
  // In the order of the columns in memory, which is faster than that of the dominator tree: from each node up to the
  // nearest dominator that was visited before.
  std::vector<std::uint32_t> trail;
  for (std::uint32_t i = 1; i < heap.graph.node_count(); ++i) {
    for (std::uint32_t at = i; at != 0 && cohorts.subtree_root[at] == kNotVisited; at = heap.dominators.idom[at]) {
      trail.push_back(at);
    }
    for (; !trail.empty(); trail.pop_back()) {
      const std::uint32_t n = trail.back();
      const std::uint32_t dominator = heap.dominators.idom[n];
      const bool inside = cohorts.first_seen[dominator] != 0;
      cohorts.first_seen[n] = inside ? 1 : cohorts.first_seen[n];
      cohorts.subtree_root[n] = inside ? cohorts.subtree_root[dominator] : n;
    }
  }
  return cohorts;
}

}  // namespace heapdiff::suspects
