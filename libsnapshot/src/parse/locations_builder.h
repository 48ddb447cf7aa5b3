#pragma once
// Collects source positions and allocation stacks, and orders them for lookup.

#include "heapdiff/snapshot/diagnostics.h"
#include "heapdiff/snapshot/locations.h"
#include "heapdiff/snapshot/meta.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace heapdiff::parse {

class LocationsBuilder {
 public:
  void add_location(const Location& location) { locations_.rows.push_back(location); }
  /// "samples": `begin_samples` comes first. A row without V8's two fields is left out.
  void begin_samples(const SnapshotMeta& meta);
  void add_sample(std::span<const std::uint64_t> row);
  void add_function(const TraceFunction& function) { locations_.trace_functions.push_back(function); }
  /// The calls of SectionHandler for "trace_tree"; `begin_trace_tree` comes first.
  void begin_trace_tree(const SnapshotMeta& meta);
  void add_trace_row(std::uint32_t parent);
  void set_trace_value(std::uint32_t row, std::uint32_t field, std::uint64_t value);

  /// After "locations": orders the rows by node. Of several rows for one node the last one counts, as in DevTools.
  void end_locations(Diagnostics& diagnostics);
  /// After all sections. O(n log n) in the trace nodes.
  [[nodiscard]] Locations take();

 private:
  Locations locations_;
  std::uint32_t id_ = 0;  // positions of the fields in a row of "trace_tree"
  std::uint32_t function_ = 1;
  std::uint32_t count_ = 2;
  std::uint32_t size_ = 3;
  std::size_t sample_time_ = 0;  // positions of the fields in a row of "samples"
  std::size_t sample_id_ = 1;
};

}  // namespace heapdiff::parse
