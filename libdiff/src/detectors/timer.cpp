// Timers and immediates that are started and not stopped.

#include "detectors/evidence.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace heapdiff::detectors {

namespace {

/// Length of the list in words, from the key under which Node keeps it; empty when the path does not show it.
std::string period_text(const Case& c) {
  for (const SuspectStep& s : c.near()) {
    if (s.node == "TimersList" && s.edge_type == EdgeType::element) {
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

std::optional<Finding> timer(const Case& c) {
  const bool timers = c.any_near([](const SuspectStep& s) {
    return s.node == "Timeout" || s.node == "TimersList" || s.node == "Immediate" || s.node == "ImmediateList";
  });
  if (!timers) {
    return std::nullopt;
  }
  Finding f{"timer", StoreHint::Operation::timer, {}, {}};
  const SnapshotGraph& graph = c.heap.graph;
  std::vector<std::uint32_t> handles;
  std::size_t repeating = 0;
  for (const std::uint32_t i : c.items) {
    if (graph.name(NodeIndex(i)) == "Timeout") {
      handles.push_back(i);
      // `_repeat` is null for setTimeout and a small integer, which has no edge, for setInterval.
      const bool located = static_cast<bool>(graph.find_target(NodeIndex(i), EdgeType::property, "_onTimeout"));
      repeating += located && !graph.find_target(NodeIndex(i), EdgeType::property, "_repeat") ? 1U : 0U;
    }
  }
  const auto counts = counts_of_class(c.facts, "Timeout");
  f.why = counts.empty() || handles.empty()
              ? fmt::format("{} more timers are pending.", format_count(c.suspect.object_count_growth))
              : fmt::format("Pending timers went from {} to {}.", format_count(counts.front()),
                            format_count(counts.back()));
  if (!handles.empty()) {
    const bool repeat = repeating * 2 > handles.size();
    const std::string period = period_text(c);
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
  const auto functions = literals(c.heap, handles, "_onTimeout");
  if (!functions.empty()) {
    f.why += fmt::format(" The callback of {} is {}.",
                         functions.size() == 1 ? std::string("all") : format_count(functions.front().count),
                         functions.front().literal);
  }
  if (const NodeIndex context = context_near(c)) {
    const std::string variables = variables_text(c.heap, context);
    if (!variables.empty()) {
      f.why += fmt::format(" Each callback keeps its scope: {}.", variables);
    }
  }
  f.ruled_out.push_back("Not fired timers: Node takes those off its lists, and these are still on them.");
  return f;
}

}  // namespace heapdiff::detectors
