#include "redact/snapshot_writer.h"

#include "heapdiff/snapshot/error.h"
#include "parse/section_reader.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

namespace heapdiff::redaction {
namespace {

using parse::ArrayBlock;
using parse::RowChecks;
using parse::RowValues;
using Json = nlohmann::ordered_json;

constexpr std::size_t kBufferBytes = std::size_t{1} << 18U;
constexpr std::size_t kMaxNumberBytes = 21;  // a comma and 20 digits

constexpr std::array<std::pair<Use, TextRole>, 4> kRoles = {std::pair{kName, TextRole::name},
                                                            {kProperty, TextRole::property},
                                                            {kKey, TextRole::key},
                                                            {kValue, TextRole::value}};

/// The names that V8 gives in the header. Others say what the maker of the file wanted them to say.
bool is_known(std::string_view name) {
  static constexpr std::string_view kNames[] = {"hidden",
                                                "array",
                                                "string",
                                                "object",
                                                "code",
                                                "closure",
                                                "regexp",
                                                "number",
                                                "native",
                                                "synthetic",
                                                "concatenated string",
                                                "sliced string",
                                                "symbol",
                                                "bigint",
                                                "object shape",
                                                "wasm object",
                                                "context",
                                                "element",
                                                "property",
                                                "internal",
                                                "shortcut",
                                                "weak",
                                                "type",
                                                "name",
                                                "id",
                                                "self_size",
                                                "edge_count",
                                                "trace_node_id",
                                                "detachedness",
                                                "name_or_index",
                                                "to_node",
                                                "function_id",
                                                "script_name",
                                                "script_id",
                                                "line",
                                                "column",
                                                "function_info_index",
                                                "count",
                                                "size",
                                                "children",
                                                "timestamp_us",
                                                "last_assigned_id",
                                                "object_index",
                                                "script_object_index"};
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

std::vector<std::string> known_names(const std::vector<std::string>& names) {
  std::vector<std::string> out;
  out.reserve(names.size());
  for (const std::string& name : names) {
    out.push_back(is_known(name) ? name : fmt::format("unknown {}", out.size()));
  }
  return out;
}

/// The types of a list of fields, in the manner of V8.
Json field_types(const std::vector<std::string>& fields, const std::vector<std::string>& kinds) {
  Json types = Json::array();
  for (const std::string& field : fields) {
    if (field == "type") {
      types.push_back(kinds);
    } else {
      types.push_back(field == "name"            ? "string"
                      : field == "name_or_index" ? "string_or_number"
                      : field == "to_node"       ? "node"
                                                 : "number");
    }
  }
  return types;
}

std::string header_text(const SnapshotMeta& meta) {
  Json inner;
  inner["node_fields"] = known_names(meta.node_fields);
  inner["node_types"] = field_types(meta.node_fields, known_names(meta.node_type_names));
  inner["edge_fields"] = known_names(meta.edge_fields);
  inner["edge_types"] = field_types(meta.edge_fields, known_names(meta.edge_type_names));
  inner["trace_function_info_fields"] = known_names(meta.trace_function_info_fields);
  inner["trace_node_fields"] = known_names(meta.trace_node_fields);
  if (meta.sample_fields.empty()) {
    inner["sample_fields"] = {"timestamp_us", "last_assigned_id"};
  } else {
    inner["sample_fields"] = known_names(meta.sample_fields);
  }
  inner["location_fields"] = known_names(meta.location_fields);
  Json header;
  header["meta"] = std::move(inner);
  if (meta.node_count) {
    header["node_count"] = *meta.node_count;
  }
  if (meta.edge_count) {
    header["edge_count"] = *meta.edge_count;
  }
  header["trace_function_count"] = meta.trace_function_count;
  if (meta.extra_native_bytes != 0) {
    header["extra_native_bytes"] = meta.extra_native_bytes;
  }
  return header.dump();
}

}  // namespace

void SnapshotWriter::fail_changed() const {
  throw Error(ErrorKind::input, file_, std::nullopt, "the file changed while it was read");
}

std::uint64_t SnapshotWriter::entry(std::uint64_t string, Use use) const {
  const auto found = uses_.entry(string, use);
  if (!found) {
    fail_changed();
  }
  return *found;
}

std::uint64_t SnapshotWriter::name_entry(std::uint64_t string, Use use) {
  const std::uint64_t own = entry(string, use);
  if (use != kValue || !mask_.joins_values()) {
    return own;
  }
  return joined_value_.emplace(joined_value_.value_or(own));
}

void SnapshotWriter::put(std::string_view bytes) {
  buffer_ += bytes;
  if (buffer_.size() >= kBufferBytes) {
    out_.write(buffer_);
    buffer_.clear();
  }
}

void SnapshotWriter::put_number(std::uint64_t value) { put_numbers(RowValues(&value, 1)); }

void SnapshotWriter::put_numbers(RowValues row) {
  std::array<char, kMaxNumberBytes> text;
  for (const std::uint64_t value : row) {
    char* p = text.data();
    if (!std::exchange(first_, false)) {
      *p++ = ',';
    }
    p = std::to_chars(p, text.data() + text.size(), value).ptr;
    put({text.data(), static_cast<std::size_t>(p - text.data())});
  }
}

void SnapshotWriter::put_row(RowValues row, std::uint32_t name_at, std::uint64_t name) {
  constexpr std::size_t kMaxFields = 64;
  std::array<char, kMaxFields * kMaxNumberBytes + 1> text;
  char* p = text.data();
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (!std::exchange(first_, false)) {
      *p++ = ',';
    }
    p = std::to_chars(p, text.data() + text.size(), i == name_at ? name : row[i]).ptr;
  }
  *p++ = '\n';
  put({text.data(), static_cast<std::size_t>(p - text.data())});
}

void SnapshotWriter::on_header(const SnapshotMeta& meta) {
  meta_ = &meta;
  put("{\"snapshot\":" + header_text(meta));
}

void SnapshotWriter::on_section_begin(parse::Section section) {
  put(fmt::format(",\n\"{}\":[", parse::section_name(section)));
  first_ = true;
}

void SnapshotWriter::on_section_end(parse::Section /*section*/) { put("]"); }

std::uint64_t SnapshotWriter::parse_nodes(const ArrayBlock& block, const RowChecks& checks) {
  const std::size_t fields = meta_->node_fields.size();
  return parse::with_node_layout(*meta_, [&]<std::uint32_t Stride, bool V8Order>() {
    return checks.parse_nodes<Stride, V8Order>(block, [&](std::uint64_t row, const auto& v, const auto& at) {
      if (row >= uses_.nodes.node_count) {
        fail_changed();
      }
      const Use use = use_of_name(uses_.nodes.type[row]);
      put_row(RowValues(v.data(), fields), at.name, name_entry(v[at.name], use));
    });
  });
}

void SnapshotWriter::on_nodes_end(std::uint64_t rows, const RowChecks& /*checks*/, std::uint64_t /*end_offset*/) {
  if (rows != uses_.nodes.node_count) {
    fail_changed();
  }
}

std::uint64_t SnapshotWriter::parse_edges(const ArrayBlock& block, const RowChecks& checks) {
  const std::size_t fields = meta_->edge_fields.size();
  return parse::with_edge_layout(*meta_, [&]<bool V8Order, std::uint32_t NodeStride>() {
    return checks.parse_edges<V8Order, NodeStride>(
        block, [&](std::uint64_t row, const auto& v, const auto& at, std::uint64_t /*target*/) {
          const auto from = owner_.of(row);
          if (!from) {
            fail_changed();
          }
          std::uint64_t name = v[at.name];
          if (!meta_->edge_name_is_number[v[at.type]]) {
            const bool property = meta_->edge_type_of[v[at.type]] == EdgeType::property;
            name = entry(name, property ? uses_.of_property(name, *from) : kName);
          }
          put_row(RowValues(v.data(), fields), at.name, name);
        });
  });
}

void SnapshotWriter::on_edges_end(std::uint64_t rows, const RowChecks& /*checks*/, std::uint64_t /*end_offset*/) {
  if (rows != uses_.nodes.edge_count) {
    fail_changed();
  }
}

void SnapshotWriter::on_location(const Location& /*location*/, RowValues row) { put_numbers(row); }

void SnapshotWriter::on_sample(RowValues row) { put_numbers(row); }

void SnapshotWriter::on_trace_function(const TraceFunction& /*function*/, RowValues row) {
  std::vector<std::uint64_t> values(row.begin(), row.end());
  for (const std::string_view field : {"name", "script_name"}) {
    const std::uint32_t at = parse::field_position(meta_->trace_function_info_fields, field);
    if (at != SnapshotMeta::kAbsent) {
      values[at] = entry(values[at], kName);
    }
  }
  put_row(values, SnapshotMeta::kAbsent, 0);
}

void SnapshotWriter::on_trace_value(std::uint32_t /*row*/, std::uint32_t /*field*/, std::uint64_t value) {
  put_number(value);
}

void SnapshotWriter::on_trace_children_begin() {
  put(first_ ? "[" : ",[");
  first_ = true;
}

void SnapshotWriter::on_trace_children_end() {
  put("]");
  first_ = false;
}

void SnapshotWriter::on_string(std::uint64_t index, const std::string& text, std::uint64_t /*end_offset*/) {
  if (index >= uses_.string_count) {
    fail_changed();
  }
  const std::uint8_t uses = uses_.of[index];
  for (const auto& [use, role] : kRoles) {
    if ((uses & use) != 0) {
      const TextRole asked = use == kValue && (uses & kCodeName) != 0 ? TextRole::code_name : role;
      put(std::exchange(first_, false) ? "\n" : ",\n");
      put(Json(mask_.mask(asked, text)).dump(-1, ' ', false, Json::error_handler_t::replace));
    }
  }
}

void SnapshotWriter::finish(const std::string& digest, const std::string& first_digest) {
  if (digest != first_digest) {
    fail_changed();
  }
  put("}\n");
  out_.write(buffer_);
}

}  // namespace heapdiff::redaction
