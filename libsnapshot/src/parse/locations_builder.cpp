#include "parse/locations_builder.h"

#include "parse/side_sections.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>
#include <vector>

namespace heapdiff::parse {

void LocationsBuilder::end_locations(Diagnostics& diagnostics) {
  // V8 writes at most one row per node. Other producers may write more.
  std::vector<Location>& rows = locations_.rows;
  const auto by_node = [](const Location& a, const Location& b) { return a.node < b.node; };
  if (!std::is_sorted(rows.begin(), rows.end(), by_node)) {
    std::stable_sort(rows.begin(), rows.end(), by_node);
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i + 1 < rows.size() && rows[i + 1].node == rows[i].node) {
      diagnostics.warn("locations", "a node has more than one location: the last one was taken");
      continue;
    }
    rows[kept++] = rows[i];
  }
  rows.resize(kept);
}

void LocationsBuilder::begin_trace_tree(const SnapshotMeta& meta) {
  const auto& names = meta.trace_node_fields;
  if (!names.empty()) {
    id_ = field_position(names, "id");
    function_ = field_position(names, "function_info_index");
    count_ = field_position(names, "count");
    size_ = field_position(names, "size");
  }
}

void LocationsBuilder::add_trace_row(std::uint32_t parent) {
  TraceNode node;
  node.parent = parent;
  locations_.trace_nodes.push_back(node);
}

void LocationsBuilder::set_trace_value(std::uint32_t row, std::uint32_t field, std::uint64_t value) {
  TraceNode& node = locations_.trace_nodes[row];
  if (field == id_) {
    node.id = clamp32(value);
  } else if (field == function_) {
    node.function = clamp32(value);
  } else if (field == count_) {
    node.count = value;
  } else if (field == size_) {
    node.size_bytes = value;
  }
}

void LocationsBuilder::begin_samples(const SnapshotMeta& meta) {
  // A file that does not name the fields has V8's two.
  for (std::size_t at = 0; at < meta.sample_fields.size(); ++at) {
    if (meta.sample_fields[at] == "timestamp_us") {
      sample_time_ = at;
    } else if (meta.sample_fields[at] == "last_assigned_id") {
      sample_id_ = at;
    }
  }
}

void LocationsBuilder::add_sample(std::span<const std::uint64_t> row) {
  if (sample_time_ < row.size() && sample_id_ < row.size()) {
    locations_.samples.push_back({row[sample_time_], row[sample_id_]});
  }
}

Locations LocationsBuilder::take() {
  // Lookup is by id. A node's parent is a row, which moves with the order.
  std::vector<TraceNode>& nodes = locations_.trace_nodes;
  std::vector<std::uint32_t> order(nodes.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return nodes[a].id < nodes[b].id; });
  std::vector<std::uint32_t> position(order.size());
  std::vector<TraceNode> sorted;
  sorted.reserve(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    position[order[i]] = static_cast<std::uint32_t>(i);
    sorted.push_back(nodes[order[i]]);
  }
  for (TraceNode& node : sorted) {
    if (node.parent != TraceNode::kNoParent) {
      node.parent = position[node.parent];
    }
  }
  nodes = std::move(sorted);
  return std::move(locations_);
}

}  // namespace heapdiff::parse
