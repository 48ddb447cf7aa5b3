#pragma once
// The second pass of `redact`: writes the snapshot again with each text masked.

#include "heapdiff/snapshot/meta.h"
#include "heapdiff/snapshot/redact_snapshot.h"
#include "parse/section_handler.h"
#include "redact/text_uses.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace heapdiff::redaction {

/// Writes each row as it arrives. Memory: a buffer of 256 KB.
class SnapshotWriter final : public parse::SectionHandler {
 public:
  /// `file` is the name of the input in messages. All arguments have to outlive the writer.
  SnapshotWriter(const std::string& file, const TextUses& uses, const TextMask& mask, ByteSink& out)
      : file_(file), uses_(uses), mask_(mask), out_(out), owner_(uses.nodes) {}

  void on_header(const SnapshotMeta& meta) override;
  void on_section_begin(parse::Section section) override;
  void on_section_end(parse::Section section) override;
  void on_nodes_begin(std::uint64_t /*max_rows*/) override {}
  std::uint64_t parse_nodes(const parse::ArrayBlock& block, const parse::RowChecks& checks) override;
  void on_nodes_end(std::uint64_t rows, const parse::RowChecks& checks, std::uint64_t end_offset) override;
  void on_edges_begin(std::uint64_t /*max_rows*/) override {}
  std::uint64_t parse_edges(const parse::ArrayBlock& block, const parse::RowChecks& checks) override;
  void on_edges_end(std::uint64_t rows, const parse::RowChecks& checks, std::uint64_t end_offset) override;
  void on_location(const Location& location, parse::RowValues row) override;
  void on_trace_function(const TraceFunction& function, parse::RowValues row) override;
  void on_sample(parse::RowValues row) override;
  void on_trace_value(std::uint32_t row, std::uint32_t field, std::uint64_t value) override;
  void on_trace_children_begin() override;
  void on_trace_children_end() override;
  bool wants_string(std::uint64_t /*index*/, std::string_view /*ahead*/) override { return true; }
  void on_string(std::uint64_t index, const std::string& text, std::uint64_t end_offset) override;
  // The first pass has checked the names.
  [[nodiscard]] std::optional<parse::NamedRow> first_node_named_from(std::uint64_t /*string_count*/) const override {
    return std::nullopt;
  }
  [[nodiscard]] std::optional<parse::NamedRow> first_edge_named_from(std::uint64_t /*string_count*/) const override {
    return std::nullopt;
  }

  /// After the last byte. Throws Error{input} unless `digest` is that of the first pass.
  void finish(const std::string& digest, const std::string& first_digest);

 private:
  [[noreturn]] void fail_changed() const;
  [[nodiscard]] std::uint64_t entry(std::uint64_t string, Use use) const;
  /// The entry of a node's name.
  [[nodiscard]] std::uint64_t name_entry(std::uint64_t string, Use use);
  void put(std::string_view bytes);
  void put_number(std::uint64_t value);
  void put_numbers(parse::RowValues row);
  /// A row on a line of its own, with `name` in place of the value at `name_at`.
  void put_row(parse::RowValues row, std::uint32_t name_at, std::uint64_t name);

  const std::string& file_;
  const TextUses& uses_;
  const TextMask& mask_;
  ByteSink& out_;
  EdgeOwner owner_;
  const SnapshotMeta* meta_ = nullptr;
  std::optional<std::uint64_t> joined_value_;  // the entry of all contents, where the mask joins them
  std::string buffer_;
  bool first_ = true;  // nothing has been written in this array
};

}  // namespace heapdiff::redaction
