#include "suspects/classify_suspect.h"

#include "detectors/detector.h"
#include "detectors/evidence.h"
#include "detectors/held_text.h"
#include "heapdiff/snapshot/visible_text.h"
#include "v8/collections.h"
#include "v8/events.h"
#include "v8/functions.h"
#include "v8/node_predicates.h"
#include "v8/promises.h"
#include "v8/runtime_collections.h"
#include "v8/timers.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>
#include <string_view>
#include <unordered_set>

namespace heapdiff::suspects {

namespace {

NodeIndex node_with_id(const SnapshotGraph& graph, std::uint64_t id) {
  for (std::uint32_t i = 0; i < graph.node_count(); ++i) {
    if (graph.id(NodeIndex(i)) == id) {
      return NodeIndex(i);
    }
  }
  return NodeIndex::none();
}

/// The text of the key of a table's entry, folded. `step` leads from the table to the value, which lies right behind
/// its key. Empty when the key is no string, and when its text was not kept: that of a string is a value, and known
/// only where it is the name of something too.
std::string key_of_entry(const SnapshotGraph& graph, NodeIndex table, const SuspectStep& step) {
  if (!table || step.edge.empty() || step.edge.find_first_not_of("0123456789") != std::string::npos) {
    return {};
  }
  const auto position = std::strtoull(step.edge.c_str(), nullptr, 10);
  for (const auto edge : graph.edges(table)) {
    const bool is_key = edge.type != EdgeType::weak && v8::is_string(graph.type(edge.target)) && position > 0 &&
                        graph.edge_label(edge) == std::to_string(position - 1);
    if (is_key) {
      return fold_data(visible_text(text_of(graph, edge.target), 120));
    }
  }
  return {};
}

/// The event whose listeners hold the item at `item_at`, folded; empty when there is none. An emitter names it by a
/// property of its table of events, an EventTarget by a key of its Map. What lies below the item is another emitter's.
std::string event_of(const Suspect& suspect, const SnapshotGraph& graph, std::size_t item_at) {
  std::string event;
  for (std::size_t i = 1; i + 1 < suspect.path.size() && i < item_at; ++i) {
    if (suspect.path[i].edge == v8::kEventsProperty) {
      event = fold_data(suspect.path[i + 1].edge);
    } else if (v8::is_event_target_edge(suspect.path[i].edge) && i + 2 < suspect.path.size() && i + 2 <= item_at) {
      event = key_of_entry(graph, node_with_id(graph, suspect.path[i + 1].node_id), suspect.path[i + 2]);
    }
  }
  return event;
}

/// Fills the names by which a program can reach the holder, and whether the holder itself has a name.
void name_owners(Suspect& suspect, std::size_t holder_at) {
  constexpr std::size_t kMaxSteps = 8;
  const auto named = [](const SuspectStep& step) {
    return (step.edge_type == EdgeType::property || step.edge_type == EdgeType::context) &&
           fold_data(step.edge) == step.edge && v8::is_name_in_code(step.edge);
  };
  if (holder_at == 0 || holder_at >= suspect.path.size()) {
    return;
  }
  suspect.hint.nested = !named(suspect.path[holder_at]);
  for (const SuspectStep& step : suspect.path) {
    if (step.edge == suspect.hint.holder_name) {
      suspect.hint.is_property = step.edge_type == EdgeType::property;
    }
  }
  for (std::size_t i = holder_at; i > 0 && i + kMaxSteps > holder_at; --i) {
    if (named(suspect.path[i])) {
      suspect.hint.owners.push_back(suspect.path[i].edge);
    }
  }
}

/// Whether a program's text can have `new NAME` for a class that is its own.
bool is_program_class(std::string_view name) {
  return !name.empty() && !v8::is_made_up_class(name) && name.find(' ') == std::string_view::npos &&
         !v8::is_collection_class(name) && name != v8::kFunctionClass && name != v8::kPromiseClass &&
         name != v8::kTimeoutClass;
}

/// Position on the path of the first of `items`; of the last step when there is none.
std::size_t item_position(const Suspect& suspect, const SnapshotGraph& graph, std::size_t holder_at,
                          const std::vector<std::uint32_t>& items) {
  std::unordered_set<std::uint64_t> ids;
  for (const std::uint32_t i : items) {
    ids.insert(graph.id(NodeIndex(i)));
  }
  for (std::size_t k = holder_at + 1; k < suspect.path.size(); ++k) {
    if (ids.count(suspect.path[k].node_id) != 0) {
      return k;
    }
  }
  return suspect.path.empty() ? 0 : suspect.path.size() - 1;
}

/// What the holder refers to on the path, as the list of subscribers of a channel, which is replaced at each change.
NodeIndex below_holder(const Suspect& suspect, const series::SeriesView& view, NodeIndex holder,
                       std::size_t holder_at) {
  if (holder_at + 1 < suspect.path.size()) {
    const NodeIndex below = detectors::node_of_id(view.last.graph, suspect.path[holder_at + 1].node_id);
    if (below && view.tree.reaches(below) && view.tree.parent(below) == holder) {
      return below;
    }
  }
  return NodeIndex::none();
}

/// Makes the class that grows the one that the sentences count. Before, it may be the class that weighs most in each
/// context or behind each waiter.
void set_counted_class(Suspect& suspect, const detectors::HeapChecks& checks) {
  const bool of_promises = suspect.cause == LeakCause::promise_chain || suspect.cause == LeakCause::promise_waiters;
  if (!suspect.counted || (!of_promises && suspect.cause != LeakCause::request_context)) {
    return;
  }
  const auto is_counted = [&](std::string_view name) {
    return checks.gained(name).value() == suspect.counted->value();
  };
  const std::string& counted = suspect.counted->subject();
  std::string name = suspect.constructor;
  // A plain object has no class, and the name that DevTools makes up for it differs from run to run.
  if (suspect.cause == LeakCause::request_context && is_counted(counted) &&
      !(v8::is_plain_object_class(counted) && is_counted(v8::kPromiseClass))) {
    name = counted;
  } else if (is_counted(v8::kPromiseClass) ||
             (of_promises && name == v8::kFunctionClass && checks.gained(v8::kPromiseClass).value() > 0)) {
    // The functions that a promise needs to wait are no class that a reader looks for.
    name = v8::kPromiseClass;
  }
  if (name != suspect.constructor) {
    suspect.constructor = name;
    suspect.instances = checks.counted(name);
    suspect.object_count_growth = std::llround(checks.gained(name).value());
  }
}

}  // namespace

void classify(Suspect& suspect, const series::SeriesView& view, const Accumulation& group, NodeIndex holder,
              std::size_t holder_at, const std::vector<std::uint32_t>& items) {
  const Heap& last = view.last;
  const std::size_t item_at = item_position(suspect, last.graph, holder_at, items);
  suspect.event = event_of(suspect, last.graph, item_at);
  name_owners(suspect, holder_at);
  detectors::Candidate candidate{
      view,
      last,
      group,
      suspect,
      holder,
      holder_at,
      items,
      detectors::content_of(last, group),
      v8::runtime_cause_of(last.graph, view.tree, holder, below_holder(suspect, view, holder, holder_at)),
      item_at,
      view.ages};
  const detectors::HeapChecks checks(candidate);
  candidate.checks = &checks;
  suspect.instances = checks.counted(suspect.constructor);
  suspect.object_count_growth = std::llround(checks.gained(suspect.constructor).value());
  suspect.holder_gains = is_one_file(view.ages) || checks.holders_gain();
  for (const detectors::Detector detector : detectors::all()) {
    if (auto finding = detector(candidate)) {
      suspect.kind = finding->kind;
      suspect.hint.operation = finding->operation;
      suspect.cause = finding->cause;
      suspect.hint.is_chain = finding->cause == LeakCause::promise_chain;
      suspect.hint.holder_is_promise = suspect.holder == v8::kPromiseClass;
      suspect.counted = finding->counted;
      if (is_one_file(view.ages)) {
        // What a detector says of growth needs a second snapshot.
        finding->reasons = detectors::held_reasons(candidate, checks, finding->kind, finding->cause);
      }
      set_counted_class(suspect, checks);
      detectors::say_evaluated(checks, finding->reasons);
      // The detector of slices has said it, if not of one file.
      const bool slices_are_untold =
          suspect.cause == LeakCause::none || (suspect.cause == LeakCause::string_slices && is_one_file(view.ages));
      if (slices_are_untold && detectors::say_slices(checks, view.ages, finding->reasons)) {
        suspect.cause = LeakCause::string_slices;
      }
      if (suspect.cause == LeakCause::none && suspect.kind != LeakKind::string &&
          detectors::say_parts(candidate, checks, finding->reasons)) {
        suspect.cause = LeakCause::string_parts;
      }
      if (items.empty() && !is_one_file(view.ages) && !checks.has_new_objects()) {
        detectors::say_store_growth(checks, finding->reasons);
      }
      suspect.why = finding->reasons.why();
      suspect.ruled_out = finding->reasons.ruled_out();
      suspect.statements = finding->reasons.statements();
      break;
    }
  }
  suspect.off_heap_bytes = candidate.content.off_heap;
  if (suspect.kind != LeakKind::event_listener) {
    suspect.emitter.clear();
    suspect.event.clear();
  } else {
    if (suspect.event.empty()) {
      suspect.emitter.clear();
    }
    suspect.hint.event = suspect.event;
    suspect.hint.holder_name.clear();
  }
  suspect.hint.constructor = is_program_class(suspect.constructor) ? suspect.constructor : std::string();
}

}  // namespace heapdiff::suspects
