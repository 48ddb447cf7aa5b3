#pragma once
// Columns from rows. Every index that a file gives is checked here, once.

#include "heapdiff/snapshot/diagnostics.h"
#include "heapdiff/snapshot/limits.h"
#include "heapdiff/snapshot/snapshot_graph.h"
#include "parse/array_reader.h"
#include "parse/string_builder.h"

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace heapdiff {

class EdgeNameCoder;

class GraphBuilder {
 public:
  GraphBuilder(const SnapshotMeta& meta, const Limits& limits, const std::string& file, Diagnostics& diagnostics,
               StringBuilder& strings, std::optional<std::uint64_t> input_bytes);

  /// Both read a section whose opening bracket has been consumed.
  void read_nodes(TextWindow& window, unsigned threads);
  void read_edges(TextWindow& window, unsigned threads);

  /// After all sections: indices into the strings, whose number is known only now.
  void check_strings(std::uint64_t string_count, std::uint64_t end_offset) const;

  [[nodiscard]] std::uint64_t node_count() const noexcept { return columns_.node_count; }
  [[nodiscard]] GraphColumns take() { return std::move(columns_); }
  /// The row of a `to_node` or `object_index` value, or nothing when it is none.
  [[nodiscard]] std::optional<NodeIndex> row_of(std::uint64_t flat_offset) const noexcept;

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
  std::uint64_t parse_nodes(const ArrayBlock& block);
  void prefault_nodes(const ArrayBlock& block);
  template <bool V8Order, std::uint32_t NodeStride>
  std::uint64_t parse_edges(const ArrayBlock& block, EdgeNameCoder& edge_names);
  [[noreturn]] void bad_node(const ArrayBlock& block, std::uint64_t row, const std::uint64_t* values) const;
  [[noreturn]] void bad_edge(const ArrayBlock& block, std::uint64_t row, const std::uint64_t* values) const;
  void finish_nodes(std::uint64_t end_offset);
  void keep_names_that_code_holds();
  [[nodiscard]] std::uint64_t rows_that_fit(std::optional<std::uint64_t> declared, std::uint64_t stride,
                                            std::uint64_t limit, std::string_view what) const;

  const SnapshotMeta& meta_;
  const Limits& limits_;
  const std::string& file_;
  Diagnostics& diagnostics_;
  StringBuilder& strings_;
  std::optional<std::uint64_t> input_bytes_;
  GraphColumns columns_;
  std::uint32_t node_stride_;

  std::mutex totals_mutex_;  // guards the members below
  NodeTotals totals_;
  std::uint64_t undeclared_kinds_ = 0;
  std::uint64_t odd_detachedness_ = 0;
  std::uint64_t max_name_ = 0;
};

}  // namespace heapdiff
