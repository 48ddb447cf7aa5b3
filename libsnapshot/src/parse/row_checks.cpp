#include "parse/row_checks.h"

#include "heapdiff/snapshot/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace heapdiff::parse {

void RowChecks::fail_node(const ArrayBlock& block, std::uint64_t row, const std::uint64_t* v) const {
  const auto fail = [&](std::uint32_t field, const std::string& expected) {
    throw Error(ErrorKind::input, file_, offset_of_value(block, row - block.first_row, field),
                fmt::format("expected {} in node {}, got {}", expected, row, v[field]));
  };
  if (v[meta_.node_type] > kMaxNodeType) {
    fail(meta_.node_type, fmt::format("a node type below {}", meta_.node_type_names.size()));
  }
  if (v[meta_.node_name] > UINT32_MAX) {
    fail(meta_.node_name, "a string index below 2^32");
  }
  if (v[meta_.node_edge_count] > limits_.max_edges) {
    fail(meta_.node_edge_count, fmt::format("an edge count up to {}", limits_.max_edges));
  }
  fail(meta_.node_trace_id, "a trace node id below 2^32");
  throw Error(ErrorKind::internal, "a good node was called bad");
}

void RowChecks::fail_edge(const ArrayBlock& block, std::uint64_t row, const std::uint64_t* v) const {
  const auto fail = [&](std::uint32_t field, const std::string& expected) {
    throw Error(ErrorKind::input, file_, offset_of_value(block, row - block.first_row, field),
                fmt::format("expected {} in edge {}, got {}", expected, row, v[field]));
  };
  if (v[meta_.edge_type] >= meta_.edge_type_names.size()) {
    fail(meta_.edge_type, fmt::format("an edge type below {}", meta_.edge_type_names.size()));
  }
  if (v[meta_.edge_name] > UINT32_MAX) {
    fail(meta_.edge_name, "a name or index below 2^32");
  }
  if (v[meta_.edge_to] % node_stride_ != 0) {
    fail(meta_.edge_to, fmt::format("a to_node that is a multiple of {} (the number of node fields)", node_stride_));
  }
  fail(meta_.edge_to, fmt::format("a to_node below {}", node_count_ * node_stride_));
  throw Error(ErrorKind::internal, "a good edge was called bad");
}

void RowChecks::end_nodes(std::optional<std::uint64_t> size_overflow_row, Column<std::uint32_t>& first_edge,
                          std::uint64_t end_offset) const {
  if (node_count_ == 0) {
    throw Error(ErrorKind::input, file_, end_offset, "expected a root node, got no nodes");
  }
  if (size_overflow_row) {
    throw Error(ErrorKind::input, file_, end_offset,
                fmt::format("expected self sizes with a sum below 2^64, it overflows at node {}", *size_overflow_row));
  }
  const std::uint64_t most = std::min(usable_count(meta_.edge_count).value_or(limits_.max_edges), limits_.max_edges);
  const std::uint32_t* const counts = first_edge.data();
  if (std::accumulate(counts + 1, counts + node_count_ + 1, std::uint64_t{0}) <= most) {
    std::partial_sum(first_edge.data() + 1, first_edge.data() + node_count_ + 1, first_edge.data() + 1);
    return;
  }
  std::uint64_t sum = 0;
  for (std::uint64_t row = 1; row <= node_count_; ++row) {
    sum += first_edge[row];
    if (sum > most) {
      throw Error(ErrorKind::input, file_, end_offset,
                  fmt::format("expected edges of node {} within {} edges, its range ends at {}", row - 1, most, sum));
    }
  }
}

void RowChecks::end_edges(std::uint64_t edge_count, const Column<std::uint32_t>& first_edge,
                          std::uint64_t end_offset) const {
  const std::uint64_t owned = first_edge[static_cast<std::size_t>(node_count_)];
  if (owned > edge_count) {
    std::size_t row = 0;
    while (first_edge[row + 1] <= edge_count) {
      ++row;
    }
    throw Error(ErrorKind::input, file_, end_offset,
                fmt::format("expected edges of node {} within {} edges, its range is {} to {}", row, edge_count,
                            first_edge[row], first_edge[row + 1]));
  }
  if (owned < edge_count) {
    throw Error(ErrorKind::input, file_, end_offset,
                fmt::format("expected every edge to belong to a node, {} edges belong to none", edge_count - owned));
  }
}

void RowChecks::check_names(std::uint64_t string_count, std::optional<NamedRow> node, std::optional<NamedRow> edge,
                            std::uint64_t end_offset) const {
  const auto fail = [&](const char* what, const NamedRow& at) {
    throw Error(ErrorKind::input, file_, end_offset,
                fmt::format("expected a name below {} (the number of strings) in {} {}, got {}", string_count, what,
                            at.row, at.name));
  };
  if (node) {
    fail("node", *node);
  }
  if (edge) {
    fail("edge", *edge);
  }
}

}  // namespace heapdiff::parse
