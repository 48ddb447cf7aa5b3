#include "parse/side_sections.h"

#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/file_position.h"
#include "parse/array_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace heapdiff::parse {
namespace {

/// Reads a small array on this thread and calls `on_row(block, row, values)` for each row. `positions` says that the
/// rows hold lines and columns, which V8 has written with a sign since 13.6 (Node.js 24), and before as numbers of 32
/// bits.
template <class OnRow>
void read_rows(JsonText& text, std::string section, std::size_t stride, bool positions, const OnRow& on_row) {
  ArrayShape shape;
  shape.section = std::move(section);
  shape.stride = static_cast<std::uint32_t>(stride);
  shape.negative = positions;
  read_array(text.window(), shape, 1, [&](const ArrayBlock& block) {
    const auto emit = [&](std::uint64_t row, const auto& v) { on_row(block, row, RowValues(v.data(), stride)); };
    switch (stride) {
      case 2:
        return parse_rows<2>(block, emit);
      case 4:
        return parse_rows<4>(block, emit);
      case 5:
        return parse_rows<5>(block, emit);
      case 6:
        return parse_rows<6>(block, emit);
      default:
        return parse_rows<0>(block, emit);
    }
  });
}

/// A line or a column, or 0 where it is before the first character of the file.
std::uint32_t known_or_zero(std::uint64_t value) noexcept {
  const std::uint32_t number = clamp32(value);
  return is_inside_file(number) ? number : 0;
}

std::uint64_t value_at(RowValues row, std::uint32_t field) { return field == SnapshotMeta::kAbsent ? 0 : row[field]; }

}  // namespace

std::optional<FirstFrom::Entry> FirstFrom::find(std::uint64_t limit) const {
  const auto found = std::lower_bound(entries_.begin(), entries_.end(), limit,
                                      [](const Entry& entry, std::uint64_t value) { return entry.value < value; });
  return found == entries_.end() ? std::nullopt : std::optional(*found);
}

std::uint32_t field_position(const std::vector<std::string>& fields, std::string_view name) {
  const auto found = std::find(fields.begin(), fields.end(), name);
  return found == fields.end() ? SnapshotMeta::kAbsent : static_cast<std::uint32_t>(found - fields.begin());
}

void TraceChecks::add_function(const TraceFunction& function) {
  function_names_.add(std::max(function.name.get(), function.script_name.get()), functions_);
  ++functions_;
}

void TraceChecks::check(const std::string& file, std::uint64_t string_count, std::uint64_t end_offset) const {
  if (const auto function = function_names_.find(string_count)) {
    throw Error(ErrorKind::input, file, end_offset,
                fmt::format("expected names below {} (the number of strings) in trace_function_infos row {}",
                            string_count, function->row));
  }
  if (const auto node = node_functions_.find(functions_)) {
    throw Error(
        ErrorKind::input, file, end_offset,
        fmt::format("expected a function below {} in trace node {}, got {}", functions_, node->row, node->value));
  }
}

namespace {

/// Whether "locations" has rows. Throws Error{input} when it has and the header does not describe them.
bool has_location_rows(JsonText& text, const SnapshotMeta& meta) {
  if (meta.location_fields.empty()) {
    if (!text.accept(']')) {
      text.fail_here("']' to close \"locations\", because \"location_fields\" is missing");
    }
    return false;
  }
  for (const std::uint32_t at :
       {meta.location_object, meta.location_script_id, meta.location_line, meta.location_column}) {
    if (at == SnapshotMeta::kAbsent) {
      text.fail_here(
          "\"object_index\", \"script_id\", \"line\" and \"column\" in \"location_fields\" before rows of "
          "\"locations\"");
    }
  }
  return true;
}

std::string location_error(const SnapshotMeta& meta, std::uint64_t row, RowValues v) {
  return fmt::format("expected the position of a node in location {}, got {}", row, v[meta.location_object]);
}

Location location_of(const RowChecks& checks, NodeIndex node, RowValues v) {
  const SnapshotMeta& meta = checks.meta();
  Location location;
  location.node = node;
  location.script_id = clamp32(v[meta.location_script_id]);
  location.line = clamp32(v[meta.location_line]);
  location.column = clamp32(v[meta.location_column]);
  if (meta.location_script_object != SnapshotMeta::kAbsent) {
    location.script = checks.row_of(v[meta.location_script_object]).value_or(NodeIndex::none());
  }
  return location;
}

}  // namespace

void read_locations(JsonText& text, const RowChecks& checks, SectionHandler& handler) {
  const SnapshotMeta& meta = checks.meta();
  if (!has_location_rows(text, meta)) {
    return;
  }
  read_rows(text, "locations", meta.location_fields.size(), true,
            [&](const ArrayBlock& block, std::uint64_t row, RowValues v) {
              const auto node = checks.row_of(v[meta.location_object]);
              if (!node) {
                throw Error(ErrorKind::input, text.window().name(),
                            offset_of_value(block, row - block.first_row, meta.location_object),
                            location_error(meta, row, v));
              }
              handler.on_location(location_of(checks, *node, v), v);
            });
}

EarlyLocations read_early_locations(JsonText& text, const SnapshotMeta& meta) {
  EarlyLocations early;
  if (has_location_rows(text, meta)) {
    read_rows(text, "locations", meta.location_fields.size(), true, [&](const ArrayBlock&, std::uint64_t, RowValues v) {
      early.values.insert(early.values.end(), v.begin(), v.end());
    });
  }
  return early;
}

void hand_out_locations(const EarlyLocations& early, const RowChecks& checks, const io::TextWindow& window,
                        SectionHandler& handler) {
  const SnapshotMeta& meta = checks.meta();
  const std::size_t stride = std::max<std::size_t>(meta.location_fields.size(), 1);
  for (std::size_t at = 0; at < early.values.size(); at += stride) {
    const RowValues v(early.values.data() + at, stride);
    const auto node = checks.row_of(v[meta.location_object]);
    if (!node) {
      throw Error(ErrorKind::input, window.name(), window.offset(), location_error(meta, at / stride, v));
    }
    handler.on_location(location_of(checks, *node, v), v);
  }
}

void read_trace_functions(JsonText& text, const SnapshotMeta& meta, SectionHandler& handler, TraceChecks& checks) {
  const auto& names = meta.trace_function_info_fields;
  if (names.empty()) {
    if (!text.accept(']')) {
      text.fail_here("']' to close \"trace_function_infos\", because their fields are missing");
    }
    return;
  }
  const std::uint32_t id = field_position(names, "function_id");
  const std::uint32_t name = field_position(names, "name");
  const std::uint32_t script_name = field_position(names, "script_name");
  const std::uint32_t script_id = field_position(names, "script_id");
  const std::uint32_t line = field_position(names, "line");
  const std::uint32_t column = field_position(names, "column");
  read_rows(text, "trace_function_infos", names.size(), true, [&](const ArrayBlock&, std::uint64_t, RowValues v) {
    TraceFunction f;
    f.function_id = value_at(v, id);
    f.name = StringIndex(clamp32(value_at(v, name)));
    f.script_name = StringIndex(clamp32(value_at(v, script_name)));
    f.script_id = clamp32(value_at(v, script_id));
    f.line = known_or_zero(value_at(v, line));
    f.column = known_or_zero(value_at(v, column));
    checks.add_function(f);
    handler.on_trace_function(f, v);
  });
}

namespace {

/// The field of a row after which all of `fields` are known that the file has.
std::uint32_t last_field(std::initializer_list<std::uint32_t> fields) {
  std::uint32_t last = 0;
  for (const std::uint32_t field : fields) {
    last = field == SnapshotMeta::kAbsent ? last : std::max(last, field);
  }
  return last;
}

}  // namespace

void read_trace_tree(JsonText& text, const SnapshotMeta& meta, const Limits& limits, SectionHandler& handler,
                     TraceChecks& checks) {
  // [id, function_info_index, count, size, [children]]: children are such rows, one after the other in one flat array.
  const auto& names = meta.trace_node_fields;
  const std::size_t stride = names.empty() ? 5 : names.size();
  const std::uint32_t id = names.empty() ? 0 : field_position(names, "id");
  const std::uint32_t function = names.empty() ? 1 : field_position(names, "function_info_index");
  const std::uint32_t children = names.empty() ? 4 : field_position(names, "children");
  const std::uint32_t checked_at = last_field({id, function});
  struct Level {
    std::uint32_t parent;
    std::uint32_t row = TraceNode::kNoParent;
    std::uint32_t id = 0;
    std::uint32_t function = 0;
    std::size_t at = 0;
  };
  if (text.accept(']')) {
    return;
  }
  std::vector<Level> open{{TraceNode::kNoParent}};
  std::uint32_t rows = 0;
  while (true) {
    Level& level = open.back();
    if (level.at == 0) {
      if (rows == UINT32_MAX - 1) {
        throw Error(ErrorKind::limit, text.window().name(), text.window().offset(),
                    "expected fewer than 2^32 trace nodes");
      }
      level.row = rows++;
      level.id = 0;
      level.function = 0;
      handler.on_trace_row(level.parent);
    }
    const std::size_t at = level.at;
    level.at = (at + 1) % stride;
    std::uint64_t value = 0;
    if (at != children) {
      value = text.unsigned_number("\"trace_tree\"");
      handler.on_trace_value(level.row, static_cast<std::uint32_t>(at), value);
    }
    level.id = at == id ? clamp32(value) : level.id;
    level.function = at == function ? clamp32(value) : level.function;
    if (at == checked_at) {
      checks.add_node(level.id, level.function);
    }
    if (at == children) {
      text.expect('[', "to open the children in \"trace_tree\"");
      handler.on_trace_children_begin();
      if (!text.accept(']')) {
        if (open.size() >= limits.max_trace_depth) {
          throw Error(ErrorKind::limit, text.window().name(), text.window().offset(),
                      fmt::format("expected at most {} levels of nesting in \"trace_tree\"", limits.max_trace_depth));
        }
        open.push_back({level.row});
        continue;
      }
      handler.on_trace_children_end();
    }
    // The value that was read may end rows, and with them levels.
    while (true) {
      if (text.accept(',')) {
        break;
      }
      if (open.back().at != 0) {
        text.fail_here(fmt::format("{} more values to complete a row of \"trace_tree\"", stride - open.back().at));
      }
      text.expect(']', "or ',' in \"trace_tree\"");
      open.pop_back();
      if (open.empty()) {
        return;
      }
      handler.on_trace_children_end();
    }
  }
}

void read_samples(JsonText& text, const SnapshotMeta& meta, SectionHandler& handler) {
  // A file without "sample_fields" has V8's two: timestamp_us and last_assigned_id.
  const std::size_t stride = meta.sample_fields.empty() ? 2 : meta.sample_fields.size();
  read_rows(text, "samples", stride, false,
            [&](const ArrayBlock&, std::uint64_t, RowValues v) { handler.on_sample(v); });
}

}  // namespace heapdiff::parse
