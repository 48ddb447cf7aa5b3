#pragma once
// The first pass of `redact`: how each string of a snapshot is used.

#include "heapdiff/snapshot/detail/column.h"
#include "heapdiff/snapshot/meta.h"
#include "parse/row_checks.h"
#include "parse/section_handler.h"
#include "parse/side_sections.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

namespace heapdiff::redaction {

/// Bits of TextUses::of, in the order of the new entries.
using Use = std::uint8_t;
inline constexpr Use kNothing = 0;
inline constexpr Use kName = 1;
inline constexpr Use kProperty = 2;
inline constexpr Use kKey = 4;
inline constexpr Use kValue = 8;
inline constexpr Use kCodeName = 16;

/// The use of a node's name.
[[nodiscard]] Use use_of_name(NodeType type) noexcept;

/// The nodes, as far as both passes need them: 5 bytes each.
struct NodeTable {
  std::uint64_t node_count = 0;
  std::uint64_t edge_count = 0;
  Column<NodeType> type;
  Column<std::uint32_t> first_edge;  ///< node_count + 1

  [[nodiscard]] std::uint32_t edges_of(std::size_t row) const noexcept { return first_edge[row + 1] - first_edge[row]; }
};

/// The node that an edge leaves, for edges in the order of the file.
class EdgeOwner {
 public:
  explicit EdgeOwner(const NodeTable& nodes) : nodes_(nodes) {}
  /// The row of the node; nothing for an edge beyond those of all nodes.
  [[nodiscard]] std::optional<std::size_t> of(std::uint64_t edge) noexcept {
    while (row_ < nodes_.node_count && edge >= nodes_.first_edge[row_ + 1]) {
      ++row_;
    }
    return row_ < nodes_.node_count ? std::optional(row_) : std::nullopt;
  }

 private:
  const NodeTable& nodes_;
  std::size_t row_ = 0;
};

/// The result of the first pass: how each string is used, and which entry of the new table is its first one.
struct TextUses {
  std::uint64_t string_count = 0;
  Column<std::uint8_t> of;            ///< by string: bits of Use
  Column<std::uint32_t> first_entry;  ///< by string
  std::vector<bool> dictionary;       ///< by node: a plain object whose property names are keys of data
  NodeTable nodes;

  /// The use of a property's name. A key that is also the name of an ordinary property is not data and keeps one entry.
  [[nodiscard]] Use of_property(std::uint64_t string, std::size_t owner) const noexcept {
    const bool ordinary = string < string_count && (of[string] & kProperty) != 0;
    return !ordinary && dictionary[owner] ? kKey : kProperty;
  }
  /// The entry of the new table for a string in one of its uses; nothing for a use that the first pass did not see.
  [[nodiscard]] std::optional<std::uint64_t> entry(std::uint64_t string, Use use) const noexcept;
};

/// Memory: 9 bytes per node, 5 per string, 12 per property of an object with more than 64 edges, 8 per edge from code
/// to a string and from a concatenated string.
class UseCollector final : public parse::SectionHandler {
 public:
  /// `max_strings` is the largest number of strings that the file can hold.
  explicit UseCollector(std::uint64_t max_strings) { uses_.of = Column<std::uint8_t>(max_strings); }

  void on_header(const SnapshotMeta& meta) override;
  void on_nodes_begin(std::uint64_t max_rows) override;
  std::uint64_t parse_nodes(const parse::ArrayBlock& block, const parse::RowChecks& checks) override;
  void on_nodes_end(std::uint64_t rows, const parse::RowChecks& checks, std::uint64_t end_offset) override;
  void on_edges_begin(std::uint64_t max_rows) override;
  std::uint64_t parse_edges(const parse::ArrayBlock& block, const parse::RowChecks& checks) override;
  void on_edges_end(std::uint64_t rows, const parse::RowChecks& checks, std::uint64_t end_offset) override;
  void on_trace_function(const TraceFunction& function, parse::RowValues row) override;
  bool wants_string(std::uint64_t /*index*/, std::string_view /*ahead*/) override { return true; }
  void on_string(std::uint64_t index, const std::string& text, std::uint64_t end_offset) override;
  std::optional<parse::NamedRow> first_node_named_from(std::uint64_t string_count) const override;
  std::optional<parse::NamedRow> first_edge_named_from(std::uint64_t string_count) const override;

  /// After the last byte. `file` is the name in messages.
  [[nodiscard]] TextUses finish(std::uint64_t string_count, const std::string& file);

 private:
  struct WideEdge {
    std::uint32_t owner;  ///< row
    std::uint32_t name;   ///< string
    NodeType target;
  };

  void note(std::uint64_t string, Use use) noexcept;
  void add_named_edge(std::size_t from, std::uint32_t name, EdgeType type, std::size_t to);
  void mark_names_of_code();
  void mark_keys();

  const SnapshotMeta* meta_ = nullptr;
  TextUses uses_;
  Column<std::uint32_t> names_;  // by node
  std::uint64_t size_sum_ = 0;
  std::optional<std::uint64_t> size_overflow_row_;
  std::optional<EdgeOwner> owner_;
  parse::FirstFrom edge_names_;
  std::vector<WideEdge> wide_;                                         // properties of objects with many edges
  std::vector<std::pair<std::uint32_t, std::uint32_t>> held_by_code_;  // name of the edge, row of the string
  std::vector<std::pair<std::uint32_t, std::uint32_t>> parts_;         // row of the whole, row of the part
  std::unordered_set<std::uint64_t> name_edges_;
  std::uint64_t object_name_ = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t constructor_name_ = std::numeric_limits<std::uint64_t>::max();
};

}  // namespace heapdiff::redaction
