#include "suspects/alike_counts.h"

#include "detectors/evidence.h"
#include "heapdiff/diff/runtime_scripts.h"
#include "heapdiff/snapshot/visible_text.h"
#include "v8/events.h"
#include "v8/functions.h"
#include "v8/timers.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <unordered_map>

namespace heapdiff::suspects {

namespace {

/// Listeners of one function for one event on one emitter. Node warns from 11 on; a program that starts up registers a
/// few, and a server with many connections has an emitter for each.
constexpr std::int64_t kMinListenersOfOneEvent = 200;
/// The same for events whose names differ in data only. A bus has one subscription for each topic, so that many prove
/// less.
constexpr std::int64_t kMinListenersOfEvents = 1000;
/// Pending timers of one function of the program. What repeats ends by clearInterval only; what fires once may be the
/// time limit of a session, of which a server has many.
constexpr std::int64_t kMinRepeatingTimers = 1000;
constexpr std::int64_t kMinPendingTimers = 2000;

constexpr int kMaxStepsToHolder = 12;
constexpr std::size_t kMaxAlike = 3;  // named for each of event, function and shape

/// What a listener or timer is: equal ones are of one line of the program.
struct Registration {
  std::uint32_t holder = 0;
  std::uint32_t literal = 0;  ///< SharedFunctionInfo
  std::string event;          ///< as registered; empty where the path does not show it
  bool operator<(const Registration& o) const {
    return std::tie(holder, literal, event) < std::tie(o.holder, o.literal, o.event);
  }
};

class AlikeCounter {
 public:
  AlikeCounter(Suspect& suspect, const series::SeriesView& view, const Accumulation& group)
      : suspect_(suspect), view_(view), graph_(view.last.graph), group_(group) {}

  void count(const std::vector<std::uint32_t>& items) {
    for (const std::uint32_t i : items) {
      add(NodeIndex(i));
    }
    list(AlikeCount::Of::event, events_);
    list(AlikeCount::Of::function, functions_);
    if (functions_.empty()) {
      std::map<std::string, std::int64_t> shapes;
      for (const auto& [c, number] : classes_) {
        shapes[visible_text(view_.last.classes.info(ClassIndex(c)).name, 120)] += number;
      }
      list(AlikeCount::Of::shape, shapes);
    }
    suspect_.shape_convicts = suspect_.kind == LeakKind::event_listener ? convicts_listeners()
                              : suspect_.kind == LeakKind::timer        ? convicts_timers()
                                                                        : false;
  }

 private:
  void add(NodeIndex item) {
    ++classes_[view_.last.classes.of(item).get()];
    const bool may_have_function = suspect_.kind == LeakKind::event_listener || suspect_.kind == LeakKind::timer ||
                                   graph_.type(item) == NodeType::closure;
    const NodeIndex function = may_have_function ? detectors::function_of(graph_, item) : NodeIndex::none();
    if (!function) {
      return;
    }
    const NodeIndex shared = graph_.find_target(function, EdgeType::internal, v8::kSharedEdge);
    Registration one{0, shared ? shared.get() : function.get(), {}};
    ++functions_[text_of_function(one.literal, function)];
    if (suspect_.kind == LeakKind::event_listener) {
      find_emitter(item, one);
      if (!one.event.empty()) {
        ++events_[fold_data(one.event)];
      }
      ++listeners_[one];
    } else if (suspect_.kind == LeakKind::timer && graph_.name(item) == v8::kTimeoutClass && is_program(function)) {
      const bool repeats = !graph_.find_target(item, EdgeType::property, v8::kRepeatProperty);
      ++(repeats ? repeating_ : pending_)[one.literal];
    }
  }

  /// The function's name and place, once for each literal.
  const std::string& text_of_function(std::uint32_t literal, NodeIndex function) {
    const auto [known, is_new] = function_texts_.try_emplace(literal);
    if (is_new) {
      known->second = detectors::literal_words(graph_, function);
    }
    return known->second;
  }

  [[nodiscard]] bool is_program(NodeIndex function) const {
    const auto place = place_of(graph_, function);
    return !place || !is_runtime_script(place->script);
  }

  /// Fills the holder above a listener, and the event that it is registered for.
  void find_emitter(NodeIndex item, Registration& one) const {
    NodeIndex at = item;
    std::string below;
    for (int step = 0; step < kMaxStepsToHolder && at != SnapshotGraph::root() && view_.tree.reaches(at); ++step) {
      const auto edge = edge_at(graph_, view_.tree.parent_edge(at));
      if (edge.type == EdgeType::property && graph_.edge_name(edge) == v8::kEventsProperty) {
        one.event = below;
      }
      below = edge.type == EdgeType::property ? visible_text(graph_.edge_name(edge), 120) : below;
      at = view_.tree.parent(at);
      if (std::binary_search(group_.holders.begin(), group_.holders.end(), at.get())) {
        one.holder = at.get();
        return;
      }
    }
  }

  [[nodiscard]] bool convicts_listeners() const {
    std::map<Registration, std::int64_t> folded;
    for (const auto& [one, count] : listeners_) {
      if (one.holder == 0) {
        continue;
      }
      if (count >= kMinListenersOfOneEvent) {
        return true;
      }
      folded[{one.holder, one.literal, fold_data(one.event)}] += count;
    }
    return std::any_of(folded.begin(), folded.end(),
                       [](const auto& entry) { return entry.second >= kMinListenersOfEvents; });
  }

  [[nodiscard]] bool convicts_timers() const {
    const auto above = [](const std::map<std::uint32_t, std::int64_t>& counts, std::int64_t least) {
      return std::any_of(counts.begin(), counts.end(), [&](const auto& entry) { return entry.second >= least; });
    };
    return above(repeating_, kMinRepeatingTimers) || above(pending_, kMinPendingTimers);
  }

  void list(AlikeCount::Of of, const std::map<std::string, std::int64_t>& counts) const {
    std::vector<AlikeCount> rows;
    for (const auto& [name, count] : counts) {
      rows.push_back({of, name, count});
    }
    // The class that the accumulation is named after comes before the keys that lead to its objects.
    const auto is_named = [&](const AlikeCount& a) {
      return of == AlikeCount::Of::shape && a.name == suspect_.constructor;
    };
    std::stable_sort(rows.begin(), rows.end(), [&](const AlikeCount& a, const AlikeCount& b) {
      return is_named(a) != is_named(b) ? is_named(a) : a.count > b.count;
    });
    rows.resize(std::min(rows.size(), kMaxAlike));
    suspect_.alike.insert(suspect_.alike.end(), rows.begin(), rows.end());
  }

  Suspect& suspect_;
  const series::SeriesView& view_;
  const SnapshotGraph& graph_;
  const Accumulation& group_;
  std::map<std::string, std::int64_t> events_;
  std::map<std::string, std::int64_t> functions_;
  std::unordered_map<std::uint32_t, std::int64_t> classes_;  // by ClassIndex
  std::map<Registration, std::int64_t> listeners_;
  std::map<std::uint32_t, std::int64_t> repeating_;  // timers by literal
  std::map<std::uint32_t, std::int64_t> pending_;
  std::map<std::uint32_t, std::string> function_texts_;  // by literal
};

}  // namespace

void count_alike(Suspect& suspect, const series::SeriesView& view, const Accumulation& group,
                 const std::vector<std::uint32_t>& items) {
  AlikeCounter(suspect, view, group).count(items);
}

}  // namespace heapdiff::suspects
