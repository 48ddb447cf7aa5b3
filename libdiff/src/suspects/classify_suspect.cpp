#include "suspects/classify_suspect.h"

#include "detectors/detector.h"
#include "detectors/evidence.h"
#include "v8/collections.h"
#include "v8/events.h"
#include "v8/functions.h"
#include "v8/node_predicates.h"
#include "v8/promises.h"
#include "v8/runtime_collections.h"
#include "v8/timers.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <unordered_set>

namespace heapdiff::suspects {

namespace {

/// The event whose listeners are on the path, folded; empty when there is none.
std::string event_of(const Suspect& suspect) {
  std::string event;
  for (std::size_t i = 1; i + 1 < suspect.path.size(); ++i) {
    if (suspect.path[i].edge == v8::kEventsProperty) {
      event = fold_data(suspect.path[i + 1].edge);
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

/// Where the walk to a collection of the runtime begins: at what the holder refers to on the path, as the list of
/// subscribers of a channel, which is made anew at each change.
NodeIndex below_holder(const Suspect& suspect, const series::SeriesView& view, NodeIndex holder,
                       std::size_t holder_at) {
  if (holder_at + 1 < suspect.path.size()) {
    const NodeIndex below = detectors::node_of_id(view.last.graph, suspect.path[holder_at + 1].node_id);
    if (below && view.tree.reaches(below) && view.tree.parent(below) == holder) {
      return below;
    }
  }
  return holder;
}

}  // namespace

void classify(Suspect& suspect, const series::SeriesView& view, const Accumulation& group, NodeIndex holder,
              std::size_t holder_at, const std::vector<std::uint32_t>& items) {
  const Heap& last = view.last;
  suspect.event = event_of(suspect);
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
      v8::runtime_cause_of(last.graph, view.tree, below_holder(suspect, view, holder, holder_at)),
      item_position(suspect, last.graph, holder_at, items)};
  const detectors::HeapChecks checks(candidate);
  candidate.checks = &checks;
  suspect.instances = checks.counted(suspect.constructor);
  suspect.object_count_growth = std::llround(checks.gained(suspect.constructor).value());
  suspect.holder_gains = checks.holders_gain();
  for (const detectors::Detector detector : detectors::all()) {
    if (auto finding = detector(candidate)) {
      suspect.kind = finding->kind;
      suspect.hint.operation = finding->operation;
      suspect.cause = finding->cause;
      suspect.counted = finding->counted;
      detectors::say_evaluated(checks, finding->reasons);
      if (suspect.cause == LeakCause::none && detectors::say_slices(checks, finding->reasons)) {
        suspect.cause = LeakCause::string_slices;
      }
      if (suspect.cause == LeakCause::none && suspect.kind != LeakKind::string &&
          detectors::say_parts(candidate, checks, finding->reasons)) {
        suspect.cause = LeakCause::string_parts;
      }
      if (items.empty()) {
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
