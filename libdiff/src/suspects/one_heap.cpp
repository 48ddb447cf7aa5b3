// The accumulations of one heap. Objects that pile up take the place of new ones (piled_objects.h); what holds them is
// found, grouped and described by the same steps as in a series. Nothing is judged by its growth: places are ranked by
// what they keep.

#include "heapdiff/diff/runtime_scripts.h"
#include "heapdiff/diff/suspect.h"
#include "suspects/accumulation.h"
#include "suspects/alike_counts.h"
#include "suspects/describe_suspect.h"
#include "suspects/new_objects.h"
#include "suspects/piled_objects.h"
#include "suspects/sole_holders.h"
#include "v8/modules.h"
#include "v8/node_predicates.h"
#include "v8/roots.h"
#include "v8/strings.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <unordered_map>
#include <utility>
#include <vector>

namespace heapdiff::suspects {

namespace {

/// Places that keep less than this share of the heap are not listed, nor those below kLeastBytes.
constexpr double kMinListedShare = 0.002;
constexpr double kLeastBytes = 32e3;

/// Accumulations of one heap that are listed.
constexpr std::size_t kMaxListed = 10;

/// The tables that a runtime builds for itself (error codes, bindings, names of builtins) are smaller. Measured: the
/// largest one of Node 14 to 24 keeps 340 kB, with undici loaded.
constexpr std::int64_t kMaxRuntimeTableBytes = 500'000;

/// Whether an accumulation is a table of the runtime's own: functions of the runtime are on its path, none of the
/// program's is there or in what it keeps, or a name that only the runtime gives leads to it; and it is small.
bool is_runtime_table(const Suspect& suspect) {
  const bool is_roots_own = suspect.holder == v8::kRootClass && v8::is_string_class(suspect.constructor);
  const bool is_runtimes =
      !suspect.functions.empty() && std::all_of(suspect.functions.begin(), suspect.functions.end(),
                                                [](const FunctionPosition& f) { return is_runtime_script(f.script); });
  const bool is_below_runtimes_name = std::any_of(suspect.path.begin(), suspect.path.end(), [](const SuspectStep& s) {
    return s.edge.starts_with(v8::kRuntimeSymbolPrefix);
  });
  const bool is_named_by_runtime = is_below_runtimes_name || v8::is_builtin_module_variable(suspect.label);
  return suspect.retained_bytes < kMaxRuntimeTableBytes && (is_roots_own || is_runtimes || is_named_by_runtime);
}

/// The facts of a heap without its piles, and of the heap: what descriptions that compare two snapshots ask for. The
/// sizes of single objects are left out.
std::vector<Facts> facts_around(const Facts& only) {
  std::vector<Facts> facts(2);
  facts[1].total_bytes = only.total_bytes;
  facts[1].constructors = only.constructors;
  facts[1].listeners = only.listeners;
  return facts;
}

struct Listed {
  const Accumulation* group = nullptr;
  std::int64_t bytes = 0;
};

/// One that is listed, and its objects.
struct Shown {
  const Accumulation* group = nullptr;
  std::vector<std::uint32_t> items;
};

class AccumulationList {
 public:
  explicit AccumulationList(const series::SeriesView& view)
      : view_(view), accumulations_(find_accumulations(view)), owners_(view.last.graph) {}

  void write_to(Findings& findings) {
    std::vector<Shown> shown;
    for (const Listed& listed : largest_first(findings.smallest_bytes)) {
      if (findings.suspects.size() == kMaxListed) {
        findings.unattributed_bytes += listed.bytes;
        continue;
      }
      std::vector<std::uint32_t> items = items_with_links(view_, *listed.group);
      Suspect suspect = suspect_of(listed, items);
      if (is_runtime_table(suspect)) {
        findings.dismissed_bytes += listed.bytes;
        continue;
      }
      findings.suspect_bytes += listed.bytes;
      findings.suspects.push_back(std::move(suspect));
      shown.push_back({listed.group, std::move(items)});
    }
    std::vector<HeldGroup> held;
    for (std::size_t i = 0; i < shown.size(); ++i) {
      held.push_back({&findings.suspects[i], shown[i].group, shown[i].items});
    }
    describe_holders(view_, held);
    findings.new_bytes = findings.suspect_bytes + findings.unattributed_bytes + findings.dismissed_bytes;
  }

 private:
  [[nodiscard]] std::vector<Listed> largest_first(double smallest_bytes) const {
    std::vector<Listed> list;
    for (const Accumulation& group : accumulations_.groups) {
      if (!group.is_overhead && !is_of_modules(group) && group.total_bytes() >= smallest_bytes) {
        list.push_back({&group, static_cast<std::int64_t>(group.total_bytes())});
      }
    }
    std::sort(list.begin(), list.end(), [](const Listed& a, const Listed& b) {
      return a.bytes != b.bytes ? a.bytes > b.bytes : a.group->signature < b.group->signature;
    });
    return list;
  }

  /// Whether each of many modules holds one: their exports, which have one shape where a program generates its modules.
  [[nodiscard]] bool is_of_modules(const Accumulation& group) const {
    const SnapshotGraph& graph = view_.last.graph;
    return group.subtree_roots.size() < 2 * group.holders.size() && group.holders.size() > 1 &&
           std::all_of(group.holders.begin(), group.holders.end(),
                       [&](std::uint32_t holder) { return v8::is_module_class(graph.name(NodeIndex(holder))); });
  }

  [[nodiscard]] Suspect suspect_of(const Listed& listed, const std::vector<std::uint32_t>& items) const {
    const Accumulation& group = *listed.group;
    Suspect suspect;
    suspect.holder_count = group.holders.size();
    suspect.new_objects =
        static_cast<std::int64_t>(std::accumulate(group.cohort_objects.begin(), group.cohort_objects.end(), 0.0));
    suspect.retained_bytes = listed.bytes;
    suspect.levels.assign(view_.facts.size(), 0.0);
    suspect.levels.back() = static_cast<double>(listed.bytes);
    describe(suspect, view_, owners_, group, items);
    suspect.levels = {static_cast<double>(listed.bytes)};
    count_alike(suspect, view_, group, items);
    for (const std::uint32_t root : group.subtree_roots) {
      suspect.subtree_root_ids.push_back(view_.last.graph.id(NodeIndex(root)));
    }
    return suspect;
  }

  const series::SeriesView& view_;
  Accumulations accumulations_;
  PrototypeOwners owners_;
};

/// Paths to the objects that pile up, past them only where other ones cannot be found else. A text that only other
/// texts share has no path of its own, and is not looked for.
RetainingTree paths_to(const Heap& heap, const PiledObjects& piled) {
  BitColumn leaves(heap.graph.node_count());
  BitColumn wanted(heap.graph.node_count());
  std::size_t count = 0;
  std::vector<std::uint32_t> roots = piled.roots;
  roots.insert(roots.end(), piled.alone.begin(), piled.alone.end());
  for (const std::uint32_t root : roots) {
    leaves.set(root);
    if (!v8::is_string(heap.graph.type(NodeIndex(root)))) {
      wanted.set(root);
      ++count;
    }
  }
  return {heap.graph, heap.distances.page_owned, RetainingTree::Leaves{leaves, wanted, count}};
}

/// The objects that pile up at one place also by their paths: what many objects hold one each of is no accumulation,
/// although one object far above dominates all. And those that stand alone. Ascending.
std::vector<std::uint32_t> at_one_place(const Heap& heap, const RetainingTree& tree, const PiledObjects& piled) {
  constexpr int kMaxStoresOnPath = 16;
  constexpr std::uint32_t kMinAtHolder = 8;
  BitColumn piled_nodes(heap.graph.node_count());
  for (const std::uint32_t root : piled.roots) {
    piled_nodes.set(root);
  }
  const auto is_piled = [&](NodeIndex n) { return piled_nodes.test(n.get()); };
  // The links of a ring hang in one another: they have the holder of the first.
  std::unordered_map<std::uint32_t, std::uint32_t> holder_of;  // by root
  const auto find_holder = [&](std::uint32_t root) {
    std::vector<std::uint32_t> trail;
    NodeIndex at(root);
    while (is_piled(at) && !holder_of.contains(at.get())) {
      trail.push_back(at.get());
      at = tree.reaches(at) ? tree.parent(at) : SnapshotGraph::root();
      for (int step = 0; step < kMaxStoresOnPath && at != SnapshotGraph::root() && !is_piled(at) &&
                         v8::is_backing_store(heap.graph, at);
           ++step) {
        at = tree.parent(at);
      }
    }
    const std::uint32_t holder = is_piled(at) ? holder_of[at.get()] : at.get();
    for (const std::uint32_t link : trail) {
      holder_of[link] = holder;
    }
    return holder;
  };
  std::vector<std::uint32_t> holders;  // by position in piled.roots
  std::unordered_map<std::uint32_t, std::uint32_t> held;
  for (const std::uint32_t root : piled.roots) {
    holders.push_back(find_holder(root));
    ++held[holders.back()];
  }
  std::vector<std::uint32_t> roots;
  for (std::size_t i = 0; i < piled.roots.size(); ++i) {
    const std::uint32_t root = piled.roots[i];
    if (tree.reaches(NodeIndex(root)) && held[holders[i]] >= kMinAtHolder) {
      roots.push_back(root);
    }
  }
  std::copy_if(piled.alone.begin(), piled.alone.end(), std::back_inserter(roots),
               [&](std::uint32_t n) { return tree.reaches(NodeIndex(n)); });
  std::sort(roots.begin(), roots.end());
  return roots;
}

}  // namespace

}  // namespace heapdiff::suspects

namespace heapdiff {

namespace {

/// The facts that stand for the ends of the intervals: how large the heap was, of what is still alive.
std::vector<Facts> facts_of_intervals(const Heap& heap, const Facts& only, const series::Cohorts& cohorts,
                                      std::size_t count) {
  std::vector<Facts> facts(count);
  for (std::uint32_t i = 0; i < heap.graph.node_count(); ++i) {
    facts[cohorts.first_seen[i]].total_bytes += heap.graph.self_size(NodeIndex(i));
  }
  for (std::size_t k = 1; k < count; ++k) {
    facts[k].total_bytes += facts[k - 1].total_bytes;
  }
  facts.back().constructors = only.constructors;
  facts.back().listeners = only.listeners;
  return facts;
}

/// What grew while allocations were tracked.
Findings find_by_samples(const Heap& heap, const Facts& only, const series::AllocationIntervals& intervals) {
  const RetainingTree tree(heap.graph, heap.distances.page_owned);
  const series::Cohorts cohorts = series::cohorts_of_intervals(heap, intervals);
  const std::vector<Facts> facts = facts_of_intervals(heap, only, cohorts, intervals.hours.size());
  const std::vector<Clock> clocks = clocks_of(facts.size(), {}, intervals.hours);
  Findings findings = suspects::find_in({heap, facts, clocks, tree, cohorts, AgeSource::samples});
  // The whole heap has one size in one file.
  findings.unexplained_levels = {static_cast<double>(only.total_bytes)};
  return findings;
}

}  // namespace

Findings find_accumulations(const Heap& heap, const Facts& only) {
  Findings findings;
  findings.ages = AgeSource::structure;
  findings.smallest_bytes =
      std::max(suspects::kLeastBytes, suspects::kMinListedShare * static_cast<double>(only.total_bytes));
  if (const series::AllocationIntervals intervals = series::allocation_intervals(heap.graph);
      !intervals.hours.empty()) {
    if (Findings grown = find_by_samples(heap, only, intervals); !grown.suspects.empty()) {
      return grown;
    }
  }
  const suspects::PiledObjects piled = suspects::find_piled_objects(heap, findings.smallest_bytes);
  const RetainingTree tree = suspects::paths_to(heap, piled);
  const series::Cohorts cohorts = suspects::cohorts_of_piles(heap, suspects::at_one_place(heap, tree, piled));
  findings.overhead_bytes = static_cast<std::int64_t>(piled.told_apart.engine_bytes);
  findings.module_count = static_cast<std::int64_t>(piled.told_apart.modules);
  const std::vector<Facts> facts = suspects::facts_around(only);
  const std::vector<Clock> clocks = clocks_of(facts.size(), {}, {});
  suspects::AccumulationList({heap, facts, clocks, tree, cohorts, AgeSource::structure}).write_to(findings);
  findings.unexplained_levels = {static_cast<double>(only.total_bytes)};
  return findings;
}

}  // namespace heapdiff
