// Timers and immediates that are started and not stopped.

#include "detectors/evidence.h"
#include "v8/timers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace heapdiff::detectors {

namespace {

/// The duration of the timers in words: Node keeps the list of timers under it. Empty when the path does not show it.
std::string period_text(const Candidate& candidate) {
  for (const SuspectStep& s : candidate.near()) {
    if (s.node == v8::kTimersListClass && s.edge_type == EdgeType::element) {
      return format_duration(std::atof(s.edge.c_str()));
    }
  }
  return {};
}

/// "All 6,000 new ones", "5,990 of the 6,000 new ones".
std::string share_text(std::size_t part, std::size_t all) {
  if (all == 1) {
    return "The new one";
  }
  return part == all ? fmt::format("All {} new ones", format_count(all))
                     : fmt::format("{} of the {} new ones", format_count(part), format_count(all));
}

}  // namespace

std::optional<Finding> timer(const Candidate& candidate) {
  const bool timers = candidate.any_near([](const SuspectStep& s) { return v8::is_timer_class(s.node); });
  if (!timers) {
    return std::nullopt;
  }
  Finding f{LeakKind::timer, StoreHint::Operation::timer, {}, {}};
  const SnapshotGraph& graph = candidate.heap.graph;
  std::vector<std::uint32_t> handles;
  std::size_t repeating = 0;
  for (const std::uint32_t i : candidate.items) {
    if (graph.name(NodeIndex(i)) == v8::kTimeoutClass) {
      handles.push_back(i);
      // The property is null for setTimeout. For setInterval it is a small integer, which has no edge.
      const bool has_callback =
          static_cast<bool>(graph.find_target(NodeIndex(i), EdgeType::property, v8::kTimeoutCallback));
      repeating += has_callback && !graph.find_target(NodeIndex(i), EdgeType::property, v8::kRepeatProperty) ? 1U : 0U;
    }
  }
  const auto counts = counts_of_class(candidate.facts, v8::kTimeoutClass);
  f.why = counts.empty() || handles.empty()
              ? fmt::format("{} more timers are pending.", format_count(candidate.suspect.object_count_growth))
              : fmt::format("Pending timers went from {} to {}.", format_count(counts.front()),
                            format_count(counts.back()));
  if (!handles.empty()) {
    const bool repeat = repeating * 2 > handles.size();
    const std::string period = period_text(candidate);
    const char* plural = handles.size() == 1 ? "s" : "";
    f.why += " " + share_text(repeat ? repeating : handles.size() - repeating, handles.size());
    if (repeat) {
      f.why += fmt::format(" repeat{}{} (setInterval), to end only by clearInterval.", plural,
                           period.empty() ? "" : " every " + period);
    } else {
      f.why += fmt::format(" fire{} once (setTimeout), {}.", plural,
                           period.empty() ? "later than the last snapshot" : "after " + period);
    }
  }
  const auto functions = literals(candidate.heap, handles, v8::kTimeoutCallback);
  if (!functions.empty()) {
    f.why += fmt::format(" The callback of {} is {}.",
                         functions.size() == 1 ? std::string("all") : format_count(functions.front().count),
                         functions.front().literal);
  }
  if (const NodeIndex context = context_near(candidate)) {
    const std::string variables = variables_text(candidate.heap, context);
    if (!variables.empty()) {
      f.why += fmt::format(" Each callback keeps its scope: {}.", variables);
    }
  }
  f.ruled_out.push_back("Not fired timers: Node takes those off its lists, and these are still on them.");
  return f;
}

}  // namespace heapdiff::detectors
