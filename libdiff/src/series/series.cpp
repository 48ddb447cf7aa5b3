#include "heapdiff/diff/series.h"

#include "heapdiff/snapshot/error.h"

#include <algorithm>

namespace heapdiff {

namespace {

constexpr double kNanosecondsPerHour = 3.6e12;

Heap read_snapshot(const SeriesInput& input, const SeriesReadOptions& options, bool last) {
  LoadOptions load;
  load.progress = options.progress;
  load.memory_use = MemoryUse::graph;
  load.limits.max_memory_bytes = options.max_memory_bytes;
  load.keep_string_values = options.keep_string_values && last;
  HeapOptions derive;
  derive.progress = options.progress;
  derive.keep_distances = false;
  return compute_heap(load_snapshot(input.path, load), derive);
}

}  // namespace

Series read_series(std::span<const SeriesInput> inputs, const SeriesReadOptions& options) {
  Series series;
  for (const SeriesInput& input : inputs) {
    series.last = Heap();  // frees the graph before the next one is read
    series.last = read_snapshot(input, options, &input == &inputs.back());
    const Heap& heap = series.last;
    series.facts.push_back(collect(heap));
    series.facts.back().captured_ns = input.captured_ns;
    series.facts.back().captured_source = input.captured_source;
    if (input.operations) {
      series.ops.push_back(*input.operations);
    }
    series.diagnostics.merge(heap.diagnostics);
    if (heap.retained_size(SnapshotGraph::root()) != heap.graph.total_self_size()) {
      throw Error(ErrorKind::internal, input.path, std::nullopt,
                  "the root's retained size differs from the sum of all self sizes");
    }
  }
  series.hours = capture_hours(series.facts);
  return series;
}

std::vector<double> capture_hours(std::span<const Facts> facts) {
  std::vector<double> hours;
  for (const Facts& f : facts) {
    if (!f.captured_ns) {
      return {};
    }
    hours.push_back(static_cast<double>(*f.captured_ns - *facts.front().captured_ns) / kNanosecondsPerHour);
  }
  return hours;
}

}  // namespace heapdiff
