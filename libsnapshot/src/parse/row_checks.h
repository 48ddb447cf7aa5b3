#pragma once
// The rules for rows of "nodes" and "edges". Every command reads these sections through the functions of this file, so
// a row that one command refuses is refused by all of them, with the same message and the same offset.
//
// The reader of rows hands out each row after its checks. What the caller stores is its own business: the loader fills
// columns on two threads, `redact` keeps three values of a node and none of an edge.

#include "heapdiff/snapshot/detail/column.h"
#include "heapdiff/snapshot/index.h"
#include "heapdiff/snapshot/limits.h"
#include "heapdiff/snapshot/meta.h"
#include "parse/array_reader.h"

#include <cstdint>
#include <optional>
#include <string>

namespace heapdiff::parse {

/// Positions of the node fields. They are constants where the file has V8's own order, so that the values of a row stay
/// in registers. Otherwise they are looked up.
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

/// Positions of the edge fields, in the same manner.
template <bool V8Order>
struct EdgeFields {
  explicit EdgeFields(const SnapshotMeta& meta)
      : type(V8Order ? 0 : meta.edge_type), name(V8Order ? 1 : meta.edge_name), to(V8Order ? 2 : meta.edge_to) {}
  std::uint32_t type, name, to;
};

/// Calls `parse.operator()<Stride, V8Order>()` with the layout of the node rows of this file.
template <class Parse>
std::uint64_t with_node_layout(const SnapshotMeta& meta, const Parse& parse) {
  if (NodeFields<7, true>::matches(meta)) {
    return parse.template operator()<7, true>();
  }
  if (NodeFields<6, true>::matches(meta)) {
    return parse.template operator()<6, true>();
  }
  if (NodeFields<5, true>::matches(meta)) {
    return parse.template operator()<5, true>();
  }
  return parse.template operator()<0, false>();
}

/// Calls `parse.operator()<V8Order, NodeStride>()` with the layout of the edge rows of this file. A constant number of
/// node fields turns the division of `to_node` into a multiplication.
template <class Parse>
std::uint64_t with_edge_layout(const SnapshotMeta& meta, const Parse& parse) {
  if (meta.edge_fields.size() != 3 || meta.edge_type != 0 || meta.edge_name != 1 || meta.edge_to != 2) {
    return parse.template operator()<false, 0>();
  }
  switch (meta.node_fields.size()) {
    case 6:
      return parse.template operator()<true, 6>();
    case 7:
      return parse.template operator()<true, 7>();
    default:
      return parse.template operator()<true, 0>();
  }
}

/// The number of rows that a header promises. 0 promises nothing: Hermes writes 0 and rows all the same.
[[nodiscard]] constexpr std::optional<std::uint64_t> usable_count(std::optional<std::uint64_t> declared) noexcept {
  return declared == 0 ? std::nullopt : declared;
}

/// A row and the string index in it.
struct NamedRow {
  std::uint64_t row = 0;
  std::uint64_t name = 0;
};

/// The rules of one file. The constant functions may run on two threads at once.
class RowChecks {
 public:
  /// The arguments have to outlive the object.
  RowChecks(const SnapshotMeta& meta, const Limits& limits, const std::string& file)
      : meta_(meta), limits_(limits), file_(file), node_stride_(static_cast<std::uint32_t>(meta.node_fields.size())) {}

  [[nodiscard]] const SnapshotMeta& meta() const noexcept { return meta_; }
  /// The number of rows of "nodes", once they have been read.
  void set_node_count(std::uint64_t node_count) noexcept { node_count_ = node_count; }

  /// Reads the rows of a block of "nodes", calls `emit(row, values, fields)` for each good one and returns their
  /// number. Throws Error{input} with the offset of the first value that is out of range.
  template <std::uint32_t Stride, bool V8Order, class Emit>
  [[nodiscard, gnu::always_inline]] std::uint64_t parse_nodes(const ArrayBlock& block, const Emit& emit) const {
    const NodeFields<Stride, V8Order> at(meta_);
    const std::uint64_t max_edges = limits_.max_edges;
    return parse_rows<Stride>(
        block, [&](std::uint64_t row, const auto& v) __attribute__((always_inline)) {
          const std::uint64_t trace_id = at.trace_id == SnapshotMeta::kAbsent ? 0 : v[at.trace_id];
          if (v[at.type] > kMaxNodeType || v[at.name] > UINT32_MAX || v[at.edge_count] > max_edges ||
              trace_id > UINT32_MAX) [[unlikely]] {
            const auto values = v;  // a copy, so that the row itself needs no address
            fail_node(block, row, values.data());
          }
          emit(row, v, at);
        });
  }

  /// The same for a block of "edges": `emit(row, values, fields, target)`, where `target` is the row of the node that
  /// the edge leads to. "nodes" has to be complete.
  template <bool V8Order, std::uint32_t NodeStride, class Emit>
  [[nodiscard, gnu::always_inline]] std::uint64_t parse_edges(const ArrayBlock& block, const Emit& emit) const {
    constexpr std::uint32_t kStride = V8Order ? 3 : 0;
    const EdgeFields<V8Order> at(meta_);
    const std::uint64_t stride = NodeStride == 0 ? node_stride_ : NodeStride;
    const std::uint64_t node_count = node_count_;
    const std::uint64_t types = meta_.edge_type_names.size();
    return parse_rows<kStride>(
        block, [&](std::uint64_t row, const auto& v) __attribute__((always_inline)) {
          const std::uint64_t to = v[at.to];
          const std::uint64_t target = to / stride;
          if (v[at.type] >= types || target >= node_count || target * stride != to || v[at.name] > UINT32_MAX)
              [[unlikely]] {
            const auto values = v;  // a copy, so that the row itself needs no address
            fail_edge(block, row, values.data());
          }
          emit(row, v, at, target);
        });
  }

  /// Ends the section "nodes". `first_edge` has one entry more than there are nodes and holds the edge count of node i
  /// at i + 1; it is turned into the position of each node's first edge. `size_overflow_row` is the first node at which
  /// the sum of the self sizes reaches 2^64. Throws Error{input} for a file without nodes, for such a sum, and for more
  /// edges than the file declares.
  void end_nodes(std::optional<std::uint64_t> size_overflow_row, Column<std::uint32_t>& first_edge,
                 std::uint64_t end_offset) const;
  /// Ends the section "edges": the edge counts of the nodes have to add up to the number of edges.
  void end_edges(std::uint64_t edge_count, const Column<std::uint32_t>& first_edge, std::uint64_t end_offset) const;
  /// Throws Error{input} for a name that the strings do not have: the node's, if there is one, else the edge's.
  void check_names(std::uint64_t string_count, std::optional<NamedRow> node, std::optional<NamedRow> edge,
                   std::uint64_t end_offset) const;

  /// The row of a `to_node` or `object_index` value; nothing when it is not the position of a node.
  [[nodiscard]] std::optional<NodeIndex> row_of(std::uint64_t flat_offset) const noexcept {
    if (flat_offset % node_stride_ != 0 || flat_offset / node_stride_ >= node_count_) {
      return std::nullopt;
    }
    return NodeIndex(static_cast<std::uint32_t>(flat_offset / node_stride_));
  }

 private:
  static constexpr std::uint64_t kMaxNodeType = 255;

  [[noreturn]] void fail_node(const ArrayBlock& block, std::uint64_t row, const std::uint64_t* values) const;
  [[noreturn]] void fail_edge(const ArrayBlock& block, std::uint64_t row, const std::uint64_t* values) const;

  const SnapshotMeta& meta_;
  const Limits& limits_;
  const std::string& file_;
  std::uint32_t node_stride_;
  std::uint64_t node_count_ = 0;
};

}  // namespace heapdiff::parse
