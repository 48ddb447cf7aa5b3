#include "heapdiff/diff/series.h"

#include "heapdiff/diff/series_reader.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"
#include "heapdiff/snapshot/weighty_warnings.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace heapdiff {

namespace {

LoadOptions how_to_load(const SeriesReadOptions& options, bool last) {
  LoadOptions load;
  load.progress = options.progress;
  load.memory_use = MemoryUse::graph;
  load.limits.max_memory_bytes = options.max_memory_bytes;
  load.keep_string_values = options.keep_string_values && last;
  return load;
}

Heap heap_of(LoadedSnapshot loaded, const SeriesReadOptions& options, bool only) {
  HeapOptions derive;
  derive.progress = options.progress;
  derive.keep_distances = false;
  derive.constructors = !only;  // one snapshot is not compared
  Heap heap = compute_heap(std::move(loaded), derive);
  if (heap.retained_size(SnapshotGraph::root()) != heap.graph.total_self_size()) {
    throw Error(ErrorKind::internal, heap.input.name, std::nullopt,
                "the root's retained size differs from the sum of all self sizes");
  }
  return heap;
}

Heap read_snapshot(const SeriesInput& input, const SeriesReadOptions& options, bool last, bool only = false) {
  return heap_of(load_snapshot(input.path, how_to_load(options, last)), options, only);
}

/// Reduces `series.last`, which was read from `input`.
void add_facts(Series& series, const SeriesInput& input, FactsFor use) {
  series.facts.push_back(collect(series.last, use));
  series.inputs.push_back(input);
  series.diagnostics.merge(series.last.diagnostics);
}

/// Ids tell the place of a snapshot only within a process, and only where it keeps them from one snapshot to the next.
bool ids_can_be_compared(std::span<const Facts> facts) {
  const std::vector<IdentityCheck> checks = compare_neighbours(facts);
  return std::all_of(checks.begin(), checks.end(), is_one_process);
}

std::vector<OrderEvidence> evidence_of(std::span<const SeriesInput> inputs, std::span<const Facts> facts) {
  const bool by_ids = !facts.empty() && ids_can_be_compared(facts);
  std::vector<OrderEvidence> evidence;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const SeriesInput& input = inputs[i];
    evidence.push_back({input.path, by_ids ? std::optional(facts[i].objects.last_id()) : std::nullopt, input.option_ns,
                        input.name_time, input.modified_ns});
  }
  return evidence;
}

template <class Value>
void arrange(std::vector<Value>& values, const std::vector<std::size_t>& order) {
  std::vector<Value> arranged;
  arranged.reserve(order.size());
  for (const std::size_t i : order) {
    arranged.push_back(std::move(values[i]));
  }
  values = std::move(arranged);
}

constexpr std::size_t kNoInput = SIZE_MAX;

/// Reads all that can be used, in the order given. Returns which of them `series.last` is of; kNoInput where it is
/// empty, because the last input was refused.
std::size_t read_all(Series& series, std::span<const SeriesInput> inputs, const SeriesReadOptions& options) {
  std::size_t held = kNoInput;
  std::unordered_map<std::string, std::size_t> by_digest;  // index in series.facts
  std::optional<Error> refused;
  const bool only = inputs.size() == 1 && !options.each;  // one snapshot that is compared with nothing
  const FactsFor use = only ? FactsFor::one_snapshot : inputs.size() == 1 ? FactsFor::other_process : FactsFor::series;
  for (const SeriesInput& input : inputs) {
    series.last = Heap();  // frees the graph before the next one is read
    held = kNoInput;
    try {
      series.last = read_snapshot(input, options, &input == &inputs.back(), only);
      if (inputs.size() > 1) {
        require_different_ids(series.last.diagnostics, input.path);
      }
    } catch (const Error& e) {
      if (input.named || e.kind() != ErrorKind::input) {
        throw;
      }
      if (!refused) {
        refused = e;
      }
      series.set_aside.push_back("'" + visible_text(input.path) + "' was set aside: it is no whole snapshot (" +
                                 e.message() + ").");
      continue;
    }
    const auto [same, fresh] = by_digest.try_emplace(series.last.input.digest, series.facts.size());
    if (!fresh) {
      held = same->second;
      const std::string sentence = "'" + visible_text(input.path) + "' has the same content as '" +
                                   visible_text(series.facts[held].input.name) + "'";
      if (input.named && series.inputs[held].named) {
        throw Error(ErrorKind::usage, sentence, "Name each snapshot once: nothing can have grown between copies.");
      }
      series.set_aside.push_back(sentence + " and was set aside.");
      continue;
    }
    held = series.facts.size();
    add_facts(series, input, use);
    if (options.each) {
      options.each(series.last, &input == &inputs.back());
    }
  }
  if (series.facts.empty() && refused) {
    throw *refused;
  }
  return held;
}

/// The capture time of each snapshot: from the interval, else what is known of it best.
void set_capture_times(Series& series, const SeriesPlan& plan) {
  std::optional<std::int64_t> start;
  for (std::size_t k = 0; k < series.facts.size(); ++k) {
    const SeriesInput& input = series.inputs[k];
    Facts& facts = series.facts[k];
    facts.captured_is_absolute = true;
    if (input.option_ns) {
      facts.captured_ns = input.option_ns;
      facts.captured_source = CaptureSource::option;
    } else if (input.name_time) {
      facts.captured_ns = input.name_time->ns;
      facts.captured_source = CaptureSource::file_name;
      facts.captured_is_absolute = input.name_time->absolute;
    } else if (input.modified_ns) {
      facts.captured_ns = input.modified_ns;
      facts.captured_source = CaptureSource::modification_time;
    }
    if (k == 0) {
      start = facts.captured_ns;
    }
    if (plan.interval_ns) {
      facts.captured_ns = start.value_or(0) + static_cast<std::int64_t>(k) * *plan.interval_ns;
      facts.captured_source = CaptureSource::option;
      facts.captured_is_absolute = start.has_value() && series.facts.front().captured_is_absolute;
    }
  }
  // Times that count from different origins cannot be compared.
  const bool one_origin = std::all_of(series.facts.begin(), series.facts.end(), [&](const Facts& facts) {
    return facts.captured_is_absolute == series.facts.front().captured_is_absolute;
  });
  std::vector<CapturePoint> points;
  for (const Facts& facts : series.facts) {
    points.push_back({one_origin ? facts.captured_ns : std::nullopt, facts.captured_source, facts.input.size_bytes});
  }
  series.times = judge_times(points);
}

void set_operations(Series& series, const SeriesPlan& plan) {
  for (std::size_t k = 0; k < series.inputs.size(); ++k) {
    if (plan.operations_per_step) {
      series.ops.push_back(static_cast<double>(k) * *plan.operations_per_step);
    } else if (series.inputs[k].operations) {
      series.ops.push_back(*series.inputs[k].operations);
    }
  }
  if (series.ops.size() != series.inputs.size()) {
    series.ops.clear();  // of the snapshots that are left, some were not counted
  }
  for (std::size_t k = 1; k < series.ops.size(); ++k) {
    if (series.ops[k] <= series.ops[k - 1]) {
      throw Error(ErrorKind::usage,
                  "--at: ops= counts the operations run until then, from any start; it has to grow with time, and does "
                  "not from '" +
                      visible_text(series.inputs[k - 1].path) + "' to '" + visible_text(series.inputs[k].path) + "'");
    }
  }
}

}  // namespace

std::vector<SeriesInput> in_expected_order(std::span<const SeriesInput> inputs, const SeriesPlan& plan) {
  std::vector<SeriesInput> ordered(inputs.begin(), inputs.end());
  arrange(ordered, find_order(evidence_of(inputs, {}), plan.arguments).order);
  return ordered;
}

Series read_series(std::span<const SeriesInput> inputs, const SeriesPlan& plan, const SeriesReadOptions& options) {
  Series series;
  const std::vector<SeriesInput> expected = in_expected_order(inputs, plan);
  const std::size_t held = read_all(series, expected, options);
  // The claims of the arguments are those of the order in which the caller gave them.
  std::vector<std::size_t> given(series.inputs.size());
  for (std::size_t i = 0; i < given.size(); ++i) {
    given[i] = i;
  }
  std::unordered_map<std::string_view, std::size_t> places;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    places.try_emplace(inputs[i].path, i);
  }
  std::vector<std::size_t> place_of;
  for (const SeriesInput& input : series.inputs) {
    place_of.push_back(places.at(input.path));
  }
  std::stable_sort(given.begin(), given.end(), [&](std::size_t a, std::size_t b) { return place_of[a] < place_of[b]; });
  const auto held_at = static_cast<std::size_t>(std::find(given.begin(), given.end(), held) - given.begin());
  arrange(series.inputs, given);
  arrange(series.facts, given);

  series.order = find_order(evidence_of(series.inputs, series.facts), plan.arguments);
  const std::size_t newest = series.order.order.back();
  if (newest != held_at) {
    series.last = Heap();
    series.last = read_snapshot(series.inputs[newest], options, true);
  }
  arrange(series.inputs, series.order.order);
  arrange(series.facts, series.order.order);
  set_capture_times(series, plan);
  set_operations(series, plan);
  return series;
}

SeriesReader::SeriesReader(SeriesReadOptions options, std::size_t expected)
    : options_(std::move(options)), only_(expected == 1) {}

void SeriesReader::add(const SeriesInput& input, ByteSource& source) {
  series_.last = Heap();  // frees the graph before the next one is read
  holds_graph_ = false;
  series_.last = heap_of(load_snapshot(source, input.path, how_to_load(options_, false)), options_, only_);
  if (!only_) {
    require_different_ids(series_.last.diagnostics, input.path);
  }
  holds_graph_ = true;
  const bool known = std::any_of(series_.facts.begin(), series_.facts.end(),
                                 [&](const Facts& facts) { return facts.input.digest == series_.last.input.digest; });
  if (known) {
    series_.set_aside.push_back("'" + visible_text(input.path) +
                                "' has the same content as a snapshot before it and was set aside.");
    return;
  }
  add_facts(series_, input, only_ ? FactsFor::one_snapshot : FactsFor::series);
}

Series SeriesReader::finish(const SeriesPlan& plan) {
  if (!holds_graph_) {
    throw Error(ErrorKind::evidence, "the last snapshot did not come to its end, and the one before it was not kept");
  }
  series_.order = find_order(evidence_of(series_.inputs, series_.facts), plan.arguments);
  if (series_.order.order.back() + 1 != series_.facts.size()) {
    throw Error(ErrorKind::evidence, "the ids of the last snapshot are not those of the newest",
                "Only files can be read again in another order: capture them into files.");
  }
  arrange(series_.inputs, series_.order.order);
  arrange(series_.facts, series_.order.order);
  set_capture_times(series_, plan);
  set_operations(series_, plan);
  holds_graph_ = false;
  return std::move(series_);
}

}  // namespace heapdiff
