#pragma once
// What a command does with the sections of a snapshot, as the section reader hands them out.

#include "heapdiff/snapshot/locations.h"
#include "heapdiff/snapshot/meta.h"
#include "parse/array_reader.h"
#include "parse/row_checks.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace heapdiff::parse {

/// The members of the document that heapdiff reads.
enum class Section : std::uint8_t {
  snapshot,
  nodes,
  edges,
  trace_function_infos,
  trace_tree,
  samples,
  locations,
  strings,
  count
};

/// The numbers of one row, by field.
using RowValues = std::span<const std::uint64_t>;

/// Receives the sections in the order of the file. Each value was checked before it arrives, with one exception: names
/// of nodes and edges may be beyond the strings, whose number is known only at the end of the file.
///
/// Rows of "nodes" and "edges" arrive as blocks of text, on as many threads as the reader was given. The handler reads
/// a block with `RowChecks::parse_nodes` or `RowChecks::parse_edges`, which check the rows. All other calls come from
/// one thread. A function that a handler does not need does nothing.
class SectionHandler {
 public:
  SectionHandler() = default;
  SectionHandler(const SectionHandler&) = delete;
  SectionHandler& operator=(const SectionHandler&) = delete;
  virtual ~SectionHandler() = default;

  /// The value of "snapshot". `meta` lives as long as the reader.
  virtual void on_header(const SnapshotMeta& meta) = 0;
  /// Before and after the values of any other section.
  virtual void on_section_begin(Section /*section*/) {}
  virtual void on_section_end(Section /*section*/) {}

  /// "nodes" begins; it has `max_rows` rows at most.
  virtual void on_nodes_begin(std::uint64_t max_rows) = 0;
  /// Reads a block and returns its number of rows.
  virtual std::uint64_t parse_nodes(const ArrayBlock& block, const RowChecks& checks) = 0;
  /// "nodes" has ended. The handler calls `checks.end_nodes`, because it holds the edge counts.
  virtual void on_nodes_end(std::uint64_t rows, const RowChecks& checks, std::uint64_t end_offset) = 0;

  virtual void on_edges_begin(std::uint64_t max_rows) = 0;
  virtual std::uint64_t parse_edges(const ArrayBlock& block, const RowChecks& checks) = 0;
  /// "edges" has ended. The handler calls `checks.end_edges`.
  virtual void on_edges_end(std::uint64_t rows, const RowChecks& checks, std::uint64_t end_offset) = 0;

  virtual void on_location(const Location& /*location*/, RowValues /*row*/) {}
  virtual void on_trace_function(const TraceFunction& /*function*/, RowValues /*row*/) {}
  virtual void on_sample(RowValues /*row*/) {}
  /// "trace_tree" is a list of rows, and one field of a row is the list of its children. Rows are counted from 0 in the
  /// order in which they begin; `parent` is the row whose children are being read, or TraceNode::kNoParent.
  virtual void on_trace_row(std::uint32_t /*parent*/) {}
  virtual void on_trace_value(std::uint32_t /*row*/, std::uint32_t /*field*/, std::uint64_t /*value*/) {}
  virtual void on_trace_children_begin() {}
  virtual void on_trace_children_end() {}

  /// Whether the text of this string is needed. Strings that are not needed are checked all the same. `ahead` begins
  /// with the string as the file has it, with its quotation mark, and holds kAheadOfString bytes unless the file ends.
  [[nodiscard]] virtual bool wants_string(std::uint64_t index, std::string_view ahead) = 0;
  static constexpr std::size_t kAheadOfString = 32;
  /// A string that was asked for, decoded. `end_offset` is where it ends in the file.
  virtual void on_string(std::uint64_t index, const std::string& text, std::uint64_t end_offset) = 0;

  /// After the last byte: the first node, and the first edge with a name, whose name is `string_count` or above.
  [[nodiscard]] virtual std::optional<NamedRow> first_node_named_from(std::uint64_t string_count) const = 0;
  [[nodiscard]] virtual std::optional<NamedRow> first_edge_named_from(std::uint64_t string_count) const = 0;
};

}  // namespace heapdiff::parse
