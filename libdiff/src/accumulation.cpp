// Every new object belongs to one maximal new subtree of the dominator tree. Its holder is the nearest old object on
// the retaining path of the subtree's root, after climbing out of backing stores and along chains of equal links.
// Holders whose paths read the same once data is folded are one accumulation: a thousand sockets with one listener
// more each is one leak.

#include "accumulation.h"

#include "heapdiff/snapshot/visible_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <unordered_map>

namespace heapdiff {

namespace {

bool is_artefact(const SnapshotGraph& graph, NodeIndex n) {
  const NodeType type = graph.type(n);
  if (type == NodeType::code || type == NodeType::object_shape) {
    return true;
  }
  if (type != NodeType::hidden && type != NodeType::array && type != NodeType::synthetic) {
    return false;
  }
  const std::string_view name = graph.name(n);
  static constexpr std::string_view kMachinery[] = {"system / Map",
                                                    "system / DescriptorArray",
                                                    "system / FeedbackCell",
                                                    "system / FeedbackVector",
                                                    "system / PropertyCell",
                                                    "system / TransitionArray",
                                                    "system / AllocationSite",
                                                    "system / SharedFunctionInfo",
                                                    "system / ScopeInfo",
                                                    "system / PrototypeInfo",
                                                    "system / ClosureFeedbackCellArray",
                                                    "system / UncompiledData",
                                                    "system / PreparseData",
                                                    "system / BytecodeArray",
                                                    "system / AccessorPair",
                                                    "system / StoreHandler",
                                                    "system / LoadHandler",
                                                    "system / FunctionTemplateInfo",
                                                    "system / ManyClosuresCell",
                                                    "system / Script"};
  return std::any_of(std::begin(kMachinery), std::end(kMachinery),
                     [&](std::string_view prefix) { return name.substr(0, prefix.size()) == prefix; });
}

struct Holder {
  NodeIndex node;
  NodeIndex last;   ///< where the climb ended: held by `node`
  NodeIndex event;  ///< below `last`, the nearest to it that hangs by a property; none when there is none
  bool artefact = false;
};

/// A new subtree, what holds it, and by which label.
struct Placed {
  std::uint32_t top = 0;
  Holder holder;
  std::string label;
  NodeIndex structure = NodeIndex::none();  ///< uppermost member of the tree of equals that it hangs in
};

/// More labels than a class has fields for new objects: the holder is a dictionary.
constexpr std::size_t kManyLabels = 16;

/// New objects at fewer members of one tree than this hang off those members, not off the tree: a logger with children.
constexpr std::size_t kManyMembers = 4;

class Finder {
 public:
  Finder(const Heap& heap, const Cohorts& cohorts, const RetainingTree& tree)
      : heap_(heap), graph_(heap.graph), cohorts_(cohorts), tree_(tree), state_of_(heap.graph.node_count(), 0) {}

  /// Climbs from `top` to what holds it. Rings and chains are thousands of links long: each link is climbed once.
  [[nodiscard]] Holder holder_of(NodeIndex top) {
    std::vector<NodeIndex> trail;
    NodeIndex at = top;
    while (state_of_[at.get()] == 0) {
      trail.push_back(at);
      const NodeIndex parent = tree_.reaches(at) ? tree_.parent(at) : SnapshotGraph::root();
      if (!parent || parent == SnapshotGraph::root() || !is_passed(parent, at)) {
        break;
      }
      at = parent;
    }
    while (!trail.empty()) {
      settle(trail.back());
      trail.pop_back();
    }
    Holder holder = states_[state_of_[top.get()] - 1];
    holder.artefact |= is_artefact(graph_, top);
    holder.node = emitter_above(holder.node);
    return holder;
  }

  /// The uppermost member of the recursive structure that `top` hangs in: of a tree or trie of nodes of one class of
  /// the program. None when `top` and its holder are no such nodes. Each member is climbed from once.
  [[nodiscard]] NodeIndex structure_of(NodeIndex top, NodeIndex holder) {
    const ClassIndex wanted = heap_.classes.of(top);
    if (!is_program_class(top)) {
      return NodeIndex::none();
    }
    NodeIndex at = graph_.type(holder) == NodeType::object && heap_.classes.of(holder) == wanted
                       ? holder
                       : member_above(holder, wanted);
    std::vector<std::uint32_t> trail;
    while (at) {
      const auto known = structures_.find(at.get());
      if (known != structures_.end()) {
        at = known->second;
        break;
      }
      trail.push_back(at.get());
      const NodeIndex above = member_above(at, wanted);
      if (!above) {
        break;
      }
      at = above;
    }
    for (const std::uint32_t n : trail) {
      structures_[n] = at;
    }
    return at;
  }

  /// The object whose `_events` lead to `n`, when `n` is a part of them; else `n`.
  [[nodiscard]] NodeIndex emitter_above(NodeIndex n) const {
    NodeIndex at = n;
    for (int step = 0; step < 3 && at && at != SnapshotGraph::root() && tree_.reaches(at); ++step) {
      const NodeIndex parent = tree_.parent(at);
      if (!parent) {
        break;
      }
      const auto edge = edge_at(graph_, tree_.parent_edge(at));
      if (edge.type == EdgeType::property && graph_.edge_name(edge) == "_events") {
        return parent;
      }
      at = parent;
    }
    return n;
  }

  /// Folded names from the holder up, as far as they tell one place in a program from another.
  [[nodiscard]] std::string signature_of(NodeIndex holder, const std::string& label) const {
    std::string text = label;
    NodeIndex at = holder;
    for (int step = 0; step < 4 && at && at != SnapshotGraph::root(); ++step) {
      const NodeIndex parent = tree_.parent(at);
      if (!parent) {
        break;
      }
      const auto edge = edge_at(graph_, tree_.parent_edge(at));
      text += fmt::format(" < {} < {}", stable_class(heap_.classes.name(at)), folded_label(graph_, edge));
      at = parent;
    }
    return text;
  }

  /// The holder's own edge towards what it holds, folded.
  [[nodiscard]] std::string label_below(const Holder& holder) const {
    NodeIndex at = holder.last;
    std::string event =
        holder.event ? folded_label(graph_, edge_at(graph_, tree_.parent_edge(holder.event))) : std::string();
    while (tree_.reaches(at) && at != SnapshotGraph::root() && tree_.parent(at) && tree_.parent(at) != holder.node) {
      const auto edge = edge_at(graph_, tree_.parent_edge(at));
      if (edge.type == EdgeType::property) {
        event = folded_label(graph_, edge);
      }
      at = tree_.parent(at);
    }
    if (!tree_.reaches(at) || at == SnapshotGraph::root()) {
      return "?";
    }
    const std::string label = folded_label(graph_, edge_at(graph_, tree_.parent_edge(at)));
    if (label == "_events" && !event.empty()) {
      return fmt::format("_events {}", event);
    }
    // Entries hang by their keys and by the store that the keys lie in: both are "what it holds".
    return is_backing_store(graph_, at) || label.find('*') != std::string::npos ? "[]" : label;
  }

 private:
  /// Whether the climb from `below` goes on past its parent.
  [[nodiscard]] bool is_passed(NodeIndex parent, NodeIndex below) const {
    return cohorts_.first_seen[parent.get()] != 0 || is_backing_store(graph_, parent) || is_link(parent, below);
  }

  /// Notes the holder of `n`; its parent's is known where the climb goes past the parent.
  void settle(NodeIndex n) {
    const NodeIndex parent = tree_.reaches(n) ? tree_.parent(n) : SnapshotGraph::root();
    Holder state;
    if (!parent || parent == SnapshotGraph::root()) {
      state.node = SnapshotGraph::root();
      state.last = n;
    } else if (!is_passed(parent, n)) {
      state.node = parent;
      state.last = n;
    } else {
      state = states_[state_of_[parent.get()] - 1];
      const auto edge = edge_at(graph_, tree_.parent_edge(n));
      if (!state.event && edge.type == EdgeType::property) {
        state.event = n;
      }
    }
    // Node loads its own modules when they are first asked for, once each: a warm-up.
    state.artefact |= parent && parent != SnapshotGraph::root() &&
                      (is_artefact(graph_, parent) || is_core_module(parent) || is_feedback_cell(parent));
    states_.push_back(state);
    state_of_[n.get()] = static_cast<std::uint32_t>(states_.size());
  }

  [[nodiscard]] static bool is_collection(std::string_view name) {
    return name == "Object" || name == "Array" || name == "Map" || name == "Set";
  }

  [[nodiscard]] bool is_program_class(NodeIndex n) const {
    return graph_.type(n) == NodeType::object && !is_collection(graph_.name(n)) &&
           !graph_.name(n).starts_with("system /");
  }

  /// The nearest object of a class above `n`, with nothing but collections and their stores in between.
  [[nodiscard]] NodeIndex member_above(NodeIndex n, ClassIndex wanted) const {
    constexpr int kMostBetween = 4;
    for (int step = 0; step < kMostBetween && n != SnapshotGraph::root() && tree_.reaches(n); ++step) {
      if (step > 0 && !is_backing_store(graph_, n) && !is_collection(graph_.name(n))) {
        break;
      }
      n = tree_.parent(n);
      if (!n || n == SnapshotGraph::root()) {
        break;
      }
      if (graph_.type(n) == NodeType::object && heap_.classes.of(n) == wanted) {
        return n;
      }
    }
    return NodeIndex::none();
  }

  [[nodiscard]] bool is_core_module(NodeIndex n) const {
    return graph_.type(n) == NodeType::object && graph_.name(n) == "BuiltinModule";
  }

  /// Up to Node 14 machinery has no class: "system". The edge of the closure tells.
  [[nodiscard]] bool is_feedback_cell(NodeIndex n) const {
    return graph_.type(n) == NodeType::hidden && tree_.reaches(n) &&
           graph_.edge_name(edge_at(graph_, tree_.parent_edge(n))) == "feedback_cell";
  }

  /// One link of a chain of equals: the next one has the same class and hangs by the same label.
  [[nodiscard]] bool is_link(NodeIndex n, NodeIndex below) const {
    const NodeIndex parent = tree_.parent(n);
    if (!parent || parent == SnapshotGraph::root() || graph_.type(n) != graph_.type(below) ||
        graph_.name_index(n) != graph_.name_index(below)) {
      return false;
    }
    const auto upper = edge_at(graph_, tree_.parent_edge(n));
    const auto lower = edge_at(graph_, tree_.parent_edge(below));
    return upper.type == lower.type && !SnapshotGraph::is_numbered(upper.type) &&
           folded_label(graph_, upper) == folded_label(graph_, lower);
  }

  const Heap& heap_;
  const SnapshotGraph& graph_;
  const Cohorts& cohorts_;
  const RetainingTree& tree_;
  std::vector<std::uint32_t> state_of_;  // per node: position in states_ plus one
  std::vector<Holder> states_;
  std::unordered_map<std::uint32_t, NodeIndex> structures_;  // member of a recursive structure -> its uppermost one
};

}  // namespace

std::string stable_class(std::string_view name) {
  return !name.empty() && name[0] == '{' ? std::string("Object") : visible_text(name, 80);
}

bool is_backing_store(const SnapshotGraph& graph, NodeIndex n) {
  const NodeType type = graph.type(n);
  if (type == NodeType::array || type == NodeType::concatenated_string || type == NodeType::sliced_string ||
      type == NodeType::string) {
    return true;
  }
  const std::string_view name = graph.name(n);
  if (type == NodeType::native) {  // Blink's vectors and hash tables
    return name.find("HeapVectorBacking<") != std::string_view::npos ||
           name.find("HeapHashTableBacking<") != std::string_view::npos ||
           name.find("BasicHeapVector<") != std::string_view::npos;
  }
  if (type != NodeType::hidden && type != NodeType::object) {
    return false;
  }
  return name == "system / Cell" || name == "system / WeakCell" || name == "system / PromiseReaction";
}

std::string folded_label(const SnapshotGraph& graph, const SnapshotGraph::Edge& edge) {
  if (SnapshotGraph::is_numbered(edge.type)) {
    return "[]";
  }
  const std::string_view name = graph.edge_name(edge);
  if (edge.type == EdgeType::internal && name.find(" / part of key ") != std::string_view::npos) {
    return "(entry)";
  }
  // A ring's two directions are one place: the search goes both ways round.
  if (name == "_idlePrev") {
    return "_idleNext";
  }
  return fold_data(visible_text(name, 120));
}

std::vector<Accumulation> find_accumulations(const Heap& last, const Cohorts& cohorts, const RetainingTree& tree,
                                             std::size_t snapshots) {
  const SnapshotGraph& graph = last.graph;
  Finder finder(last, cohorts, tree);
  std::map<std::string, Accumulation> by_signature;
  std::vector<Accumulation*> of_top(graph.node_count(), nullptr);
  std::map<std::pair<std::uint32_t, std::string>, std::string> signature_of;
  std::vector<Placed> placed;
  std::unordered_map<std::uint32_t, std::set<std::string>> labels_of;
  std::unordered_map<std::uint32_t, std::set<std::uint32_t>> members_of;  // by the uppermost member of a tree
  for (std::uint32_t i = 0; i < graph.node_count(); ++i) {
    if (cohorts.first_seen[i] == 0 || cohorts.top[i] != i) {
      continue;
    }
    const Holder holder = finder.holder_of(NodeIndex(i));
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
    const std::uint32_t i = place.top;
    const NodeIndex top(i);
    const Holder holder = place.holder;
    std::string& label = place.label;
    if (holder.node != SnapshotGraph::root() && labels_of[holder.node.get()].size() > kManyLabels) {
      // A dictionary: its keys are data even where they hold no digit.
      label = label.starts_with("_events ") ? "_events *" : "[]";
    }
    std::string& signature = signature_of[{holder.node.get(), label}];
    if (signature.empty()) {
      signature = finder.signature_of(holder.node, label);
    }
    Accumulation& into = by_signature[(holder.artefact ? "artefact " : "") + signature];
    if (into.cohort_bytes.empty()) {
      into.signature = signature;
      into.artefact = holder.artefact;
      into.cohort_bytes.assign(snapshots, 0);
      into.item_bytes.assign(snapshots, 0);
      into.cohort_objects.assign(snapshots, 0);
    }
    into.holders.push_back(holder.node.get());
    into.tops.push_back(i);
    of_top[i] = &into;
  }
  for (std::uint32_t i = 0; i < graph.node_count(); ++i) {
    const std::uint8_t seen = cohorts.first_seen[i];
    if (seen == 0) {
      continue;
    }
    Accumulation& group = *of_top[cohorts.top[i]];
    const std::uint64_t bytes = graph.self_size(NodeIndex(i));
    group.cohort_bytes[seen] += static_cast<double>(bytes);
    group.cohort_objects[seen] += 1;
    if (graph.type(NodeIndex(i)) != NodeType::array) {
      group.item_bytes[seen] += static_cast<double>(bytes);
      if (bytes > group.largest_bytes) {
        group.largest_bytes = bytes;
        group.largest_seen = seen;
      }
    }
    const std::uint32_t constructor = last.classes.of(NodeIndex(i)).get();
    auto& counts = group.class_counts[constructor];
    counts.resize(snapshots);
    counts[seen] += 1;
    group.class_bytes[constructor] += static_cast<std::int64_t>(bytes);
  }
  std::vector<Accumulation> all;
  for (auto& [signature, group] : by_signature) {
    std::sort(group.holders.begin(), group.holders.end());
    group.holders.erase(std::unique(group.holders.begin(), group.holders.end()), group.holders.end());
    // One value that is nearly all of it, a string or buffer that is put together anew, is no object that stays.
    if (2 * static_cast<double>(group.largest_bytes) >
        std::accumulate(group.item_bytes.begin(), group.item_bytes.end(), 0.0)) {
      group.item_bytes[group.largest_seen] -= static_cast<double>(group.largest_bytes);
    }
    all.push_back(std::move(group));
  }
  return all;
}

}  // namespace heapdiff
