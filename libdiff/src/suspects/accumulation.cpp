// Every new object belongs to one maximal new subtree of the dominator tree. Its holder is the nearest old object on
// the retaining path of the subtree's root, after climbing out of backing stores and along chains of equal links.
// Holders whose paths read the same once data is folded are one accumulation: a thousand sockets with one listener
// more each is one leak.

#include "suspects/accumulation.h"

#include "detectors/evidence.h"
#include "growth/store_growth.h"
#include "heapdiff/diff/runtime_scripts.h"
#include "heapdiff/snapshot/visible_text.h"
#include "suspects/holder_finder.h"
#include "suspects/merge_related_groups.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <unordered_map>
#include <utility>

namespace heapdiff {

namespace {

/// A new subtree, what holds it, and by which label.
struct Placed {
  std::uint32_t top = 0;
  OldHolder holder;
  std::string label;
  NodeIndex structure = NodeIndex::none();  ///< uppermost member of the tree of equals that it hangs in
};

/// More labels than a class has fields for new objects: the holder is a dictionary.
constexpr std::size_t kManyLabels = 16;

/// New objects at fewer members of one tree than this hang off those members, not off the tree: a logger with children.
constexpr std::size_t kManyMembers = 4;

/// A group of less than this share of another one's bytes is a table or code beside it, no leak of its own.
constexpr double kMinorShare = 0.1;

/// Holders lie near: a subtree further down than this many dominators is as good as outside.
constexpr int kMaxClimb = 64;

/// All new subtrees with their holders and labels, by node.
std::vector<Placed> place_tops(const SeriesView& view, HolderFinder& finder) {
  const std::uint32_t count = view.last.graph.node_count();
  std::vector<Placed> placed;
  std::unordered_map<std::uint32_t, std::set<std::string>> labels_of;
  std::unordered_map<std::uint32_t, std::set<std::uint32_t>> members_of;  // by the uppermost member of a tree
  for (std::uint32_t i = 0; i < count; ++i) {
    if (view.cohorts.first_seen[i] == 0 || view.cohorts.top[i] != i) {
      continue;
    }
    const OldHolder holder = finder.holder_of(NodeIndex(i));
    placed.push_back({i, holder, {}});
    if (holder.node == SnapshotGraph::root()) {
      continue;
    }
    if (const NodeIndex structure = finder.structure_of(NodeIndex(i), holder.node)) {
      placed.back().structure = structure;
      std::set<std::uint32_t>& members = members_of[structure.get()];
      if (members.size() < kManyMembers) {
        members.insert(holder.node.get());
      }
    }
  }
  for (Placed& place : placed) {
    if (place.structure && members_of[place.structure.get()].size() >= kManyMembers) {
      place.holder = finder.holder_of(place.structure);  // of the tree as a whole
    }
    place.label = finder.label_below(place.holder);
    std::set<std::string>& labels = labels_of[place.holder.node.get()];
    if (labels.size() <= kManyLabels) {
      labels.insert(place.label);
    }
  }
  for (Placed& place : placed) {
    const NodeIndex holder = place.holder.node;
    if (holder != SnapshotGraph::root() && labels_of[holder.get()].size() > kManyLabels) {
      // A dictionary: its keys are data even where they hold no digit.
      place.label = place.label.starts_with("_events ") ? "_events *" : "[]";
    }
  }
  return placed;
}

/// Names of the callbacks of timers and immediates. All of them hang in lists of the runtime's: what tells one leak
/// from another is the function that is called.
class Callbacks {
 public:
  explicit Callbacks(const SnapshotGraph& graph) : graph_(graph) {}

  /// "heartbeat.js beat" of a timer's callback; empty for all other objects and for the runtime's own functions.
  [[nodiscard]] std::string of(NodeIndex timer) {
    const std::string_view kind = graph_.name(timer);
    if (graph_.type(timer) != NodeType::object || (kind != "Timeout" && kind != "Immediate")) {
      return {};
    }
    const NodeIndex callback =
        graph_.find_target(timer, EdgeType::property, kind == "Timeout" ? "_onTimeout" : "_onImmediate");
    if (!callback || graph_.type(callback) != NodeType::closure) {
      return {};
    }
    const NodeIndex function = detectors::unwrap(graph_, callback);
    const NodeIndex shared = graph_.find_target(function, EdgeType::internal, "shared");
    const auto [known, fresh] = by_shared_.try_emplace(shared ? shared.get() : function.get());
    if (fresh) {
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

 private:
  /// Names in the scope of a function without a name: "key, value".
  [[nodiscard]] std::string variables_of(NodeIndex function) const {
    std::set<std::string> names;
    if (const NodeIndex context = graph_.find_target(function, EdgeType::internal, "context")) {
      for (const auto edge : graph_.edges(context)) {
        if (edge.type == EdgeType::context && names.size() < 4) {
          names.insert(visible_text(graph_.edge_name(edge), 40));
        }
      }
    }
    return fmt::format("({})", fmt::join(names, ", "));
  }

  const SnapshotGraph& graph_;
  std::unordered_map<std::uint32_t, std::string> by_shared_;
};

/// One group for each place, by signature; `group_of` gets the group of each subtree's root.
std::vector<Accumulation> group_by_place(const SeriesView& view, std::vector<std::uint32_t>& group_of) {
  HolderFinder finder(view.last, view.cohorts, view.tree);
  std::map<std::string, Accumulation> by_signature;
  std::map<std::pair<std::uint32_t, std::string>, std::string> signature_of;
  Callbacks callbacks(view.last.graph);
  for (Placed& place : place_tops(view, finder)) {
    if (const std::string callback = callbacks.of(NodeIndex(place.top)); !callback.empty()) {
      place.label += " " + callback;
    }
    std::string& signature = signature_of[{place.holder.node.get(), place.label}];
    if (signature.empty()) {
      signature = finder.signature_of(place.holder.node, place.label);
    }
    Accumulation& into = by_signature[(place.holder.artefact ? "artefact " : "") + signature];
    into.signature = signature;
    into.artefact = place.holder.artefact;
    into.holders.push_back(place.holder.node.get());
    into.tops.push_back(place.top);
  }
  std::vector<Accumulation> groups;
  group_of.assign(view.last.graph.node_count(), kNoGroup);
  for (auto& [key, group] : by_signature) {
    std::sort(group.holders.begin(), group.holders.end());
    group.holders.erase(std::unique(group.holders.begin(), group.holders.end()), group.holders.end());
    for (const std::uint32_t top : group.tops) {
      group_of[top] = static_cast<std::uint32_t>(groups.size());
    }
    groups.push_back(std::move(group));
  }
  return groups;
}

/// Whether one of the group's holders dominates `top`.
bool is_inside(const SeriesView& view, const Accumulation& group, std::uint32_t top) {
  NodeIndex at = view.last.dominators.of(NodeIndex(top));
  for (int step = 0; step < kMaxClimb && at != SnapshotGraph::root(); ++step) {
    if (std::binary_search(group.holders.begin(), group.holders.end(), at.get())) {
      return true;
    }
    at = view.last.dominators.of(at);
  }
  return false;
}

/// Adds up sizes and counts of the new objects.
void tally(const SeriesView& view, std::vector<Accumulation>& groups, const std::vector<std::uint32_t>& group_of) {
  const SnapshotGraph& graph = view.last.graph;
  const std::size_t snapshots = view.facts.size();
  BitColumn outside(graph.node_count());
  std::vector<double> weight;
  for (Accumulation& group : groups) {
    for (auto* per_snapshot : {&group.cohort_bytes, &group.outside_bytes, &group.shared_bytes, &group.item_bytes,
                               &group.store_levels, &group.outer_store_levels, &group.cohort_objects}) {
      per_snapshot->assign(snapshots, 0);
    }
    double bytes = 0;
    for (const std::uint32_t top : group.tops) {
      bytes += static_cast<double>(view.last.retained_size(NodeIndex(top)));
      if (!is_inside(view, group, top)) {
        outside.set(top);
      }
    }
    weight.push_back(group.artefact ? 0 : bytes);
  }
  BitColumn shared(graph.node_count());
  for (std::uint32_t i = 0; i < graph.node_count(); ++i) {
    if (view.cohorts.first_seen[i] == 0) {
      continue;
    }
    for (const auto edge : graph.edges(NodeIndex(i))) {
      if (edge.type == EdgeType::weak || !outside.test(edge.target.get())) {
        continue;
      }
      const std::uint32_t from = group_of[view.cohorts.top[i]];
      const std::uint32_t to = group_of[edge.target.get()];
      if (from != to && weight[from] >= kMinorShare * weight[to]) {
        shared.set(edge.target.get());
      }
    }
  }
  for (std::uint32_t i = 0; i < graph.node_count(); ++i) {
    const std::uint8_t seen = view.cohorts.first_seen[i];
    if (seen == 0) {
      continue;
    }
    const std::uint32_t top = view.cohorts.top[i];
    Accumulation& group = groups[group_of[top]];
    const std::uint64_t bytes = graph.self_size(NodeIndex(i));
    group.cohort_bytes[seen] += static_cast<double>(bytes);
    group.cohort_objects[seen] += 1;
    if (outside.test(top)) {
      (shared.test(top) ? group.shared_bytes : group.outside_bytes)[seen] += static_cast<double>(bytes);
    }
    if (graph.type(NodeIndex(i)) != NodeType::array) {
      group.item_bytes[seen] += static_cast<double>(bytes);
      if (bytes > group.largest_bytes) {
        group.largest_bytes = bytes;
        group.largest_seen = seen;
      }
    }
    const std::uint32_t constructor = view.last.classes.of(NodeIndex(i)).get();
    auto& counts = group.class_counts[constructor];
    counts.resize(snapshots);
    counts[seen] += 1;
    group.class_bytes[constructor] += static_cast<std::int64_t>(bytes);
  }
  for (Accumulation& group : groups) {
    // One value that is nearly all of it, a string or buffer that is put together anew, is no object that stays.
    if (2 * static_cast<double>(group.largest_bytes) >
        std::accumulate(group.item_bytes.begin(), group.item_bytes.end(), 0.0)) {
      group.item_bytes[group.largest_seen] -= static_cast<double>(group.largest_bytes);
    }
  }
}

}  // namespace

double Accumulation::total_bytes() const {
  return std::accumulate(cohort_bytes.begin(), cohort_bytes.end(), 0.0) + store_levels.back() +
         outer_store_levels.back();
}

Accumulations find_accumulations(const SeriesView& view) {
  Accumulations found;
  std::vector<std::uint32_t> group_of;
  found.groups = group_by_place(view, group_of);
  join_companions(view, found.groups, group_of);
  tally(view, found.groups, group_of);
  add_store_growth(view, found, group_of);
  return found;
}

}  // namespace heapdiff
