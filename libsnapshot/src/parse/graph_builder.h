#pragma once
// Fills the columns of a graph from the rows of "nodes" and "edges". `row_checks.h` has checked every index in them.

#include "heapdiff/snapshot/diagnostics.h"
#include "heapdiff/snapshot/snapshot_graph.h"
#include "parse/array_reader.h"
#include "parse/edge_name_coder.h"
#include "parse/row_checks.h"
#include "parse/string_builder.h"

#include <cstdint>
#include <mutex>
#include <optional>

namespace heapdiff::parse {

class GraphBuilder {
 public:
  /// All arguments have to outlive the builder.
  GraphBuilder(const SnapshotMeta& meta, Diagnostics& diagnostics, StringBuilder& strings)
      : meta_(meta), diagnostics_(diagnostics), strings_(strings) {}

  /// The calls of SectionHandler for "nodes" and "edges". The two parse functions may run on two threads at once.
  void begin_nodes(std::uint64_t max_rows);
  std::uint64_t parse_nodes(const ArrayBlock& block, const RowChecks& checks);
  void end_nodes(std::uint64_t rows, const RowChecks& checks, std::uint64_t end_offset);
  void begin_edges(std::uint64_t max_rows);
  std::uint64_t parse_edges(const ArrayBlock& block, const RowChecks& checks);
  void end_edges(std::uint64_t rows, const RowChecks& checks, std::uint64_t end_offset);

  /// The first node, and the first edge, whose name is `string_count` or above. O(1) when there is none.
  [[nodiscard]] std::optional<NamedRow> first_node_named_from(std::uint64_t string_count) const;
  [[nodiscard]] std::optional<NamedRow> first_edge_named_from(std::uint64_t string_count) const;

  [[nodiscard]] std::uint64_t node_count() const noexcept { return columns_.node_count; }
  [[nodiscard]] GraphColumns take() { return std::move(columns_); }

 private:
  /// What the workers add up.
  struct NodeTotals {
    bool wide_id = false;
    bool wide_size = false;
    bool traces = false;
    bool size_overflow = false;
    std::uint64_t size = 0;
  };

  template <std::uint32_t Stride, bool V8Order>
  std::uint64_t parse_node_rows(const ArrayBlock& block, const RowChecks& checks);
  template <bool V8Order, std::uint32_t NodeStride>
  std::uint64_t parse_edge_rows(const ArrayBlock& block, const RowChecks& checks);
  void prefault_nodes(const ArrayBlock& block);
  void warn_about_nodes();
  void keep_names_that_code_holds();

  const SnapshotMeta& meta_;
  Diagnostics& diagnostics_;
  StringBuilder& strings_;
  GraphColumns columns_;
  std::optional<EdgeNameCoder> edge_names_;  // while "edges" is read

  std::mutex totals_mutex_;  // guards the members below
  NodeTotals totals_;
  std::uint64_t undeclared_kinds_ = 0;
  std::uint64_t odd_detachedness_ = 0;
  std::uint64_t max_name_ = 0;
};

}  // namespace heapdiff::parse
