// Bytes to graph: the handler of the section reader that keeps everything.

#include "heapdiff/snapshot/load.h"

#include "graph/devtools_rules.h"
#include "graph/graph_access.h"
#include "graph/graph_checks.h"
#include "heapdiff/internal/background_task.h"
#include "heapdiff/snapshot/error.h"
#include "parse/graph_builder.h"
#include "parse/locations_builder.h"
#include "parse/section_reader.h"
#include "parse/string_builder.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace heapdiff {
namespace {

using parse::ArrayBlock;
using parse::NamedRow;
using parse::RowChecks;
using parse::RowValues;
using parse::Section;

class SnapshotLoader final : public parse::SectionHandler {
 public:
  SnapshotLoader(ByteSource& source, const std::string& name, const LoadOptions& options)
      : options_(options),
        input_bytes_(source.size_bytes()),
        strings_(options.limits, loaded_.input.name, input_bytes_),
        reader_(source, name, options.limits, options.threads, options.progress, loaded_.diagnostics, *this) {
    loaded_.input.name = name;
  }

  LoadedSnapshot load() {
    reader_.read();
    loaded_.input.digest = reader_.digest();
    loaded_.input.size_bytes = reader_.size_bytes();
    const auto ephemerons = strings_.take_ephemerons();
    loaded_.graph = graph::GraphAccess::make(reader_.take_meta(), builder_->take(),
                                             strings_.take(reader_.string_count()), locations_.take());
    graph::mark_ephemeron_edges(loaded_.graph, ephemerons);
    graph::spread_detachedness(loaded_.graph);
    graph::warn_about_equal_ids(loaded_.graph, loaded_.diagnostics);
    graph::warn_about_unknown_traces(loaded_.graph, loaded_.diagnostics);
    return std::move(loaded_);
  }

 private:
  void on_header(const SnapshotMeta& meta) override {
    meta_ = &meta;
    check_memory();
    builder_.emplace(meta, loaded_.diagnostics, strings_);
  }
  void on_section_begin(Section section) override {
    if (section == Section::trace_tree) {
      locations_.begin_trace_tree(*meta_);
    } else if (section == Section::samples) {
      locations_.begin_samples(*meta_);
    } else if (section == Section::strings) {
      if (options_.keep_string_values || !edges_read_ || (meta_->trace_function_count != 0 && !functions_read_)) {
        strings_.want_all();  // The sections that use names come later, so it is not known which names they use.
      }
      strings_.begin();
    }
  }
  void on_section_end(Section section) override {
    if (section == Section::edges) {
      edges_read_ = true;
    } else if (section == Section::trace_function_infos) {
      functions_read_ = true;
    } else if (section == Section::locations) {
      locations_.end_locations(loaded_.diagnostics);
    }
  }

  void on_nodes_begin(std::uint64_t max_rows) override { builder_->begin_nodes(max_rows); }
  std::uint64_t parse_nodes(const ArrayBlock& block, const RowChecks& checks) override {
    return builder_->parse_nodes(block, checks);
  }
  void on_nodes_end(std::uint64_t rows, const RowChecks& checks, std::uint64_t end_offset) override {
    builder_->end_nodes(rows, checks, end_offset);
  }
  void on_edges_begin(std::uint64_t max_rows) override { builder_->begin_edges(max_rows); }
  std::uint64_t parse_edges(const ArrayBlock& block, const RowChecks& checks) override {
    return builder_->parse_edges(block, checks);
  }
  void on_edges_end(std::uint64_t rows, const RowChecks& checks, std::uint64_t end_offset) override {
    builder_->end_edges(rows, checks, end_offset);
  }

  void on_location(const Location& location, RowValues /*row*/) override { locations_.add_location(location); }
  void on_trace_function(const TraceFunction& function, RowValues /*row*/) override {
    strings_.want(function.name.get());
    strings_.want(function.script_name.get());
    locations_.add_function(function);
  }
  void on_sample(RowValues row) override { locations_.add_sample(row); }
  void on_trace_row(std::uint32_t parent) override { locations_.add_trace_row(parent); }
  void on_trace_value(std::uint32_t row, std::uint32_t field, std::uint64_t value) override {
    locations_.set_trace_value(row, field, value);
  }

  bool wants_string(std::uint64_t index, std::string_view ahead) override { return strings_.wants(index, ahead); }
  void on_string(std::uint64_t index, const std::string& text, std::uint64_t end_offset) override {
    strings_.keep(index, text, end_offset);
  }

  [[nodiscard]] std::optional<NamedRow> first_node_named_from(std::uint64_t string_count) const override {
    return builder_->first_node_named_from(string_count);
  }
  [[nodiscard]] std::optional<NamedRow> first_edge_named_from(std::uint64_t string_count) const override {
    return builder_->first_edge_named_from(string_count);
  }

  void check_memory() const {
    const std::uint64_t limit = options_.limits.max_memory_bytes;
    const std::uint64_t nodes = meta_->node_count.value_or(0);
    const std::uint64_t edges = meta_->edge_count.value_or(0);
    if (limit == 0 || nodes > options_.limits.max_nodes || edges > options_.limits.max_edges) {
      return;  // a count beyond the limits gets its own message
    }
    const std::uint64_t needed = forecast_memory_bytes(nodes, edges, input_bytes_.value_or(0), options_.memory_use);
    if (needed > limit) {
      throw Error(ErrorKind::limit, loaded_.input.name, std::nullopt,
                  fmt::format("expected a snapshot that fits into {:.2f} GB of memory, this one needs about {:.2f} GB "
                              "({} nodes, {} edges)",
                              static_cast<double>(limit) / 1e9, static_cast<double>(needed) / 1e9, nodes, edges),
                  "Use a machine with more memory, or raise the limit with --max-memory if you know better.");
    }
  }

  const LoadOptions& options_;
  std::optional<std::uint64_t> input_bytes_;
  LoadedSnapshot loaded_;
  parse::StringBuilder strings_;
  parse::LocationsBuilder locations_;
  parse::SectionReader reader_;
  const SnapshotMeta* meta_ = nullptr;
  std::optional<parse::GraphBuilder> builder_;
  bool edges_read_ = false;
  bool functions_read_ = false;
};

}  // namespace

LoadedSnapshot load_snapshot(ByteSource& source, const std::string& name, const LoadOptions& options) {
  if (options.threads > 1) {
    internal::BackgroundTask::start_thread();  // it starts while the header is read
  }
  return SnapshotLoader(source, name, options).load();
}

LoadedSnapshot load_snapshot(OpenedInput input, const LoadOptions& options) {
  LoadedSnapshot loaded = load_snapshot(*input.source, input.name, options);
  loaded.input.stored_bytes = input.source->stored_bytes_read();
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
