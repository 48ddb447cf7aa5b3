#include "parse/graph_builder.h"

#include "heapdiff/snapshot/error.h"
#include "parse/edge_name_coder.h"
#include "runtime/spin.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace heapdiff {
namespace {

constexpr std::uint64_t kMax32 = UINT32_MAX;

/// Kinds whose names are values, not names: texts of strings, and constants.
bool has_name_worth_keeping(NodeType type) { return type != NodeType::string; }

}  // namespace

GraphBuilder::GraphBuilder(const SnapshotMeta& meta, const Limits& limits, const std::string& file,
                           Diagnostics& diagnostics, StringBuilder& strings, std::optional<std::uint64_t> input_bytes)
    : meta_(meta),
      limits_(limits),
      file_(file),
      diagnostics_(diagnostics),
      strings_(strings),
      input_bytes_(input_bytes),
      node_stride_(static_cast<std::uint32_t>(meta.node_fields.size())) {}

std::uint64_t GraphBuilder::rows_that_fit(std::optional<std::uint64_t> declared, std::uint64_t stride,
                                          std::uint64_t limit, std::string_view what) const {
  // A number takes at least one digit and one separator, so a small file cannot make us ask for much.
  const std::uint64_t fit = input_bytes_ ? *input_bytes_ / (2 * stride) + 1 : UINT64_MAX;
  const std::uint64_t rows = std::min(declared.value_or(limit), fit);
  if (rows > limit) {
    throw Error(ErrorKind::limit, file_, std::nullopt,
                fmt::format("expected at most {} {}, got {}", limit, what, rows));
  }
  return rows;
}

std::optional<NodeIndex> GraphBuilder::row_of(std::uint64_t flat_offset) const noexcept {
  if (flat_offset % node_stride_ != 0 || flat_offset / node_stride_ >= columns_.node_count) {
    return std::nullopt;
  }
  return NodeIndex(static_cast<std::uint32_t>(flat_offset / node_stride_));
}

/// Positions of the node fields: known to the compiler where the file has V8's own order, so that a row stays in
/// registers; else looked up.
template <std::uint32_t Stride, bool V8Order>
struct NodeFields {
  explicit NodeFields(const SnapshotMeta& meta)
      : type(V8Order ? 0 : meta.node_type),
        name(V8Order ? 1 : meta.node_name),
        id(V8Order ? 2 : meta.node_id),
        self_size(V8Order ? 3 : meta.node_self_size),
        edge_count(V8Order ? 4 : meta.node_edge_count),
        trace_id(V8Order ? (Stride == 7 ? 5 : SnapshotMeta::kAbsent) : meta.node_trace_id),
        detachedness(V8Order ? (Stride >= 6 ? Stride - 1 : SnapshotMeta::kAbsent) : meta.node_detachedness) {}
  [[nodiscard]] static bool matches(const SnapshotMeta& meta) {
    const NodeFields<Stride, true> v8(meta);
    return meta.node_fields.size() == Stride && meta.node_type == v8.type && meta.node_name == v8.name &&
           meta.node_id == v8.id && meta.node_self_size == v8.self_size && meta.node_edge_count == v8.edge_count &&
           meta.node_trace_id == v8.trace_id && meta.node_detachedness == v8.detachedness;
  }
  std::uint32_t type, name, id, self_size, edge_count, trace_id, detachedness;
};

template <std::uint32_t Stride, bool V8Order>
std::uint64_t GraphBuilder::parse_nodes(const ArrayBlock& block) {
  NodeTotals totals;
  std::uint64_t undeclared = 0;
  std::uint64_t odd_detachedness = 0;
  std::uint64_t max_name = 0;
  const NodeFields<Stride, V8Order> at(meta_);
  // Copies: a store to a column of bytes may change anything for all the compiler knows.
  const std::array<NodeType, 256> kinds = meta_.node_type_of;
  const std::uint64_t max_edges = limits_.max_edges;
  std::uint8_t* const kind_column = columns_.kind.data();
  std::uint32_t* const name_column = columns_.name.data();
  std::uint32_t* const edge_column = columns_.first_edge.data() + 1;
  prefault_nodes(block);
  const std::uint64_t rows = parse_rows<Stride>(
      block, [&](std::uint64_t row, const auto& v) __attribute__((always_inline)) {
        const std::uint64_t type = v[at.type];
        const std::uint64_t name = v[at.name];
        const std::uint64_t edges = v[at.edge_count];
        const bool has_trace = at.trace_id != SnapshotMeta::kAbsent && v[at.trace_id] != 0;
        if (type > 255 || name > kMax32 || edges > max_edges || (has_trace && v[at.trace_id] > kMax32)) [[unlikely]] {
          const auto values = v;  // a copy, so that the row itself needs no address
          bad_node(block, row, values.data());
        }
        const NodeType kind = kinds[type];
        undeclared += kind == NodeType::undeclared ? 1U : 0U;
        auto bits = static_cast<std::uint8_t>(kind);
        if (at.detachedness != SnapshotMeta::kAbsent) {
          const std::uint64_t d = v[at.detachedness];
          if (d <= 2) [[likely]] {
            bits = static_cast<std::uint8_t>(bits | (d << GraphColumns::kDetachedShift));
          } else {
            ++odd_detachedness;
          }
        }
        kind_column[row] = bits;
        name_column[row] = static_cast<std::uint32_t>(name);
        totals.wide_id |= columns_.id.set_quietly(row, v[at.id]);
        const std::uint64_t size = v[at.self_size];
        totals.wide_size |= columns_.self_size.set_quietly(row, size);
        totals.size_overflow |= __builtin_add_overflow(totals.size, size, &totals.size);
        edge_column[row] = static_cast<std::uint32_t>(edges);
        if (has_trace) {
          columns_.trace_id[row] = static_cast<std::uint32_t>(v[at.trace_id]);
          totals.traces = true;
        }
        max_name = std::max(max_name, name);
        if (has_name_worth_keeping(kind)) {
          strings_.want(name);
        }
      });
  const auto lock = lock_awake(totals_mutex_);
  totals_.wide_id |= totals.wide_id;
  totals_.wide_size |= totals.wide_size;
  totals_.traces |= totals.traces;
  totals_.size_overflow |= totals.size_overflow || __builtin_add_overflow(totals_.size, totals.size, &totals_.size);
  undeclared_kinds_ += undeclared;
  odd_detachedness_ += odd_detachedness;
  max_name_ = std::max(max_name_, max_name);
  return rows;
}

void GraphBuilder::prefault_nodes(const ArrayBlock& block) {
  // One call per column and block costs less than a fault per page.
  const auto first = static_cast<std::size_t>(block.first_row);
  const auto rows = static_cast<std::size_t>(block.rows);
  columns_.kind.prefault(first, rows);
  columns_.name.prefault(first, rows);
  columns_.id.prefault(first, rows);
  columns_.self_size.prefault(first, rows);
  columns_.first_edge.prefault(first, rows);
}

void GraphBuilder::bad_node(const ArrayBlock& block, std::uint64_t row, const std::uint64_t* v) const {
  const auto fail = [&](std::uint32_t field, const std::string& expected) {
    throw Error(ErrorKind::input, file_, offset_of_value(block, row - block.first_row, field),
                fmt::format("expected {} in node {}, got {}", expected, row, v[field]));
  };
  if (v[meta_.node_type] > 255) {
    fail(meta_.node_type, fmt::format("a node type below {}", meta_.node_type_names.size()));
  }
  if (v[meta_.node_name] > kMax32) {
    fail(meta_.node_name, "a string index below 2^32");
  }
  if (v[meta_.node_edge_count] > limits_.max_edges) {
    fail(meta_.node_edge_count, fmt::format("an edge count up to {}", limits_.max_edges));
  }
  fail(meta_.node_trace_id, "a trace node id below 2^32");
  throw Error(ErrorKind::internal, "a good node was called bad");
}

void GraphBuilder::read_nodes(TextWindow& window, unsigned threads) {
  const std::uint64_t capacity = rows_that_fit(meta_.node_count, node_stride_, limits_.max_nodes, "nodes");
  const auto n = static_cast<std::size_t>(capacity);
  columns_.kind = Column<std::uint8_t>(n);
  columns_.name = Column<std::uint32_t>(n);
  columns_.id = WideColumn(n);
  columns_.self_size = WideColumn(n);
  columns_.first_edge = Column<std::uint32_t>(n + 1);
  if (meta_.node_trace_id != SnapshotMeta::kAbsent) {
    columns_.trace_id = Column<std::uint32_t>(n);
  }
  ArrayShape shape;
  shape.section = "nodes";
  shape.stride = node_stride_;
  shape.declared_rows = meta_.node_count;
  shape.capacity = capacity;
  columns_.node_count = read_array(window, shape, threads, [this](const ArrayBlock& block) {
    switch (node_stride_) {
      case 5:
        return NodeFields<5, true>::matches(meta_) ? parse_nodes<5, true>(block) : parse_nodes<0, false>(block);
      case 6:
        return NodeFields<6, true>::matches(meta_) ? parse_nodes<6, true>(block) : parse_nodes<0, false>(block);
      case 7:
        return NodeFields<7, true>::matches(meta_) ? parse_nodes<7, true>(block) : parse_nodes<0, false>(block);
      default:
        return parse_nodes<0, false>(block);
    }
  });
  finish_nodes(window.offset());
}

void GraphBuilder::finish_nodes(std::uint64_t end_offset) {
  if (columns_.node_count == 0) {
    throw Error(ErrorKind::input, file_, end_offset, "expected a root node, got no nodes");
  }
  if (totals_.wide_id) {
    columns_.id.note_high();
  }
  if (totals_.wide_size) {
    columns_.self_size.note_high();
  }
  if (!totals_.traces) {
    columns_.trace_id.release();
  }
  if (totals_.size_overflow) {
    std::uint64_t sum = 0;
    std::uint64_t row = 0;
    while (row < columns_.node_count && !__builtin_add_overflow(sum, columns_.self_size[row], &sum)) {
      ++row;
    }
    throw Error(ErrorKind::input, file_, end_offset,
                fmt::format("expected self sizes with a sum below 2^64, it overflows at node {}", row));
  }
  if (undeclared_kinds_ != 0) {
    diagnostics_.warn(
        "undeclared-kind",
        fmt::format("nodes have a type that the file does not declare (it declares {}): kept as kind \"undefined\"",
                    meta_.node_type_names.size()),
        undeclared_kinds_);
  }
  if (odd_detachedness_ != 0) {
    diagnostics_.warn("detachedness", "a detachedness above 2 was taken as unknown", odd_detachedness_);
  }
  std::uint64_t sum = 0;
  for (std::uint64_t row = 1; row <= columns_.node_count; ++row) {
    sum += columns_.first_edge[row];
    if (sum > limits_.max_edges || (meta_.edge_count && sum > *meta_.edge_count)) {
      throw Error(ErrorKind::input, file_, end_offset,
                  fmt::format("expected edges of node {} within {} edges, its range ends at {}", row - 1,
                              meta_.edge_count.value_or(limits_.max_edges), sum));
    }
    columns_.first_edge[row] = static_cast<std::uint32_t>(sum);
  }
}

template <bool V8Order, std::uint32_t NodeStride>
std::uint64_t GraphBuilder::parse_edges(const ArrayBlock& block, EdgeNameCoder& edge_names) {
  const std::uint32_t type_at = V8Order ? 0 : meta_.edge_type;
  const std::uint32_t name_at = V8Order ? 1 : meta_.edge_name;
  const std::uint32_t to_at = V8Order ? 2 : meta_.edge_to;
  const std::uint64_t stride = NodeStride == 0 ? node_stride_ : NodeStride;
  const std::uint64_t node_count = columns_.node_count;
  const std::uint64_t kinds = meta_.edge_type_names.size();
  std::array<std::uint32_t, 256> tag;  // our type in its place above the target, and whether the name is a number
  constexpr std::uint32_t kNumbered = 1;
  for (std::size_t type = 0; type < tag.size(); ++type) {
    tag[type] = (static_cast<std::uint32_t>(meta_.edge_type_of[type]) << GraphColumns::kTargetBits) |
                (meta_.edge_name_is_number[type] ? kNumbered : 0);
  }
  std::uint32_t* const targets = columns_.edge_target.data();
  columns_.edge_target.prefault(static_cast<std::size_t>(block.first_row), static_cast<std::size_t>(block.rows));
  edge_names.prefault(static_cast<std::size_t>(block.first_row), static_cast<std::size_t>(block.rows));
  std::uint64_t max_name = 0;
  const std::uint64_t rows =
      parse_rows < V8Order
          ? 3
          : 0 > (
                    block, [&](std::uint64_t row, const auto& v) __attribute__((always_inline)) {
                      const std::uint64_t type = v[type_at];
                      const std::uint64_t name = v[name_at];
                      const std::uint64_t to = v[to_at];
                      const std::uint64_t target = to / stride;
                      if (type >= kinds || target >= node_count || target * stride != to || name > kMax32)
                          [[unlikely]] {
                        const auto values = v;  // a copy, so that the row itself needs no address
                        bad_edge(block, row, values.data());
                      }
                      const std::uint32_t bits = tag[type];
                      targets[row] = static_cast<std::uint32_t>(target) | (bits & ~GraphColumns::kTargetMask);
                      if ((bits & kNumbered) != 0) {
                        edge_names.set_number(row, static_cast<std::uint32_t>(name));
                      } else {
                        max_name = std::max(max_name, name);
                        edge_names.set_name(row, static_cast<std::uint32_t>(name));
                      }
                    });
  const auto lock = lock_awake(totals_mutex_);
  max_name_ = std::max(max_name_, max_name);
  return rows;
}

void GraphBuilder::bad_edge(const ArrayBlock& block, std::uint64_t row, const std::uint64_t* v) const {
  const auto fail = [&](std::uint32_t field, const std::string& expected) {
    throw Error(ErrorKind::input, file_, offset_of_value(block, row - block.first_row, field),
                fmt::format("expected {} in edge {}, got {}", expected, row, v[field]));
  };
  if (v[meta_.edge_type] >= meta_.edge_type_names.size()) {
    fail(meta_.edge_type, fmt::format("an edge type below {}", meta_.edge_type_names.size()));
  }
  if (v[meta_.edge_name] > kMax32) {
    fail(meta_.edge_name, "a name or index below 2^32");
  }
  if (v[meta_.edge_to] % node_stride_ != 0) {
    fail(meta_.edge_to, fmt::format("a to_node that is a multiple of {} (the number of node fields)", node_stride_));
  }
  fail(meta_.edge_to, fmt::format("a to_node below {}", columns_.node_count * node_stride_));
  throw Error(ErrorKind::internal, "a good edge was called bad");
}

void GraphBuilder::read_edges(TextWindow& window, unsigned threads) {
  const auto stride = static_cast<std::uint32_t>(meta_.edge_fields.size());
  const std::uint64_t owned = columns_.first_edge[static_cast<std::size_t>(columns_.node_count)];
  const std::uint64_t capacity = rows_that_fit(meta_.edge_count, stride, limits_.max_edges, "edges");
  columns_.edge_target = Column<std::uint32_t>(static_cast<std::size_t>(capacity));
  columns_.edge_name = EdgeNames(static_cast<std::size_t>(capacity));
  EdgeNameCoder edge_names(columns_.edge_name, strings_, static_cast<std::size_t>(strings_.capacity()));
  const bool v8_order = stride == 3 && meta_.edge_type == 0 && meta_.edge_name == 1 && meta_.edge_to == 2;
  ArrayShape shape;
  shape.section = "edges";
  shape.stride = stride;
  shape.declared_rows = meta_.edge_count;
  shape.capacity = capacity;
  columns_.edge_count = read_array(window, shape, threads, [this, v8_order, &edge_names](const ArrayBlock& block) {
    if (!v8_order) {
      return parse_edges<false, 0>(block, edge_names);
    }
    switch (node_stride_) {
      case 6:
        return parse_edges<true, 6>(block, edge_names);
      case 7:
        return parse_edges<true, 7>(block, edge_names);
      default:
        return parse_edges<true, 0>(block, edge_names);
    }
  });
  if (owned > columns_.edge_count) {
    std::uint64_t row = 0;
    while (columns_.first_edge[static_cast<std::size_t>(row) + 1] <= columns_.edge_count) {
      ++row;
    }
    throw Error(ErrorKind::input, file_, window.offset(),
                fmt::format("expected edges of node {} within {} edges, its range is {} to {}", row,
                            columns_.edge_count, columns_.first_edge[static_cast<std::size_t>(row)],
                            columns_.first_edge[static_cast<std::size_t>(row) + 1]));
  }
  if (owned < columns_.edge_count) {
    throw Error(
        ErrorKind::input, file_, window.offset(),
        fmt::format("expected every edge to belong to a node, {} edges belong to none", columns_.edge_count - owned));
  }
  keep_names_that_code_holds();
}

void GraphBuilder::keep_names_that_code_holds() {
  // A Script's name and source, and a function's inferred name, are string nodes: their texts are names in our sense.
  // A name that was put together ("file://" + path) is a tree of string nodes.
  constexpr std::size_t kMaxParts = 64;
  std::vector<std::size_t> parts;
  for (std::size_t node = 0; node < columns_.node_count; ++node) {
    if (static_cast<NodeType>(columns_.kind[node] & GraphColumns::kTypeMask) != NodeType::code) {
      continue;
    }
    for (std::size_t e = columns_.first_edge[node]; e < columns_.first_edge[node + 1]; ++e) {
      const std::uint32_t raw = columns_.edge_target[e];
      const std::size_t target = raw & GraphColumns::kTargetMask;
      if (static_cast<EdgeType>(raw >> GraphColumns::kTargetBits) != EdgeType::internal) {
        continue;
      }
      parts.assign(1, target);
      for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto type = static_cast<NodeType>(columns_.kind[parts[i]] & GraphColumns::kTypeMask);
        if (type == NodeType::string) {
          strings_.want(columns_.name[parts[i]]);
        } else if (type == NodeType::concatenated_string) {
          for (std::size_t part = columns_.first_edge[parts[i]];
               part < columns_.first_edge[parts[i] + 1] && parts.size() < kMaxParts; ++part) {
            parts.push_back(columns_.edge_target[part] & GraphColumns::kTargetMask);
          }
        }
      }
    }
  }
}

void GraphBuilder::check_strings(std::uint64_t string_count, std::uint64_t end_offset) const {
  if (max_name_ < string_count) {
    return;
  }
  for (std::size_t row = 0; row < columns_.node_count; ++row) {
    if (columns_.name[row] >= string_count) {
      throw Error(ErrorKind::input, file_, end_offset,
                  fmt::format("expected a name below {} (the number of strings) in node {}, got {}", string_count, row,
                              columns_.name[row]));
    }
  }
  for (std::size_t row = 0; row < columns_.edge_count; ++row) {
    const auto type = static_cast<EdgeType>(columns_.edge_target[row] >> GraphColumns::kTargetBits);
    if (SnapshotGraph::is_numbered(type)) {
      continue;
    }
    if (const std::uint32_t name = columns_.edge_name.get(row, false); name >= string_count) {
      throw Error(
          ErrorKind::input, file_, end_offset,
          fmt::format("expected a name below {} (the number of strings) in edge {}, got {}", string_count, row, name));
    }
  }
}

}  // namespace heapdiff
