// The sections of a snapshot, in the order in which they come.

#include "heapdiff/snapshot/load.h"

#include "graph/devtools_rules.h"
#include "heapdiff/snapshot/background_thread.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"
#include "parse/graph_builder.h"
#include "parse/header.h"
#include "parse/json_text.h"
#include "parse/side_sections.h"
#include "parse/string_builder.h"
#include "runtime/small_pages.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <optional>
#include <utility>

namespace heapdiff {
namespace {

class SnapshotReader {
 public:
  SnapshotReader(ByteSource& source, const std::string& name, const LoadOptions& options)
      : source_(source),
        options_(options),
        window_(source, name, options.progress),
        text_(window_, loaded_.diagnostics),
        strings_(options.limits, source.size_bytes()) {
    loaded_.input.name = name;
  }

  LoadedSnapshot read() {
    read_prelude();
    while (true) {
      text_.next();
      const std::uint64_t at = window_.offset();
      if (window_.peek() != '"') {
        fail_at_missing_key(at);
      }
      const std::string key = text_.string("the top level");
      text_.expect(':', "at the top level");
      read_section(key, at);
      if (text_.accept('}')) {
        break;
      }
      if (text_.next() == TextWindow::kEnd) {
        fail_at_end();
      }
      text_.expect(',', "or '}' at the top level");
    }
    check_complete();
    check_nothing_follows();
    return finish();
  }

 private:
  void read_prelude() {
    if (window_.peek() == 0xEF) {
      for (const int byte : {0xEF, 0xBB, 0xBF}) {
        if (window_.peek() != byte) {
          text_.fail_here("'{'");
        }
        window_.advance();
      }
      loaded_.diagnostics.warn("bom", "the file starts with a UTF-8 byte order mark");
    }
    const int first = text_.next();
    if (first == '{') {
      window_.advance();
      return;
    }
    const std::uint64_t at = window_.offset();
    if (first == 0xFF || first == 0xFE) {
      text_.fail(at, "expected UTF-8 JSON, got a UTF-16 byte order mark");
    }
    if (first == TextWindow::kEnd) {
      text_.fail(at, "expected '{', got end of file",
                 at == 0
                     ? "The file is empty: the snapshot was never written, the disk was full or the process was killed."
                     : "The file holds no snapshot.");
    }
    text_.fail(
        at, fmt::format("expected '{{', got {}", describe_byte(first)),
        first == '<' ? "This looks like HTML, perhaps an error page saved in place of the snapshot." : std::string());
  }

  [[noreturn]] void fail_at_missing_key(std::uint64_t at) {
    const std::string_view wanted = !seen(kSnapshot) ? "snapshot"
                                    : !seen(kNodes)  ? "nodes"
                                    : !seen(kEdges)  ? "edges"
                                                     : "strings";
    text_.fail(at, fmt::format("expected the key \"{}\", got {}", wanted, describe_byte(window_.peek())));
  }

  [[noreturn]] void fail_at_end() {
    const std::uint64_t at = window_.offset();
    static constexpr const char* kTruncated =
        "The file is truncated. Take the snapshot again, with room for it on the disk.";
    for (const Section section : {kSnapshot, kNodes, kEdges, kStrings}) {
      if (!seen(section)) {
        text_.fail(at, fmt::format("expected the key \"{}\", got end of file", kNames[section]), kTruncated);
      }
    }
    text_.fail(at, "expected '}', got end of file", "Everything else was read: only the end of the file is missing.");
  }

  enum Section : std::size_t {
    kSnapshot,
    kNodes,
    kEdges,
    kTraceFunctions,
    kTraceTree,
    kLocations,
    kStrings,
    kSections
  };
  static constexpr std::array<std::string_view, kSections> kNames = {
      "snapshot", "nodes", "edges", "trace_function_infos", "trace_tree", "locations", "strings"};

  [[nodiscard]] bool seen(Section s) const { return seen_[s]; }

  void read_section(const std::string& key, std::uint64_t at) {
    const auto* const found = std::find(kNames.begin(), kNames.end(), key);
    if (found == kNames.end()) {
      if (!seen(kSnapshot)) {
        text_.fail(at, fmt::format("expected the key \"snapshot\", got \"{}\"", visible_text(key, 24)), recognise(key));
      }
      if (key != "samples" && !key.starts_with("scope")) {
        loaded_.diagnostics.warn("section", fmt::format("an unknown section was skipped: {}", visible_text(key, 40)));
      }
      text_.skip_value(options_.limits.max_depth, "a section that is not used");
      return;
    }
    const auto section = static_cast<Section>(found - kNames.begin());
    if (seen(section)) {
      text_.fail(at, fmt::format("expected each section once, got \"{}\" again", key));
    }
    if (section != kSnapshot && !seen(kSnapshot)) {
      text_.fail(at, fmt::format("expected the key \"snapshot\" before \"{}\"", key), recognise(key));
    }
    if ((section == kEdges || section == kLocations) && !seen(kNodes)) {
      text_.fail(at, fmt::format("expected the key \"nodes\" before \"{}\"", key));
    }
    seen_[section] = true;
    if (section == kSnapshot) {
      read_snapshot();
      return;
    }
    text_.expect('[', fmt::format("to open \"{}\"", key));
    switch (section) {
      case kNodes:
        builder_->read_nodes(window_, options_.threads);
        break;
      case kEdges:
        builder_->read_edges(window_, options_.threads);
        warm_next_phases();
        break;
      case kTraceFunctions:
        read_trace_functions(text_, *meta_, strings_, locations_);
        break;
      case kTraceTree:
        read_trace_tree(text_, *meta_, options_.limits, locations_);
        break;
      case kLocations:
        read_locations(text_, *meta_, *builder_, locations_, loaded_.diagnostics);
        break;
      default:
        if (options_.keep_string_values || !seen(kEdges) ||
            (meta_->trace_function_count != 0 && !seen(kTraceFunctions))) {
          strings_.want_all();  // before the sections that use names nobody can say which they use
        }
        strings_.read(text_);
    }
  }

  /// The second thread has nothing to do until all is read: it may fetch the pages that distances and dominators need.
  void warm_next_phases() {
    constexpr std::uint64_t kSmallSnapshot = 500'000;  // nodes: columns of 4 bytes each share pages up to here
    constexpr std::uint64_t kBytesPerNode = 56;
    if (options_.threads > 1 && builder_->node_count() <= kSmallSnapshot) {
      warming_.emplace([this, n = builder_->node_count()] { detail::warm_small(n * kBytesPerNode, all_read_); });
    }
  }

  static std::string recognise(const std::string& key) {
    if (key == "head" || key == "samples") {
      return "This looks like a .heapprofile (a sampling profile): give it with --heap-profile.";
    }
    if (key == "nodes" || key == "startTime" || key == "endTime" || key == "timeDeltas") {
      return "This looks like a .cpuprofile, or a file whose sections are out of order. Take a heap snapshot.";
    }
    if (key == "traceEvents") {
      return "This looks like a Chrome trace. Take a heap snapshot.";
    }
    return "This is JSON, but no heap snapshot.";
  }

  void read_snapshot() {
    meta_ = std::make_unique<SnapshotMeta>(read_header(text_, options_.limits, loaded_.diagnostics));
    check_memory();
    builder_ = std::make_unique<GraphBuilder>(*meta_, options_.limits, window_.name(), loaded_.diagnostics, strings_,
                                              source_.size_bytes());
  }

  void check_memory() {
    const std::uint64_t limit = options_.limits.max_memory_bytes;
    const std::uint64_t nodes = meta_->node_count.value_or(0);
    const std::uint64_t edges = meta_->edge_count.value_or(0);
    if (limit == 0 || nodes > options_.limits.max_nodes || edges > options_.limits.max_edges) {
      return;  // a count beyond the limits gets its own message
    }
    const std::uint64_t needed =
        forecast_memory_bytes(nodes, edges, source_.size_bytes().value_or(0), options_.memory_use);
    if (needed > limit) {
      throw Error(ErrorKind::limit, window_.name(), std::nullopt,
                  fmt::format("expected a snapshot that fits into {:.2f} GB of memory, this one needs about {:.2f} GB "
                              "({} nodes, {} edges)",
                              static_cast<double>(limit) / 1e9, static_cast<double>(needed) / 1e9, nodes, edges),
                  "Use a machine with more memory, or raise the limit with --max-memory if you know better.");
    }
  }

  void check_complete() {
    const std::uint64_t at = window_.offset() - 1;
    for (const Section section : {kSnapshot, kNodes, kEdges, kStrings}) {
      if (!seen(section)) {
        text_.fail(at, fmt::format("expected the key \"{}\", got '}}'", kNames[section]));
      }
    }
  }

  void check_nothing_follows() {
    const int c = text_.next();
    if (c != TextWindow::kEnd) {
      text_.fail(window_.offset(), fmt::format("expected end of file, got {}", describe_byte(c)),
                 c == '{' ? "A second snapshot seems to start here: give each its own file." : std::string());
    }
    source_.check_unchanged();
  }

  LoadedSnapshot finish() {
    all_read_.store(true, std::memory_order_relaxed);
    const std::uint64_t end = window_.offset();
    builder_->check_strings(strings_.count(), end);
    check_traces(window_.name(), end, strings_.count(), locations_);
    loaded_.input.digest = window_.digest();
    loaded_.input.size_bytes = end;
    const auto ephemerons = strings_.take_ephemerons();
    loaded_.graph = SnapshotGraph(std::move(*meta_), builder_->take(), strings_.take(), std::move(locations_));
    mark_ephemeron_edges(loaded_.graph, ephemerons);
    spread_detachedness(loaded_.graph);
    return std::move(loaded_);
  }

  ByteSource& source_;
  const LoadOptions& options_;
  LoadedSnapshot loaded_;
  TextWindow window_;
  JsonText text_;
  StringBuilder strings_;
  std::unique_ptr<SnapshotMeta> meta_;
  std::unique_ptr<GraphBuilder> builder_;
  Locations locations_;
  std::array<bool, kSections> seen_{};
  std::atomic<bool> all_read_ = false;
  std::optional<BackgroundTask> warming_;  // last: it uses what stands above
};

}  // namespace

LoadedSnapshot load_snapshot(ByteSource& source, const std::string& name, const LoadOptions& options) {
  if (options.threads > 1) {
    BackgroundTask::start_thread();  // it comes up while the header is read
  }
  return SnapshotReader(source, name, options).read();
}

LoadedSnapshot load_snapshot(OpenedInput input, const LoadOptions& options) {
  LoadedSnapshot loaded = load_snapshot(*input.source, input.name, options);
  loaded.input.compression = std::move(input.compression);
  loaded.input.modified_ns = input.modified_ns;
  loaded.input.device = input.device;
  loaded.input.inode = input.inode;
  return loaded;
}

LoadedSnapshot load_snapshot(const std::string& path, const LoadOptions& options) {
  return load_snapshot(open_input(path, options.limits, options.threads), options);
}

}  // namespace heapdiff
