#include "suspects/other_holders.h"

#include "heapdiff/snapshot/visible_text.h"
#include "series/dominated_set.h"
#include "suspects/signature.h"
#include "suspects/suspect_path.h"
#include "v8/node_predicates.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <numeric>
#include <utility>

namespace heapdiff::suspects {

namespace {

constexpr int kMaxStoresOfOwner = 6;               // from an object up to its owner
constexpr int kMaxStepsToKept = 6;                 // from an item to an object that it keeps
constexpr std::size_t kMaxSearches = 4;            // for further holders of one suspect
constexpr std::size_t kMaxOtherHolders = 3;        // of one suspect
constexpr std::size_t kMaxItemsPerReference = 10;  // a holder with a smaller share is not shown

void set_all(BitColumn& bits, const std::vector<std::uint32_t>& nodes) {
  for (const std::uint32_t n : nodes) {
    bits.set(n);
  }
}

void make_set(std::vector<std::uint32_t>& nodes) {
  std::sort(nodes.begin(), nodes.end());
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
}

bool rises(std::span<const Clock> clocks, const std::vector<double>& counts) {
  if (counts.back() <= counts.front()) {
    return false;
  }
  const Trajectory trajectory = judge_growth({clocks, counts, counts, true}, 1).trajectory;
  return trajectory == Trajectory::steady || trajectory == Trajectory::two_points || trajectory == Trajectory::unclear;
}

/// Whether a node is in both of two sets of bits by node.
bool has_common(const BitColumn& a, const BitColumn& b, const SnapshotGraph& graph) {
  for (std::uint32_t i = 0; i < graph.node_count(); ++i) {
    if (b.test(i) && a.test(i)) {
      return true;
    }
  }
  return false;
}

}  // namespace

BitColumn OtherHolderFinder::kept_by(const std::vector<std::uint32_t>& items) const {
  const SnapshotGraph& graph = view_.last.graph;
  const EssentialEdges essential(view_.last.distances.page_owned);
  BitColumn kept(graph.node_count());
  set_all(kept, items);
  std::vector<std::uint32_t> level = items;
  for (int step = 0; step < kMaxStepsToKept && !level.empty(); ++step) {
    std::vector<std::uint32_t> next;
    for (const std::uint32_t n : level) {
      const auto retains = essential.from(NodeIndex(n));
      for (const auto edge : graph.edges(NodeIndex(n))) {
        const std::uint32_t target = edge.target.get();
        if (!kept.test(target) && view_.cohorts.first_seen[target] != 0 && retains(edge.type, edge.target) &&
            !v8::is_engine_overhead(graph, edge.target)) {
          kept.set(target);
          next.push_back(target);
        }
      }
    }
    level = std::move(next);
  }
  return kept;
}

NodeIndex OtherHolderFinder::owner_above(NodeIndex n, const std::vector<std::uint32_t>& parents) const {
  const SnapshotGraph& graph = view_.last.graph;
  for (int step = 0; step < kMaxStoresOfOwner && (v8::is_backing_store(graph, n) || v8::is_embedder_internal(graph, n));
       ++step) {
    if (parents[n.get()] == kUnreached || parents[n.get()] == 0) {
      return NodeIndex::none();
    }
    n = NodeIndex(parents[n.get()]);
  }
  const NodeType type = graph.type(n);
  const bool named = type == NodeType::object || type == NodeType::closure ||
                     (type == NodeType::native && !v8::is_embedder_internal(graph, n));
  return named && n != SnapshotGraph::root() && view_.cohorts.first_seen[n.get()] == 0 &&
                 !v8::is_engine_overhead(graph, n)
             ? finder_.emitter_above(n)
             : NodeIndex::none();
}

void OtherHolderFinder::add_stores(std::vector<std::uint32_t>& sources) const {
  const SnapshotGraph& graph = view_.last.graph;
  const std::size_t count = sources.size();
  for (std::size_t i = 0; i < count; ++i) {
    const NodeIndex source(sources[i]);
    if (v8::is_backing_store(graph, source)) {
      continue;
    }
    for (const auto edge : graph.edges(source)) {
      if (edge.type == EdgeType::internal && v8::is_backing_store(graph, edge.target)) {
        sources.push_back(edge.target.get());
      }
    }
  }
  make_set(sources);
}

std::vector<OtherHolderFinder::Keeper> OtherHolderFinder::keepers(const EdgeCut& cut, const BitColumn& wanted) const {
  const SnapshotGraph& graph = view_.last.graph;
  const std::vector<std::uint32_t> parents = reachable_tree(view_.last, cut);
  BitColumn seen(graph.node_count());
  std::map<std::uint32_t, Keeper> found;
  for (std::uint32_t i = 0; i < graph.node_count(); ++i) {
    if (!wanted.test(i) || parents[i] == kUnreached) {
      continue;
    }
    // Up to the last new object that is no store. A walk that meets an earlier one ends: its entry is counted.
    const auto is_passed = [&](std::uint32_t n) {
      return view_.cohorts.first_seen[n] != 0 || v8::is_backing_store(graph, NodeIndex(n));
    };
    std::uint32_t entry = i;
    std::uint32_t at = i;
    bool met = false;
    while (at != kUnreached && at != 0 && is_passed(at) && !met) {
      if (!v8::is_backing_store(graph, NodeIndex(at))) {
        met = seen.test(at);
        seen.set(at);
        entry = at;
      }
      at = parents[at];
    }
    if (at == kUnreached || at == 0 || met) {
      continue;
    }
    if (const NodeIndex owner = owner_above(NodeIndex(at), parents)) {
      Keeper& keeper = found[owner.get()];
      keeper.owner = owner;
      keeper.entries.push_back(entry);
      for (std::uint32_t store = parents[entry]; store != at; store = parents[store]) {
        keeper.sources.push_back(store);
      }
      keeper.sources.push_back(at);
    }
  }
  std::vector<Keeper> out;
  for (auto& [owner, keeper] : found) {
    make_set(keeper.sources);
    add_stores(keeper.sources);
    make_set(keeper.entries);
    out.push_back(std::move(keeper));
  }
  return out;
}

std::string OtherHolderFinder::path_of(const Keeper& keeper) const {
  const Accumulation* best = nullptr;
  for (const Accumulation& group : groups_) {
    if (!group.is_overhead && std::binary_search(group.holders.begin(), group.holders.end(), keeper.owner.get()) &&
        (best == nullptr || group.subtree_roots.size() > best->subtree_roots.size())) {
      best = &group;
    }
  }
  return best != nullptr ? best->signature : finder_.signature_of(keeper.owner, "[]");
}

OtherHolder OtherHolderFinder::holder_of(const Keeper& keeper) const {
  const SnapshotGraph& graph = view_.last.graph;
  std::map<std::uint32_t, std::size_t> classes;
  for (const std::uint32_t entry : keeper.entries) {
    ++classes[view_.last.classes.of(NodeIndex(entry)).get()];
  }
  const auto content = std::max_element(classes.begin(), classes.end(), [](const auto& a, const auto& b) {
                         return a.second < b.second;
                       })->first;
  std::vector<std::uint32_t> referred;
  for (const std::uint32_t source : keeper.sources) {
    for (const auto edge : graph.edges(NodeIndex(source))) {
      if (edge.type != EdgeType::weak && view_.last.classes.of(edge.target).get() == content) {
        referred.push_back(edge.target.get());
      }
    }
  }
  make_set(referred);
  std::vector<double> counts(view_.facts.size(), 0.0);
  for (const std::uint32_t n : referred) {
    ++counts[view_.cohorts.first_seen[n]];
  }
  std::partial_sum(counts.begin(), counts.end(), counts.begin());
  OtherHolder out;
  out.holder = visible_text(view_.last.classes.name(keeper.owner), 120);
  out.label = holder_name(view_, keeper.owner, keeper.owner);
  out.content = visible_text(view_.last.classes.info(ClassIndex(content)).name, 120);
  out.holder_id = graph.id(keeper.owner);
  out.references = keeper.entries.size();
  out.counts.assign(counts.begin(), counts.end());
  out.grows = rises(view_.clocks, counts);
  out.place = place_signature(path_of(keeper));
  return out;
}

void OtherHolderFinder::describe(Suspect& suspect, const Accumulation& group, const std::vector<std::uint32_t>& items) {
  series::DominatedSet own(view_.last.dominators, group.holders);
  const BitColumn wanted = kept_by(items);
  EdgeCut cut = effect_.fix_of(group, items);
  BitColumn reached = reachable(view_.last, cut);
  // Where the objects had not come, their stores had not grown. These stay reachable, so the search does not see it.
  const std::uint64_t store_bytes = effect_.store_growth(group);
  suspect.fix_frees_store_bytes = store_bytes;
  suspect.fix_frees_bytes = effect_.freed_bytes(reached) + store_bytes;
  std::vector<Keeper> found;
  for (std::size_t search = 0;
       search < kMaxSearches && found.size() < kMaxOtherHolders && has_common(reached, wanted, view_.last.graph);
       ++search) {
    std::vector<Keeper> more = keepers(cut, wanted);
    std::erase_if(more, [&](const Keeper& keeper) {
      return keeper.entries.size() * kMaxItemsPerReference < items.size() || keeper.entries.size() < 2 ||
             own.contains(keeper.owner) ||
             std::any_of(found.begin(), found.end(), [&](const Keeper& k) { return k.owner == keeper.owner; });
    });
    std::stable_sort(more.begin(), more.end(),
                     [](const Keeper& a, const Keeper& b) { return a.entries.size() > b.entries.size(); });
    more.resize(std::min(more.size(), kMaxOtherHolders - found.size()));
    if (more.empty()) {
      break;
    }
    for (Keeper& keeper : more) {
      set_all(cut.sources, keeper.sources);
      set_all(cut.targets, keeper.entries);
      found.push_back(std::move(keeper));
    }
    reached = reachable(view_.last, cut);
  }
  if (found.empty()) {
    return;
  }
  suspect.fix_frees_together_bytes = effect_.freed_bytes(reached) + store_bytes;
  for (const Keeper& keeper : found) {
    EdgeCut others = effect_.fix_of(group, items);
    for (const Keeper& other : found) {
      if (&other != &keeper) {
        set_all(others.sources, other.sources);
        set_all(others.targets, other.entries);
      }
    }
    const bool must_be_cut =
        effect_.freed_bytes(reachable(view_.last, others)) + store_bytes < suspect.fix_frees_together_bytes;
    const bool refers_to_items = std::any_of(keeper.entries.begin(), keeper.entries.end(), [&](std::uint32_t entry) {
      return std::binary_search(items.begin(), items.end(), entry);
    });
    if (!must_be_cut && !refers_to_items) {
      continue;  // it refers to what the items keep, and all of that is held by something else too
    }
    OtherHolder holder = holder_of(keeper);
    holder.must_be_cut = must_be_cut;
    if (holder.grows) {
      growing_.push_back(keeper.owner.get());
    }
    suspect.other_holders.push_back(std::move(holder));
  }
  make_set(growing_);
}

bool OtherHolderFinder::is_growing_holder(const Accumulation& group) const {
  return std::includes(growing_.begin(), growing_.end(), group.holders.begin(), group.holders.end());
}

}  // namespace heapdiff::suspects
