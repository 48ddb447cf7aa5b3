#include "suspects/allocation_traces.h"

#include "heapdiff/diff/runtime_scripts.h"
#include "heapdiff/snapshot/visible_text.h"
#include "v8/functions.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>

namespace heapdiff::suspects {
namespace {

constexpr std::size_t kMaxFunctions = 3;
constexpr double kMinShare = 0.05;  // of the traced bytes: below it a function is noise

/// What one stack or one function allocated.
struct Weight {
  std::uint64_t bytes = 0;
  std::uint64_t objects = 0;
  bool called_package = false;  ///< the function called a package, which allocated
};

/// The functions that one stack counts for, as rows of trace_functions.
struct Frames {
  std::optional<std::uint32_t> innermost;
  std::optional<std::uint32_t> application;  ///< when the innermost one lies in a package
};

Frames frames_of(const SnapshotGraph& graph, std::uint32_t trace) {
  Frames frames;
  const Locations& locations = graph.locations();
  for (const std::uint32_t row : locations.stack(trace)) {
    const TraceFunction& function = locations.trace_functions[row];
    const std::string_view script = graph.strings()[function.script_name];
    if (script.empty() || function.line == 0 || is_runtime_script(script)) {
      continue;
    }
    const bool packaged = !package_of(script).empty();
    if (!frames.innermost) {
      frames.innermost = row;
      if (!packaged) {
        break;
      }
    } else if (!packaged) {
      frames.application = row;
      break;
    }
  }
  return frames;
}

/// The start of a function's script, where the snapshot has its text.
std::string source_of(const SnapshotGraph& graph, const std::unordered_map<std::uint64_t, NodeIndex>& shared_of,
                      std::uint64_t function_id) {
  const auto at = shared_of.find(function_id);
  const NodeIndex script = at == shared_of.end() || !at->second ? NodeIndex::none() : script_of(graph, at->second);
  const NodeIndex source =
      script ? graph.find_target(script, EdgeType::internal, v8::kScriptSourceEdge) : NodeIndex::none();
  return source ? std::string(graph.name(source)) : std::string();
}

}  // namespace

void add_allocation_traces(Suspect& suspect, const Heap& last, std::span<const std::uint32_t> objects) {
  const SnapshotGraph& graph = last.graph;
  if (!graph.has_allocation_traces()) {
    return;
  }
  std::unordered_map<std::uint32_t, Weight> by_trace;
  TraceCoverage coverage;
  for (const std::uint32_t i : objects) {
    const NodeIndex n(i);
    ++coverage.objects;
    coverage.bytes += graph.self_size(n);
    if (graph.trace_id(n) == 0) {
      continue;
    }
    ++coverage.traced_objects;
    coverage.traced_bytes += graph.self_size(n);
    Weight& weight = by_trace[graph.trace_id(n)];
    weight.bytes += graph.self_size(n);
    ++weight.objects;
  }
  suspect.traces = coverage;
  std::map<std::uint32_t, Weight> by_function;
  for (const auto& [trace, weight] : by_trace) {
    const Frames frames = frames_of(graph, trace);
    for (const auto row : {frames.innermost, frames.application}) {
      if (row) {
        Weight& into = by_function[*row];
        into.bytes += weight.bytes;
        into.objects += weight.objects;
        into.called_package |= row == frames.application;
      }
    }
  }
  std::vector<std::pair<std::uint32_t, Weight>> hottest(by_function.begin(), by_function.end());
  std::stable_sort(hottest.begin(), hottest.end(),
                   [](const auto& a, const auto& b) { return a.second.bytes > b.second.bytes; });
  hottest.resize(std::min(hottest.size(), kMaxFunctions));
  std::unordered_map<std::uint64_t, NodeIndex> shared_of;
  for (const auto& [row, weight] : hottest) {
    shared_of[graph.locations().trace_functions[row].function_id];
  }
  for (std::uint32_t i = 0; i < graph.node_count() && !shared_of.empty(); ++i) {
    if (const auto at = shared_of.find(graph.id(NodeIndex(i))); at != shared_of.end()) {
      at->second = NodeIndex(i);
    }
  }
  std::vector<FunctionPosition> added;
  for (const auto& [row, weight] : hottest) {
    const double share =
        static_cast<double>(weight.bytes) / static_cast<double>(std::max<std::uint64_t>(coverage.traced_bytes, 1));
    const TraceFunction& function = graph.locations().trace_functions[row];
    FunctionPosition position;
    position.script = plain_script_name(visible_text(graph.strings()[function.script_name]));
    position.line = function.line;
    position.column = function.column;
    if (share < kMinShare) {
      continue;
    }
    position.script_source_prefix = source_of(graph, shared_of, function.function_id);
    position.name = visible_text(graph.strings()[function.name], 80);
    position.role = SiteRole::allocation;
    position.evidence = SiteEvidence::allocation_trace;
    position.note =
        fmt::format("{} {:.0f} % of the traced bytes of the new objects",
                    weight.called_package ? "its calls into a package allocated" : "allocated", 100 * share);
    const auto known = std::find_if(suspect.functions.begin(), suspect.functions.end(), [&](const FunctionPosition& f) {
      return f.script == position.script && f.line == position.line && f.column == position.column;
    });
    if (known != suspect.functions.end()) {
      known->note = position.note;
      continue;
    }
    added.push_back(std::move(position));
  }
  suspect.functions.insert(suspect.functions.begin(), std::make_move_iterator(added.begin()),
                           std::make_move_iterator(added.end()));
}

}  // namespace heapdiff::suspects
