#include "explorer/held_shapes.h"

#include "heapdiff/snapshot/visible_text.h"
#include "v8/events.h"
#include "v8/node_predicates.h"
#include "v8/objects.h"

#include <xxhash.h>

#include <algorithm>
#include <vector>

namespace heapdiff::explorer {

namespace {

constexpr std::size_t kFewestKeys = 16;      // a record with that many fields of one kind is taken for a dictionary
constexpr std::size_t kMaxShownSteps = 60;   // of one path, after equal steps were joined
constexpr std::size_t kMaxWalked = 200'000;  // steps of one path that are looked at, from the object up

std::uint64_t mixed(std::uint64_t a, std::uint64_t b) {
  const std::uint64_t both[] = {a, b};
  return XXH3_64bits(both, sizeof(both));
}

std::uint64_t hash_of(std::string_view text) { return XXH3_64bits(text.data(), text.size()); }

bool is_plain_object(const Heap& heap, NodeIndex n) {
  return heap.graph.type(n) == NodeType::object && v8::is_plain_object_class(heap.classes.name(n));
}

}  // namespace

std::uint32_t NameList::add(std::string name) {
  const auto [at, fresh] = position_.try_emplace(std::move(name), static_cast<std::uint32_t>(names_.size()));
  if (fresh) {
    names_.push_back(at->first);
  }
  return at->second;
}

Labels::Labels(const Heap& heap) : heap_(heap) {
  const SnapshotGraph& graph = heap.graph;
  for (std::uint32_t i = 0; i < graph.node_count(); ++i) {
    const NodeIndex n(i);
    if (graph.type(n) != NodeType::closure || graph.name(n).empty()) {
      continue;
    }
    if (const NodeIndex prototype = graph.find_target(n, EdgeType::property, v8::kPrototypeOfFunction)) {
      owner_of_.try_emplace(prototype.get(), graph.name_index(n));
    }
  }
}

/// None where the class says more: of plain objects, and of prototypes, which descend from that of plain objects.
StringIndex Labels::owner_name(NodeIndex n) const {
  const SnapshotGraph& graph = heap_.graph;
  const std::string_view class_name = heap_.classes.name(n);
  if (graph.type(n) != NodeType::object || class_name == v8::kObjectClass || v8::is_made_up_class(class_name)) {
    return StringIndex::none();
  }
  const NodeIndex prototype = graph.find_target(n, EdgeType::property, v8::kPrototypeOfInstance);
  const auto owner = prototype ? owner_of_.find(prototype.get()) : owner_of_.end();
  return owner == owner_of_.end() || graph.strings()[owner->second] == v8::kObjectClass ? StringIndex::none()
                                                                                        : owner->second;
}

std::string Labels::of(NodeIndex n) const {
  if (heap_.graph.type(n) == NodeType::closure) {
    const std::string name = visible_text(heap_.graph.name(n), 80);
    return name.empty() ? "(anonymous function)" : name + "()";
  }
  if (heap_.graph.type(n) == NodeType::synthetic) {
    return visible_text(heap_.graph.name(n), 120);
  }
  const StringIndex owner = owner_name(n);
  return visible_text(owner ? heap_.graph.strings()[owner] : std::string_view(heap_.classes.name(n)), 120);
}

std::uint64_t Labels::key(NodeIndex n) const {
  const NodeType type = heap_.graph.type(n);
  constexpr unsigned kAboveIndices = 32;
  const auto by_name = [&](StringIndex name) {
    return ((static_cast<std::uint64_t>(type) + 1) << kAboveIndices) | name.get();
  };
  if (type == NodeType::closure || type == NodeType::synthetic) {
    return by_name(heap_.graph.name_index(n));
  }
  const StringIndex owner = owner_name(n);
  return owner ? by_name(owner) : heap_.classes.of(n).get();
}

HeldShapes::HeldShapes(const Heap& heap, const RetainingTree& tree, const Labels& labels)
    : heap_(heap), tree_(tree), labels_(labels), dictionary_(heap.graph.node_count()), shape_(heap.graph.node_count()) {
  find_dictionaries();
  const SnapshotGraph& graph = heap.graph;
  std::map<std::uint32_t, std::uint64_t> folded;   // by string: hash of the folded name
  Column<std::uint32_t> last(graph.node_count());  // hash of the last step alone
  for (const std::uint32_t i : tree.order()) {
    const NodeIndex n(i);
    if (n == SnapshotGraph::root()) {
      shape_[i] = 1;
      continue;
    }
    const SnapshotGraph::Edge edge = edge_at(graph, tree.parent_edge(n));
    const NodeIndex above = tree.parent(n);
    std::uint64_t name = 0;
    if (!SnapshotGraph::is_numbered(edge.type) && !(dictionary_.test(above.get()) && edge.type == EdgeType::property)) {
      const auto [at, fresh] = folded.try_emplace(graph.edge_name_raw(edge), 0);
      if (fresh) {
        at->second = hash_of(fold_data(graph.edge_name(edge)));
      }
      name = at->second;
    }
    const std::uint64_t step = mixed(mixed(name, static_cast<std::uint64_t>(edge.type)), heap.classes.of(n).get());
    last[i] = static_cast<std::uint32_t>(step);
    const bool repeats = last[i] == last[above.get()];
    shape_[i] = std::max<std::uint64_t>(repeats ? shape_[above.get()] : mixed(shape_[above.get()], step), 1);
  }
}

/// A table of events is no dictionary: its keys are folded like the events of a report.
void HeldShapes::find_dictionaries() {
  const SnapshotGraph& graph = heap_.graph;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::size_t> kinds;  // class, and of functions the name
  for (std::uint32_t i = 0; i < graph.node_count(); ++i) {
    const NodeIndex n(i);
    if (graph.edges(n).size() < kFewestKeys || !is_plain_object(heap_, n)) {
      continue;
    }
    if (tree_.parent(n) && v8::is_events_edge(graph, edge_at(graph, tree_.parent_edge(n)))) {
      continue;
    }
    kinds.clear();
    std::size_t keys = 0;
    std::size_t most = 0;
    for (const SnapshotGraph::Edge edge : graph.edges(n)) {
      if (edge.type == EdgeType::property && graph.edge_name(edge) != v8::kPrototypeOfInstance) {
        ++keys;
        const bool function = graph.type(edge.target) == NodeType::closure;
        most = std::max(
            most, ++kinds[{heap_.classes.of(edge.target).get(), function ? graph.name_index(edge.target).get() : 0}]);
      }
    }
    if (keys >= kFewestKeys && 4 * most >= 3 * keys) {
      dictionary_.set(i);
    }
  }
}

ExplorerEdge HeldShapes::edge_to(NodeIndex n) const {
  const SnapshotGraph& graph = heap_.graph;
  const SnapshotGraph::Edge edge = edge_at(graph, tree_.parent_edge(n));
  const NodeIndex above = tree_.parent(n);
  if (SnapshotGraph::is_numbered(edge.type)) {
    return {graph.edge_label(edge), false};
  }
  if (edge.type == EdgeType::property && dictionary_.test(above.get())) {
    return {"*", false};
  }
  const std::string name = visible_text(graph.edge_name(edge), 120);
  const bool event = edge.type == EdgeType::property && tree_.parent(above) &&
                     v8::is_events_edge(graph, edge_at(graph, tree_.parent_edge(above)));
  return {event ? fold_data(name) : name, event};
}

std::uint32_t PathList::edge_position(const ExplorerEdge& edge) {
  const auto [at, fresh] =
      edges_.try_emplace({edge.name, edge.is_event}, static_cast<std::uint32_t>(into_.edges.size()));
  if (fresh) {
    into_.edges.push_back(edge);
  }
  return at->second;
}

std::uint32_t PathList::add(NodeIndex n) {
  const SnapshotGraph& graph = shapes_.heap().graph;
  const RetainingTree& tree = shapes_.tree();
  const Labels& labels = shapes_.labels();
  struct Walked {
    NodeIndex node;
    std::uint32_t edge;
    EdgeType type;
    std::uint32_t repeats;
    std::uint32_t skipped;
  };
  std::vector<Walked> up;  // from the object to the root
  std::uint32_t walked = 0;
  for (NodeIndex at = n; at != SnapshotGraph::root() && tree.reaches(at); at = tree.parent(at), ++walked) {
    if (walked == kMaxWalked) {
      up.back().skipped = 1;  // how many more there are is not counted
      break;
    }
    const EdgeType type = edge_at(graph, tree.parent_edge(at)).type;
    const std::uint32_t edge = edge_position(shapes_.edge_to(at));
    if (!up.empty() && up.back().edge == edge && up.back().type == type && labels.of(up.back().node) == labels.of(at)) {
      ++up.back().repeats;
    } else {
      up.push_back({at, edge, type, 1, 0});
    }
  }
  if (up.size() > kMaxShownSteps) {
    const std::size_t left_out = up.size() - kMaxShownSteps;
    const auto from = up.begin() + kMaxShownSteps / 2;
    up[kMaxShownSteps / 2 - 1].skipped = static_cast<std::uint32_t>(left_out);
    up.erase(from, from + static_cast<std::ptrdiff_t>(left_out));
  }
  std::uint32_t before = ExplorerStep::kNone;
  for (auto step = up.rbegin(); step != up.rend(); ++step) {
    const auto [at, fresh] = steps_.try_emplace({before, graph.id(step->node), step->repeats},
                                                static_cast<std::uint32_t>(into_.steps.size()));
    if (fresh) {
      into_.steps.push_back({before, step->edge, step->type, names_.add(labels.of(step->node)),
                             names_.add(visible_text(graph.type_name(step->node), 40)), graph.id(step->node),
                             step->repeats, step->skipped});
    }
    before = at->second;
  }
  return before;
}

}  // namespace heapdiff::explorer
