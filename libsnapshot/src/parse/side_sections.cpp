#include "parse/side_sections.h"

#include "heapdiff/snapshot/error.h"
#include "parse/array_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace heapdiff {
namespace {

constexpr std::uint64_t kMax32 = UINT32_MAX;

std::uint32_t field(const std::vector<std::string>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? SnapshotMeta::kAbsent : static_cast<std::uint32_t>(found - names.begin());
}

/// A small array: one thread, rows handed out as they come.
template <class OnRow>
void read_rows(JsonText& text, std::string section, std::size_t stride, OnRow on_row) {
  ArrayShape shape;
  shape.section = std::move(section);
  shape.stride = static_cast<std::uint32_t>(stride);
  read_array(text.window(), shape, 1, [&](const ArrayBlock& block) {
    const auto emit = [&](std::uint64_t row, const auto& v) { on_row(block, row, v.data()); };
    switch (stride) {
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

std::uint32_t clamp32(std::uint64_t value) { return static_cast<std::uint32_t>(std::min(value, kMax32)); }

}  // namespace

void read_locations(JsonText& text, const SnapshotMeta& meta, const GraphBuilder& builder, Locations& out,
                    Diagnostics& diagnostics) {
  if (meta.location_fields.empty()) {
    if (!text.accept(']')) {
      text.fail_here("']' to close \"locations\", because \"location_fields\" is missing");
    }
    return;
  }
  for (const std::uint32_t at :
       {meta.location_object, meta.location_script_id, meta.location_line, meta.location_column}) {
    if (at == SnapshotMeta::kAbsent) {
      text.fail_here(
          "\"object_index\", \"script_id\", \"line\" and \"column\" in \"location_fields\" before rows of "
          "\"locations\"");
    }
  }
  read_rows(text, "locations", meta.location_fields.size(),
            [&](const ArrayBlock& block, std::uint64_t row, const std::uint64_t* v) {
              const auto node = builder.row_of(v[meta.location_object]);
              if (!node) {
                throw Error(ErrorKind::input, text.window().name(),
                            offset_of_value(block, row - block.first_row, meta.location_object),
                            fmt::format("expected the position of a node in location {}, got {}", row,
                                        v[meta.location_object]));
              }
              Location location;
              location.node = *node;
              location.script_id = clamp32(v[meta.location_script_id]);
              location.line = clamp32(v[meta.location_line]);
              location.column = clamp32(v[meta.location_column]);
              if (meta.location_script_object != SnapshotMeta::kAbsent) {
                location.script = builder.row_of(v[meta.location_script_object]).value_or(NodeIndex::none());
              }
              out.rows.push_back(location);
            });
  // V8 writes at most one row per node; should another producer write more, the last one counts, as in DevTools.
  const auto by_node = [](const Location& a, const Location& b) { return a.node < b.node; };
  if (!std::is_sorted(out.rows.begin(), out.rows.end(), by_node)) {
    std::stable_sort(out.rows.begin(), out.rows.end(), by_node);
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < out.rows.size(); ++i) {
    if (i + 1 < out.rows.size() && out.rows[i + 1].node == out.rows[i].node) {
      diagnostics.warn("locations", "a node has more than one location: the last one was taken");
      continue;
    }
    out.rows[kept++] = out.rows[i];
  }
  out.rows.resize(kept);
}

void read_trace_functions(JsonText& text, const SnapshotMeta& meta, StringBuilder& strings, Locations& out) {
  const auto& names = meta.trace_function_info_fields;
  if (names.empty()) {
    if (!text.accept(']')) {
      text.fail_here("']' to close \"trace_function_infos\", because their fields are missing");
    }
    return;
  }
  const std::uint32_t id = field(names, "function_id");
  const std::uint32_t name = field(names, "name");
  const std::uint32_t script_name = field(names, "script_name");
  const std::uint32_t script_id = field(names, "script_id");
  const std::uint32_t line = field(names, "line");
  const std::uint32_t column = field(names, "column");
  const auto value = [](const std::uint64_t* v, std::uint32_t at) { return at == SnapshotMeta::kAbsent ? 0 : v[at]; };
  read_rows(text, "trace_function_infos", names.size(), [&](const ArrayBlock&, std::uint64_t, const std::uint64_t* v) {
    TraceFunction f;
    f.function_id = value(v, id);
    f.name = StringIndex(clamp32(value(v, name)));
    f.script_name = StringIndex(clamp32(value(v, script_name)));
    f.script_id = clamp32(value(v, script_id));
    f.line = clamp32(value(v, line));
    f.column = clamp32(value(v, column));
    strings.want(f.name.get());
    strings.want(f.script_name.get());
    out.trace_functions.push_back(f);
  });
}

void read_trace_tree(JsonText& text, const SnapshotMeta& meta, const Limits& limits, Locations& out) {
  // [id, function_info_index, count, size, [children]]: children are such rows, one after the other in one flat array.
  const auto& names = meta.trace_node_fields;
  const std::size_t stride = names.empty() ? 5 : names.size();
  const std::uint32_t id = names.empty() ? 0 : field(names, "id");
  const std::uint32_t function = names.empty() ? 1 : field(names, "function_info_index");
  const std::uint32_t count = names.empty() ? 2 : field(names, "count");
  const std::uint32_t size = names.empty() ? 3 : field(names, "size");
  const std::uint32_t children = names.empty() ? 4 : field(names, "children");
  struct Level {
    std::uint32_t parent;
    std::uint32_t current;
    std::size_t at = 0;
  };
  if (text.accept(']')) {
    return;
  }
  std::vector<Level> open{{TraceNode::kNoParent, TraceNode::kNoParent}};
  while (true) {
    Level& level = open.back();
    if (level.at == 0) {
      if (out.trace_nodes.size() == kMax32 - 1) {
        throw Error(ErrorKind::limit, text.window().name(), text.window().offset(),
                    "expected fewer than 2^32 trace nodes");
      }
      level.current = static_cast<std::uint32_t>(out.trace_nodes.size());
      TraceNode node;
      node.parent = level.parent;
      out.trace_nodes.push_back(node);
    }
    const std::size_t at = level.at;
    level.at = (at + 1) % stride;
    if (at == children) {
      text.expect('[', "to open the children in \"trace_tree\"");
      if (!text.accept(']')) {
        if (open.size() >= limits.max_trace_depth) {
          throw Error(ErrorKind::limit, text.window().name(), text.window().offset(),
                      fmt::format("expected at most {} levels of nesting in \"trace_tree\"", limits.max_trace_depth));
        }
        open.push_back({level.current, TraceNode::kNoParent});
        continue;
      }
    } else {
      const std::uint64_t v = text.unsigned_number("\"trace_tree\"");
      TraceNode& node = out.trace_nodes[level.current];
      if (at == id) {
        node.id = clamp32(v);
      } else if (at == function) {
        node.function = clamp32(v);
      } else if (at == count) {
        node.count = v;
      } else if (at == size) {
        node.size_bytes = v;
      }
    }
    // What was read may end rows, and with them levels.
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
    }
  }
}

void check_traces(const std::string& file, std::uint64_t end_offset, std::uint64_t string_count, Locations& locations) {
  for (std::size_t i = 0; i < locations.trace_functions.size(); ++i) {
    const TraceFunction& f = locations.trace_functions[i];
    if (f.name.get() >= string_count || f.script_name.get() >= string_count) {
      throw Error(ErrorKind::input, file, end_offset,
                  fmt::format("expected names below {} (the number of strings) in trace_function_infos row {}",
                              string_count, i));
    }
  }
  for (const TraceNode& node : locations.trace_nodes) {
    if (node.function >= locations.trace_functions.size()) {
      throw Error(ErrorKind::input, file, end_offset,
                  fmt::format("expected a function below {} in trace node {}, got {}", locations.trace_functions.size(),
                              node.id, node.function));
    }
  }
  // Lookup is by id; a row keeps its parent's new position.
  std::vector<std::uint32_t> order(locations.trace_nodes.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    order[i] = static_cast<std::uint32_t>(i);
  }
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return locations.trace_nodes[a].id < locations.trace_nodes[b].id;
  });
  std::vector<std::uint32_t> position(order.size());
  std::vector<TraceNode> sorted;
  sorted.reserve(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    position[order[i]] = static_cast<std::uint32_t>(i);
    sorted.push_back(locations.trace_nodes[order[i]]);
  }
  for (TraceNode& node : sorted) {
    if (node.parent != TraceNode::kNoParent) {
      node.parent = position[node.parent];
    }
  }
  locations.trace_nodes = std::move(sorted);
}

}  // namespace heapdiff
