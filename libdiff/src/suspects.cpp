// From accumulations to suspects: levels over time, judgement, path, functions, and what a fix would free.

#include "accumulation.h"
#include "allocation_traces.h"
#include "heapdiff/diff/suspect.h"
#include "heapdiff/snapshot/visible_text.h"
#include "kinds.h"
#include "path_functions.h"
#include "reachable.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <unordered_map>
#include <unordered_set>

namespace heapdiff {

namespace {

constexpr std::size_t kMaxSuspects = 20;

double retained_at(const Facts& facts, std::uint64_t id) {
  const auto object = facts.objects.find(id);
  return object ? static_cast<double>(object->retained_bytes) : 0.0;
}

/// Less growth than this is not worth a word: bytes over the series.
double smallest_growth(std::span<const Facts> facts) {
  return std::max(32e3, 0.002 * static_cast<double>(facts.back().total_bytes));
}

class SuspectBuilder {
 public:
  SuspectBuilder(const Heap& last, std::span<const Facts> facts, std::span<const double> hours,
                 const RetainingTree& tree, const Cohorts& cohorts)
      : heap_(last), graph_(last.graph), facts_(facts), hours_(hours), tree_(tree), cohorts_(cohorts) {}

  [[nodiscard]] Suspect build(const Accumulation& group) const {
    Suspect suspect;
    suspect.holder_count = group.holders.size();
    suspect.new_objects =
        static_cast<std::int64_t>(std::accumulate(group.cohort_objects.begin(), group.cohort_objects.end(), 0.0));
    set_levels(suspect, group);
    return suspect;
  }

  void judge(Suspect& suspect, const Accumulation& group) const {
    const double smallest = smallest_growth(facts_);
    suspect.trajectory = judge_trajectory(hours_, suspect.levels, smallest);
    suspect.growth_bytes = static_cast<std::int64_t>(suspect.levels.back() - suspect.levels.front());
    if (suspect.trajectory == Trajectory::unclear && suspect.levels_are_retained) {
      // Tables double: what the holder retains grows in leaps while its entries come evenly.
      const std::vector<double> survivors = survivors_of(group);
      if (judge_trajectory(hours_, survivors, smallest) == Trajectory::steady && keeps_its_cohorts(survivors)) {
        suspect.trajectory = Trajectory::steady;
      }
    }
    const bool grows = suspect.trajectory == Trajectory::steady || suspect.trajectory == Trajectory::unclear;
    if (grows && !suspect.levels_are_retained && !keeps_its_cohorts(suspect.levels)) {
      suspect.trajectory = Trajectory::unsteady;
    }
    if (!hours_.empty()) {
      suspect.rate = fit_rate(hours_, suspect.levels);
      suspect.detectable_rate = detectable_rate(hours_, suspect.levels);
    }
  }

  void describe(Suspect& suspect, const Accumulation& group) const {
    const NodeIndex top = representative(group);
    set_path(suspect, top);
    const NodeIndex holder = holder_on_path(group, top);
    suspect.holder = visible_text(heap_.classes.name(holder), 120);
    suspect.holder_id = graph_.id(holder);
    suspect.top_id = graph_.id(top);
    if (graph_.find_target(holder, EdgeType::property, "_events")) {
      suspect.emitter = PrototypeOwners(graph_).made_by(heap_, holder);
    }
    set_constructor(suspect, group, top);
    suspect.hint.holder_name = holder_name(holder, top);
    suspect.label = suspect.hint.holder_name;
    std::size_t holder_at = 0;
    for (std::size_t i = 0; i < suspect.path.size(); ++i) {
      if (suspect.path[i].node_id == graph_.id(holder)) {
        holder_at = i;
      }
    }
    std::vector<std::uint32_t> items = items_of(group);
    std::sort(items.begin(), items.end());
    classify(suspect, heap_, group, facts_, holder, holder_at, items);
    if (!suspect.emitter.empty() && holder_at < suspect.path.size() &&
        suspect.path[holder_at].node_id == suspect.holder_id) {
      suspect.path[holder_at].node = suspect.emitter;  // a client that mixes in an emitter's methods keeps its own name
    }
    add_path_functions(suspect, heap_, cohorts_, nodes_of_path_);
    if (graph_.has_allocation_traces()) {
      add_allocation_traces(suspect, heap_, new_objects_of(group));
    }
    const std::string text = fmt::format("{}|{}|{}", suspect.kind, stable_class(suspect.constructor), group.signature);
    suspect.signature = fmt::format("{:016x}", XXH3_64bits(text.data(), text.size()));
  }

  /// Self sizes of what is no longer reachable when the holders and their stores let go of the new objects: what the
  /// fix would have freed.
  [[nodiscard]] std::uint64_t freed_by_cut(const Accumulation& group) {
    BitColumn sources(graph_.node_count());
    BitColumn targets(graph_.node_count());
    for (const std::uint32_t holder : group.holders) {
      if (holder != 0) {
        sources.set(holder);
      }
    }
    // Of a store that was reallocated only the new entries are let go: the old ones are not growth.
    for (const std::uint32_t item : items_of(group)) {
      targets.set(item);
      NodeIndex at(item);
      // The store between holder and object, and the link before it in a chain.
      for (int step = 0; step < 3 && at != SnapshotGraph::root() && tree_.reaches(at); ++step) {
        at = tree_.parent(at);
        if (!at || at == SnapshotGraph::root() || (step > 0 && !is_backing_store(graph_, at))) {
          break;
        }
        sources.set(at.get());
      }
    }
    // An array and its store both refer to each element: cutting one of them lets nothing go.
    for (std::uint32_t i = 0; i < graph_.node_count(); ++i) {
      if (!sources.test(i) || is_backing_store(graph_, NodeIndex(i))) {
        continue;
      }
      for (const auto edge : graph_.edges(NodeIndex(i))) {
        if (edge.type == EdgeType::internal && is_backing_store(graph_, edge.target)) {
          sources.set(edge.target.get());
        }
      }
    }
    if (!all_reachable_) {
      all_reachable_ = reachable_bytes(heap_);
    }
    return *all_reachable_ - reachable_bytes(heap_, &sources, &targets);
  }

  /// Old objects beside the holders that refer to the new ones too, most frequent first: cutting one edge is not
  /// enough.
  [[nodiscard]] std::vector<std::string> other_holders(const Accumulation& group) const {
    const std::vector<std::uint32_t> items = items_of(group);
    BitColumn wanted(graph_.node_count());
    for (const std::uint32_t i : items) {
      wanted.set(i);
    }
    const EssentialEdges essential(heap_.distances.page_owned);
    std::map<std::uint32_t, std::size_t> references;
    for (std::uint32_t i = 0; i < graph_.node_count(); ++i) {
      const NodeIndex owner = program_object_above(NodeIndex(i));
      if (!owner || std::binary_search(group.holders.begin(), group.holders.end(), owner.get())) {
        continue;
      }
      const auto retains = essential.from(NodeIndex(i));
      for (const auto edge : graph_.edges(NodeIndex(i))) {
        if (wanted.test(edge.target.get()) && edge.type != EdgeType::hidden && retains(edge.type, edge.target) &&
            heap_.dominators.of(edge.target) != NodeIndex(i)) {
          ++references[owner.get()];
        }
      }
    }
    std::vector<std::pair<std::size_t, std::string>> found;
    for (const auto& [owner, count] : references) {
      if (count * 10 >= items.size() && count > 1) {
        const std::string label = holder_name(NodeIndex(owner), NodeIndex(owner));
        found.emplace_back(count, fmt::format("{}{} refers to {} of the {} objects too",
                                              visible_text(heap_.classes.name(NodeIndex(owner)), 80),
                                              label.empty() ? "" : fmt::format(" \"{}\"", label), count, items.size()));
      }
    }
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
      return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    std::vector<std::string> out;
    for (std::size_t i = 0; i < std::min<std::size_t>(found.size(), 3); ++i) {
      out.push_back(std::move(found[i].second));
    }
    return out;
  }

 private:
  [[nodiscard]] std::vector<std::uint32_t> new_objects_of(const Accumulation& group) const {
    const std::unordered_set<std::uint32_t> tops(group.tops.begin(), group.tops.end());
    std::vector<std::uint32_t> objects;
    for (std::uint32_t i = 0; i < graph_.node_count(); ++i) {
      if (cohorts_.first_seen[i] != 0 && tops.count(cohorts_.top[i]) != 0) {
        objects.push_back(i);
      }
    }
    return objects;
  }

  /// The old object of the program that `n` is or is a store of; none for new objects, roots and machinery.
  [[nodiscard]] NodeIndex program_object_above(NodeIndex n) const {
    for (int step = 0; step < 3 && is_backing_store(graph_, n); ++step) {
      if (!tree_.reaches(n) || n == SnapshotGraph::root() || !tree_.parent(n)) {
        return NodeIndex::none();
      }
      n = tree_.parent(n);
    }
    const NodeType type = graph_.type(n);
    const bool program = type == NodeType::object || type == NodeType::closure;
    return program && n != SnapshotGraph::root() && cohorts_.first_seen[n.get()] == 0 ? n : NodeIndex::none();
  }

  void set_levels(Suspect& suspect, const Accumulation& group) const {
    const double new_bytes = std::accumulate(group.cohort_bytes.begin(), group.cohort_bytes.end(), 0.0);
    std::vector<double> retained(facts_.size(), 0.0);
    bool followed = true;
    for (const std::uint32_t holder : group.holders) {
      followed &= holder != 0 && (graph_.id(NodeIndex(holder)) & 1U) != 0;
      for (std::size_t k = 0; k < facts_.size(); ++k) {
        retained[k] += retained_at(facts_[k], graph_.id(NodeIndex(holder)));
      }
    }
    const double growth = retained.back() - retained.front();
    // A holder that lost as much as it gained tells more than its new objects do: a full cache.
    const bool dominates = followed && retained.back() >= 0.5 * new_bytes &&
                           (growth >= 0.5 * new_bytes || group.holders.size() == 1) && growth <= 1.5 * new_bytes;
    suspect.levels_are_retained = dominates;
    if (dominates) {
      suspect.levels = retained;
      return;
    }
    suspect.levels = survivors_of(group);
  }

  /// Bytes of new objects alive at the end, added up in the order in which they came.
  [[nodiscard]] static std::vector<double> survivors_of(const Accumulation& group) {
    std::vector<double> levels(group.cohort_bytes.size(), 0.0);
    std::partial_sum(group.cohort_bytes.begin(), group.cohort_bytes.end(), levels.begin());
    return levels;
  }

  /// A leak keeps a like share of each cohort; of a cache that turns over, only the young are left.
  [[nodiscard]] bool keeps_its_cohorts(const std::vector<double>& levels) const {
    const std::size_t n = levels.size();
    if (n <= 2) {
      return true;
    }
    const bool timed = hours_.size() == n && hours_[n - 1] > hours_[n - 2] && hours_[n - 2] > hours_[0];
    const double last = (levels[n - 1] - levels[n - 2]) / (timed ? hours_[n - 1] - hours_[n - 2] : 1.0);
    const double earlier =
        (levels[n - 2] - levels[0]) / (timed ? hours_[n - 2] - hours_[0] : static_cast<double>(n - 2));
    return earlier > last / 3;
  }

  /// The middle one of the tops by retained size: neither the smallest nor an exception.
  [[nodiscard]] NodeIndex representative(const Accumulation& group) const {
    std::vector<std::uint32_t> tops = group.tops;
    const auto larger = [&](std::uint32_t a, std::uint32_t b) {
      const std::uint64_t x = heap_.retained_size(NodeIndex(a));
      const std::uint64_t y = heap_.retained_size(NodeIndex(b));
      return x != y ? x > y : a < b;
    };
    std::sort(tops.begin(), tops.end(), larger);
    double all = 0;
    for (const std::uint32_t t : tops) {
      all += static_cast<double>(heap_.retained_size(NodeIndex(t)));
    }
    double sum = 0;
    for (const std::uint32_t t : tops) {
      sum += static_cast<double>(heap_.retained_size(NodeIndex(t)));
      if (sum >= all / 2) {
        return NodeIndex(t);
      }
    }
    return NodeIndex(tops.front());
  }

  [[nodiscard]] NodeIndex holder_on_path(const Accumulation& group, NodeIndex top) const {
    NodeIndex at = top;
    while (at && at != SnapshotGraph::root() && tree_.reaches(at)) {
      at = tree_.parent(at);
      if (at && std::binary_search(group.holders.begin(), group.holders.end(), at.get())) {
        return at;
      }
    }
    return SnapshotGraph::root();
  }

  /// The name that a programmer gave to the collection: the nearest property or variable on the path.
  [[nodiscard]] std::string holder_name(NodeIndex holder, NodeIndex top) const {
    const auto named = [&](NodeIndex n) -> std::string {
      const auto edge = edge_at(graph_, tree_.parent_edge(n));
      const std::string_view name = graph_.edge_name(edge);
      if ((edge.type != EdgeType::property && edge.type != EdgeType::context) || name == "_idleNext" ||
          name == "_idlePrev") {
        return {};
      }
      return visible_text(name, 120);
    };
    static constexpr std::string_view kCollections[] = {"Map", "Set", "Array", "WeakMap", "WeakSet"};
    const bool collection = std::find(std::begin(kCollections), std::end(kCollections), heap_.classes.name(holder)) !=
                            std::end(kCollections);
    if (!collection) {
      NodeIndex at = top;
      while (at != SnapshotGraph::root() && tree_.reaches(at) && tree_.parent(at) != holder) {
        at = tree_.parent(at);
      }
      const std::string name = at == SnapshotGraph::root() ? std::string() : named(at);
      if (!name.empty() && fold_data(name) == name && heap_.classes.name(holder) != "Object") {
        return name;
      }
    }
    NodeIndex at = holder;
    for (int step = 0; step < 4 && at && at != SnapshotGraph::root() && tree_.reaches(at); ++step) {
      const std::string name = named(at);
      if (!name.empty()) {
        return name;
      }
      at = tree_.parent(at);
    }
    return {};
  }

  void set_constructor(Suspect& suspect, const Accumulation& group, NodeIndex top) const {
    // Items are what the holder's stores hold directly; the class of items that retains most is what grows.
    std::map<std::uint32_t, double> weight;
    for (const std::uint32_t t : items_of(group)) {
      weight[heap_.classes.of(NodeIndex(t)).get()] += static_cast<double>(heap_.retained_size(NodeIndex(t)));
    }
    std::uint32_t best = heap_.classes.of(top).get();
    for (const auto& [constructor, bytes] : weight) {
      if (bytes > weight[best]) {
        best = constructor;
      }
    }
    // A reallocated store or a plain wrapper says little: name the heaviest program class inside it.
    const auto says_little = [&](std::uint32_t c) {
      const std::string_view name = heap_.classes.info(ClassIndex(c)).name;
      return name.empty() ||
             (name[0] == '(' && name != "(string)" && name != "(closure)" && name != "(concatenated string)") ||
             name.substr(0, 8) == "system /";
    };
    if (says_little(best)) {
      std::int64_t bytes = -1;
      for (const auto& [constructor, own] : group.class_bytes) {
        if (!says_little(constructor) && own > bytes) {
          bytes = own;
          best = constructor;
        }
      }
    }
    suspect.constructor = visible_text(heap_.classes.info(ClassIndex(best)).name, 120);
    const auto counts = group.class_counts.find(best);
    suspect.instances.assign(facts_.size(), 0.0);
    if (counts != group.class_counts.end()) {
      suspect.instances = counts->second;
    }
    suspect.object_count_growth =
        static_cast<std::int64_t>(std::accumulate(suspect.instances.begin(), suspect.instances.end(), 0.0));
  }

  [[nodiscard]] std::vector<std::uint32_t> items_of(const Accumulation& group) const {
    std::vector<std::uint32_t> items;
    std::vector<std::uint32_t> open = group.tops;
    while (!open.empty()) {
      const std::uint32_t n = open.back();
      open.pop_back();
      const NodeType type = graph_.type(NodeIndex(n));
      const bool listeners = type == NodeType::object && graph_.name(NodeIndex(n)) == "Array" &&
                             tree_.parent(NodeIndex(n)) && is_events_object(tree_.parent(NodeIndex(n)));
      if (type != NodeType::array && !listeners && !is_wrapper(NodeIndex(n))) {
        items.push_back(n);
        continue;
      }
      for (const auto edge : graph_.edges(NodeIndex(n))) {
        if (heap_.dominators.of(edge.target) == NodeIndex(n) && edge.target != NodeIndex(n) &&
            edge.type != EdgeType::weak && cohorts_.first_seen[edge.target.get()] != 0) {
          open.push_back(edge.target.get());
        }
      }
    }
    return items;
  }

  /// An embedder's object around a new one of the heap: what a listener or observer is kept in.
  [[nodiscard]] bool is_wrapper(NodeIndex n) const {
    if (graph_.type(n) != NodeType::native || graph_.id(n) % 2 != 0) {
      return false;
    }
    for (const auto edge : graph_.edges(n)) {
      if (edge.target != n && edge.type != EdgeType::weak && heap_.dominators.of(edge.target) == n &&
          cohorts_.first_seen[edge.target.get()] != 0 &&
          heap_.retained_size(edge.target) * 2 > heap_.retained_size(n)) {
        return true;
      }
    }
    return false;
  }

  [[nodiscard]] bool is_events_object(NodeIndex n) const {
    if (n == SnapshotGraph::root() || !tree_.reaches(n)) {
      return false;
    }
    const auto edge = edge_at(graph_, tree_.parent_edge(n));
    return edge.type == EdgeType::property && graph_.edge_name(edge) == "_events";
  }

  [[nodiscard]] SuspectStep step_of(const SnapshotGraph::Edge& edge) const {
    SuspectStep step;
    step.edge =
        SnapshotGraph::is_numbered(edge.type) ? graph_.edge_label(edge) : visible_text(graph_.edge_name(edge), 120);
    step.edge_type = edge.type;
    step.node = visible_text(heap_.classes.name(edge.target), 120);
    if (graph_.type(edge.target) == NodeType::closure) {
      step.node = visible_text(graph_.name(edge.target), 80);
      if (step.node.empty()) {
        step.node = "(anonymous)";
      }
    }
    step.node_type = std::string(graph_.type_name(edge.target));
    step.node_id = graph_.id(edge.target);
    return step;
  }

  void set_path(Suspect& suspect, NodeIndex top) const {
    std::vector<SnapshotGraph::Edge> edges;
    for (const PathStep& step : tree_.path(graph_, top)) {
      edges.push_back(step.edge);
    }
    NodeIndex at = top;
    for (int depth = 0; depth < 5; ++depth) {
      const auto next = heaviest_content(at);
      if (!next) {
        break;
      }
      edges.push_back(*next);
      at = next->target;
    }
    for (const auto& edge : edges) {
      SuspectStep step = step_of(edge);
      SuspectStep* before = suspect.path.empty() ? nullptr : &suspect.path.back();
      if (before != nullptr && before->edge == step.edge && before->edge_type == step.edge_type &&
          before->node == step.node) {
        step.repeats = before->repeats + 1;
        *before = std::move(step);
      } else {
        suspect.path.push_back(std::move(step));
      }
    }
    nodes_of_path_.clear();
    nodes_of_path_.push_back(SnapshotGraph::root());
    for (const auto& edge : edges) {
      nodes_of_path_.push_back(edge.target);
    }
  }

  [[nodiscard]] std::optional<SnapshotGraph::Edge> heaviest_content(NodeIndex n) const {
    std::optional<SnapshotGraph::Edge> best;
    std::uint64_t bytes = 0;
    for (const auto edge : graph_.edges(n)) {
      const std::string_view name = graph_.edge_name(edge);
      const bool telling =
          (graph_.type(n) == NodeType::closure && edge.type == EdgeType::internal && name == "context") ||
          name == "_onTimeout" || name == "callback" || name == "listener";
      if (edge.type >= EdgeType::shortcut || (!telling && heap_.dominators.of(edge.target) != n)) {
        continue;
      }
      if (edge.type == EdgeType::internal &&
          (name == "map" || name == "shared" || name == "code" || name == "feedback_cell" || name == "scope_info")) {
        continue;
      }
      const std::uint64_t weight = telling ? UINT64_MAX : heap_.retained_size(edge.target);
      if (weight > bytes) {
        bytes = weight;
        best = edge;
      }
    }
    return best;
  }

  const Heap& heap_;
  const SnapshotGraph& graph_;
  std::span<const Facts> facts_;
  std::span<const double> hours_;
  const RetainingTree& tree_;
  const Cohorts& cohorts_;
  std::optional<std::uint64_t> all_reachable_;
  mutable std::vector<NodeIndex> nodes_of_path_;
};

}  // namespace

Findings find_suspects(const Heap& last, std::span<const Facts> facts, std::span<const double> hours) {
  const RetainingTree tree(last.graph, last.distances.page_owned);
  const Cohorts cohorts = find_cohorts(last, facts);
  const std::vector<Accumulation> groups = find_accumulations(last, cohorts, tree, facts.size());
  SuspectBuilder builder(last, facts, hours, tree, cohorts);
  Findings findings;
  std::vector<std::pair<Suspect, const Accumulation*>> found;
  std::vector<double> set_apart(facts.size(), 0.0);  // artefacts, and what is known to have levelled off
  const auto set_aside = [&](const std::vector<double>& cohorts_bytes) {
    double sum = 0;
    for (std::size_t k = 0; k < set_apart.size(); ++k) {
      sum += cohorts_bytes[k];
      set_apart[k] += sum;
    }
  };
  for (const Accumulation& group : groups) {
    const double bytes = std::accumulate(group.cohort_bytes.begin(), group.cohort_bytes.end(), 0.0);
    findings.new_bytes += static_cast<std::int64_t>(bytes);
    if (group.artefact) {
      findings.artefact_bytes += static_cast<std::int64_t>(bytes);
      set_aside(group.cohort_bytes);
      continue;
    }
    Suspect suspect = builder.build(group);
    builder.judge(suspect, group);
    if (suspect.trajectory == Trajectory::flat) {
      findings.unattributed_bytes += static_cast<std::int64_t>(bytes);
      continue;
    }
    found.push_back({std::move(suspect), &group});
  }
  // What is shown to leak comes before what only grew.
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    const bool x = a.first.trajectory == Trajectory::steady;
    const bool y = b.first.trajectory == Trajectory::steady;
    if (x != y) {
      return x;
    }
    return a.first.growth_bytes != b.first.growth_bytes ? a.first.growth_bytes > b.first.growth_bytes
                                                        : a.second->signature < b.second->signature;
  });
  for (auto& [suspect, group] : found) {
    const auto bytes =
        static_cast<std::int64_t>(std::accumulate(group->cohort_bytes.begin(), group->cohort_bytes.end(), 0.0));
    const bool grows = suspect.trajectory == Trajectory::steady || suspect.trajectory == Trajectory::two_points ||
                       suspect.trajectory == Trajectory::unclear;
    if (grows && findings.suspects.size() == kMaxSuspects) {
      findings.unattributed_bytes += bytes;
      continue;
    }
    builder.describe(suspect, *group);
    if (grows) {
      if (findings.suspects.size() < 3) {
        suspect.fix_frees_bytes = builder.freed_by_cut(*group);
        suspect.other_holders = builder.other_holders(*group);
      }
      for (const std::uint32_t top : group->tops) {
        suspect.top_ids.push_back(last.graph.id(NodeIndex(top)));
      }
      findings.suspects.push_back(std::move(suspect));
    } else {
      findings.dismissed_bytes += bytes;
      set_aside(group->cohort_bytes);
      findings.dismissed.push_back(std::move(suspect));
    }
  }
  for (std::size_t k = 0; k < facts.size(); ++k) {
    findings.unexplained_levels.push_back(static_cast<double>(facts[k].total_bytes) - set_apart[k]);
  }
  findings.smallest_bytes = smallest_growth(facts);
  if (findings.suspects.empty()) {
    findings.unexplained = judge_trajectory(hours, findings.unexplained_levels, smallest_growth(facts));
  }
  return findings;
}

}  // namespace heapdiff
