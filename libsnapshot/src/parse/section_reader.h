#pragma once
// The one reader of snapshots: the order of the sections, the grammar of each, and what must hold between them.
//
// Every command that reads a snapshot is a handler of this reader (`section_handler.h`). The loader keeps a graph,
// `redact` keeps how each text is used and then writes the file again. Neither of them reads a byte by itself, so both
// refuse the same files with the same error.

#include "heapdiff/snapshot/byte_source.h"
#include "heapdiff/snapshot/diagnostics.h"
#include "heapdiff/snapshot/limits.h"
#include "heapdiff/snapshot/meta.h"
#include "heapdiff/snapshot/progress.h"
#include "io/text_window.h"
#include "parse/json_text.h"
#include "parse/row_checks.h"
#include "parse/section_handler.h"
#include "parse/side_sections.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace heapdiff::parse {

class SectionReader {
 public:
  /// Reads `source`, whose name in messages is `name`, on `threads` (1 or 2) threads. All arguments have to outlive the
  /// reader.
  SectionReader(ByteSource& source, const std::string& name, const Limits& limits, unsigned threads,
                ProgressListener* progress, Diagnostics& diagnostics, SectionHandler& handler);

  /// Reads the file to its end. Throws Error{input} with the offset of the first thing that is wrong, and Error{limit}
  /// beyond the limits. Memory: the blocks of the array reader, 8 bytes for some rows of the trace sections, and 8
  /// bytes for each number of "locations" where that comes before "nodes".
  void read();

  /// After `read`.
  [[nodiscard]] std::uint64_t string_count() const noexcept { return string_count_; }
  [[nodiscard]] std::uint64_t size_bytes() const noexcept { return window_.offset(); }
  [[nodiscard]] std::string digest() const { return window_.digest(); }
  [[nodiscard]] SnapshotMeta take_meta() { return std::move(*meta_); }

 private:
  void read_document();
  void read_prelude();
  [[noreturn]] void fail_at_missing_key(std::uint64_t at);
  [[noreturn]] void fail_at_end();
  void read_section(const std::string& key, std::uint64_t at);
  void read_values(Section section);
  void read_nodes();
  void read_edges();
  void warn_about_zero_count(std::optional<std::uint64_t> declared, std::uint64_t rows, std::string_view what);
  void read_strings();
  void check_complete();
  void check_nothing_follows();
  void check_references();
  [[nodiscard]] std::uint64_t max_rows(std::optional<std::uint64_t> declared, std::uint64_t stride, std::uint64_t limit,
                                       std::string_view what) const;
  [[nodiscard]] bool seen(Section section) const { return seen_[static_cast<std::size_t>(section)]; }

  ByteSource& source_;
  const Limits& limits_;
  unsigned threads_;
  Diagnostics& diagnostics_;
  SectionHandler& handler_;
  io::TextWindow window_;
  JsonText text_;
  std::unique_ptr<SnapshotMeta> meta_;
  std::optional<RowChecks> checks_;
  TraceChecks traces_;
  std::optional<EarlyLocations> early_locations_;  // until "nodes" has been read
  std::uint64_t string_count_ = 0;
  std::array<bool, static_cast<std::size_t>(Section::count)> seen_{};
};

/// The name of a section in the file.
[[nodiscard]] std::string_view section_name(Section section) noexcept;

/// The largest number of strings that a file of this size can hold. Without a size it is the number of string indexes.
[[nodiscard]] std::uint64_t max_strings(std::optional<std::uint64_t> input_bytes) noexcept;

}  // namespace heapdiff::parse
