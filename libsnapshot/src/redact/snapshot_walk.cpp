#include "redact/snapshot_walk.h"

#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"
#include "parse/header.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

namespace heapdiff {
namespace {

class Walk {
 public:
  Walk(TextWindow& window, const Limits& limits, SnapshotVisitor& visitor)
      : window_(window), limits_(limits), visitor_(visitor), text_(window, diagnostics_) {}

  void run() {
    for (const int byte : {0xEF, 0xBB, 0xBF}) {
      if (window_.peek() == byte) {
        window_.advance();
      }
    }
    text_.expect('{', "to open a snapshot");
    do {
      text_.next();
      const std::uint64_t at = window_.offset();
      const std::string key = text_.string("the top level");
      text_.expect(':', "at the top level");
      if (std::find(seen_.begin(), seen_.end(), key) != seen_.end()) {
        text_.fail(at, fmt::format("expected each section once, got \"{}\" again", visible_text(key, 24)));
      }
      section(key, at);
      if (seen_.size() < limits_.max_types) {
        seen_.push_back(key);
      }
    } while (text_.accept(','));
    text_.expect('}', "or ',' at the top level");
    for (const char* wanted : {"snapshot", "nodes", "edges", "strings"}) {
      require(wanted, window_.offset() - 1);
    }
    if (text_.next() != TextWindow::kEnd) {
      text_.fail_here("end of file");
    }
  }

 private:
  void require(const std::string& wanted, std::uint64_t at) {
    if (std::find(seen_.begin(), seen_.end(), wanted) == seen_.end()) {
      text_.fail(at, fmt::format("expected the key \"{}\" before this place", wanted));
    }
  }

  void section(const std::string& key, std::uint64_t at) {
    if (key == "snapshot") {
      meta_ = read_header(text_, limits_, diagnostics_);
      visitor_.on_header(*meta_);
      return;
    }
    require("snapshot", at);
    if (key == "edges" || key == "strings") {
      require("nodes", at);
    }
    const bool numbers = key == "trace_tree" || key == "samples" || key == "locations";
    if (!numbers && key != "nodes" && key != "edges" && key != "trace_function_infos" && key != "strings") {
      text_.skip_value(limits_.max_depth, "a section that is not used");
      return;
    }
    text_.expect('[', fmt::format("to open \"{}\"", key));
    visitor_.on_section_begin(key);
    if (numbers) {
      copy_numbers(key);
    } else if (key == "strings") {
      strings();
    } else if (key == "nodes") {
      rows(key, meta_->node_fields.size(), meta_->node_count, [&](RowValues row) { visitor_.on_node(row); });
    } else if (key == "edges") {
      rows(key, meta_->edge_fields.size(), meta_->edge_count, [&](RowValues row) { visitor_.on_edge(row); });
    } else if (meta_->trace_function_info_fields.empty()) {
      text_.expect(']', "to close \"trace_function_infos\", because their fields are missing");
    } else {
      rows(key, meta_->trace_function_info_fields.size(), std::nullopt,
           [&](RowValues row) { visitor_.on_trace_function(row); });
    }
    visitor_.on_section_end();
  }

  template <class OnRow>
  void rows(const std::string& name, std::size_t stride, std::optional<std::uint64_t> declared, OnRow on_row) {
    ArrayShape shape;
    shape.section = name;
    shape.stride = static_cast<std::uint32_t>(stride);
    shape.declared_rows = declared;
    read_array(window_, shape, 1, [&](const ArrayBlock& block) {
      return parse_rows<0>(
          block, [&](std::uint64_t /*row*/, const auto& values) { on_row(RowValues(values.data(), stride)); });
    });
  }

  void copy_numbers(const std::string& name) {
    std::string piece;
    std::uint64_t depth = 1;
    while (depth != 0) {
      const int c = text_.next();
      if (c == TextWindow::kEnd ||
          std::string_view("0123456789-+.eE,[]").find(static_cast<char>(c)) == std::string_view::npos) {
        text_.fail_here(fmt::format("a number, ',' or ']' in \"{}\"", name));
      }
      window_.advance();
      depth = c == '[' ? depth + 1 : c == ']' ? depth - 1 : depth;
      if (depth > limits_.max_trace_depth) {
        throw Error(ErrorKind::limit, window_.name(), window_.offset(),
                    fmt::format("expected at most {} levels of nesting in \"{}\"", limits_.max_trace_depth, name));
      }
      if (depth != 0) {
        piece += static_cast<char>(c);
      }
      if (piece.size() >= kPieceBytes || depth == 0) {
        visitor_.on_numbers(piece);
        piece.clear();
      }
    }
  }

  void strings() {
    if (text_.accept(']')) {
      return;
    }
    std::string text;
    do {
      text.clear();
      text_.read_string(&text, "\"strings\"");
      visitor_.on_string(text);
    } while (text_.accept(','));
    text_.expect(']', "or ',' in \"strings\"");
  }

  static constexpr std::size_t kPieceBytes = 65536;

  TextWindow& window_;
  const Limits& limits_;
  SnapshotVisitor& visitor_;
  Diagnostics diagnostics_;
  JsonText text_;
  std::optional<SnapshotMeta> meta_;
  std::vector<std::string> seen_;
};

}  // namespace

void walk_snapshot(TextWindow& window, const Limits& limits, SnapshotVisitor& visitor) {
  Walk(window, limits, visitor).run();
}

}  // namespace heapdiff
