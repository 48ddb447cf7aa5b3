#include "parse/header.h"

#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace heapdiff::parse {
namespace {

constexpr std::array<std::string_view, 16> kNodeTypes = {"hidden",
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
                                                         "wasm object"};

constexpr std::array<std::string_view, 7> kEdgeTypes = {"context", "element",  "property", "internal",
                                                        "hidden",  "shortcut", "weak"};

using TypeLists = std::vector<std::optional<std::vector<std::string>>>;

/// Parts of `meta` that are combined once all of it has been read, because its keys come in any order.
struct RawMeta {
  std::optional<TypeLists> node_types;
  std::optional<TypeLists> edge_types;
  std::vector<std::uint64_t> node_field_offsets;
  std::vector<std::uint64_t> edge_field_offsets;
  std::uint64_t node_types_offset = 0;
  std::uint64_t edge_types_offset = 0;
};

class HeaderReader {
 public:
  HeaderReader(JsonText& text, const Limits& limits, Diagnostics& diagnostics)
      : text_(text), limits_(limits), diagnostics_(diagnostics) {}

  SnapshotMeta read() {
    text_.expect('{', "to open \"snapshot\"");
    const std::uint64_t begin = text_.window().offset();
    bool has_meta = false;
    each_key("\"snapshot\"", [&](const std::string& key) {
      if (key == "meta") {
        has_meta = true;
        read_meta();
      } else if (key == "node_count") {
        meta_.node_count = text_.unsigned_number("\"node_count\"");
      } else if (key == "edge_count") {
        meta_.edge_count = text_.unsigned_number("\"edge_count\"");
      } else if (key == "trace_function_count") {
        meta_.trace_function_count = text_.unsigned_number("\"trace_function_count\"");
      } else if (key == "extra_native_bytes") {
        meta_.extra_native_bytes = text_.unsigned_number("\"extra_native_bytes\"");
      } else if (key == "root_index") {
        meta_.root_row = text_.unsigned_number("\"root_index\"");
        if (meta_.root_row != 0) {
          text_.fail(text_.window().offset(), "expected \"root_index\" 0: the root has to be the first node");
        }
      } else {
        text_.skip_value(limits_.max_depth, "\"snapshot\"");
      }
    });
    if (!has_meta) {
      text_.fail(begin, "expected the key \"meta\" in \"snapshot\"");
    }
    resolve();
    return std::move(meta_);
  }

 private:
  template <class OnKey>
  void each_key(std::string_view where, OnKey on_key) {
    if (text_.accept('}')) {
      return;
    }
    std::vector<std::string> seen;
    while (true) {
      text_.next();
      const std::uint64_t at = text_.window().offset();
      const std::string key = text_.string(where);
      if (std::find(seen.begin(), seen.end(), key) != seen.end()) {
        text_.fail(at, fmt::format("expected each key of {} once, got \"{}\" again", where, visible_text(key, 24)));
      }
      if (seen.size() < limits_.max_types) {
        seen.push_back(key);
      }
      text_.expect(':', fmt::format("in {}", where));
      on_key(key);
      if (text_.accept('}')) {
        return;
      }
      text_.expect(',', fmt::format("or '}}' in {}", where));
    }
  }

  std::vector<std::string> fields(std::string_view where, std::vector<std::uint64_t>* offsets = nullptr) {
    std::vector<std::string> names;
    text_.expect('[', fmt::format("to open {}", where));
    if (text_.accept(']')) {
      return names;
    }
    while (true) {
      text_.next();
      if (names.size() == limits_.max_fields) {
        throw Error(ErrorKind::limit, text_.window().name(), text_.window().offset(),
                    fmt::format("expected at most {} names in {}", limits_.max_fields, where));
      }
      if (offsets != nullptr) {
        offsets->push_back(text_.window().offset());
      }
      names.push_back(text_.string(where));
      if (text_.accept(']')) {
        return names;
      }
      text_.expect(',', fmt::format("or ']' in {}", where));
    }
  }

  TypeLists types(std::string_view where) {
    TypeLists lists;
    text_.expect('[', fmt::format("to open {}", where));
    if (text_.accept(']')) {
      return lists;
    }
    while (true) {
      if (text_.next() == '[') {
        lists.emplace_back(text_.string_array(where, limits_.max_types));
      } else {
        text_.skip_value(limits_.max_depth, where);
        lists.emplace_back(std::nullopt);
      }
      if (lists.size() > limits_.max_fields + 2) {
        throw Error(ErrorKind::limit, text_.window().name(), text_.window().offset(),
                    fmt::format("expected at most {} entries in {}", limits_.max_fields + 2, where));
      }
      if (text_.accept(']')) {
        return lists;
      }
      text_.expect(',', fmt::format("or ']' in {}", where));
    }
  }

  void read_meta() {
    text_.expect('{', "to open the object \"meta\"");
    meta_offset_ = text_.window().offset();
    each_key("\"meta\"", [&](const std::string& key) {
      if (key == "node_fields") {
        meta_.node_fields = fields("\"node_fields\"", &raw_.node_field_offsets);
      } else if (key == "edge_fields") {
        meta_.edge_fields = fields("\"edge_fields\"", &raw_.edge_field_offsets);
      } else if (key == "node_types") {
        text_.next();
        raw_.node_types_offset = text_.window().offset();
        raw_.node_types = types("\"node_types\"");
      } else if (key == "edge_types") {
        text_.next();
        raw_.edge_types_offset = text_.window().offset();
        raw_.edge_types = types("\"edge_types\"");
      } else if (key == "location_fields") {
        meta_.location_fields = fields("\"location_fields\"");
      } else if (key == "trace_function_info_fields") {
        meta_.trace_function_info_fields = fields("\"trace_function_info_fields\"");
      } else if (key == "trace_node_fields") {
        meta_.trace_node_fields = fields("\"trace_node_fields\"");
      } else if (key == "sample_fields") {
        meta_.sample_fields = fields("\"sample_fields\"");
      } else {
        text_.skip_value(limits_.max_depth, "\"meta\"");
      }
    });
  }

  std::uint32_t position(const std::vector<std::string>& names, const std::vector<std::uint64_t>* offsets,
                         std::string_view name) const {
    std::uint32_t found = SnapshotMeta::kAbsent;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (names[i] == name) {
        if (found != SnapshotMeta::kAbsent && offsets != nullptr) {
          text_.fail((*offsets)[i], fmt::format("expected each field once, got \"{}\" again", name));
        }
        found = static_cast<std::uint32_t>(i);
      }
    }
    return found;
  }

  std::uint32_t required(const std::vector<std::string>& names, const std::vector<std::uint64_t>& offsets,
                         std::string_view name, std::string_view where) const {
    const std::uint32_t at = position(names, &offsets, name);
    if (at == SnapshotMeta::kAbsent) {
      text_.fail(offsets.empty() ? meta_offset_ : offsets.front(),
                 fmt::format("expected the field \"{}\" in \"{}\"", name, where));
    }
    return at;
  }

  std::vector<std::string> type_names(const std::optional<TypeLists>& lists, std::uint64_t offset, std::uint32_t field,
                                      std::string_view where) const {
    if (!lists || field >= lists->size() || !(*lists)[field]) {
      text_.fail(lists ? offset : meta_offset_,
                 fmt::format("expected an array of type names for the field \"type\" in \"{}\"", where));
    }
    return *(*lists)[field];
  }

  void resolve() {
    if (meta_.node_fields.empty()) {
      text_.fail(meta_offset_, "expected at least 5 names in \"node_fields\"");
    }
    const auto node = [&](std::string_view name) {
      return required(meta_.node_fields, raw_.node_field_offsets, name, "node_fields");
    };
    meta_.node_type = node("type");
    meta_.node_name = node("name");
    meta_.node_id = node("id");
    meta_.node_self_size = node("self_size");
    meta_.node_edge_count = node("edge_count");
    meta_.node_trace_id = position(meta_.node_fields, &raw_.node_field_offsets, "trace_node_id");
    meta_.node_detachedness = position(meta_.node_fields, &raw_.node_field_offsets, "detachedness");
    const auto edge = [&](std::string_view name) {
      return required(meta_.edge_fields, raw_.edge_field_offsets, name, "edge_fields");
    };
    meta_.edge_type = edge("type");
    meta_.edge_name = edge("name_or_index");
    meta_.edge_to = edge("to_node");
    meta_.location_object = position(meta_.location_fields, nullptr, "object_index");
    meta_.location_script_id = position(meta_.location_fields, nullptr, "script_id");
    meta_.location_script_object = position(meta_.location_fields, nullptr, "script_object_index");
    meta_.location_line = position(meta_.location_fields, nullptr, "line");
    meta_.location_column = position(meta_.location_fields, nullptr, "column");
    meta_.node_type_names = type_names(raw_.node_types, raw_.node_types_offset, meta_.node_type, "node_types");
    meta_.edge_type_names = type_names(raw_.edge_types, raw_.edge_types_offset, meta_.edge_type, "edge_types");
    map_node_types();
    map_edge_types();
    if (!meta_.node_count) {
      diagnostics_.warn("no-node-count", "\"node_count\" is missing: the number of nodes was taken from the rows");
    }
    if (!meta_.edge_count) {
      diagnostics_.warn("no-edge-count", "\"edge_count\" is missing: the number of edges was taken from the rows");
    }
  }

  void map_node_types() {
    meta_.node_type_of.fill(NodeType::undeclared);
    for (std::size_t i = 0; i < kNodeTypes.size(); ++i) {
      meta_.node_type_text[i] = kNodeTypes[i];
    }
    // DevTools prints this for a type number without a name.
    meta_.node_type_text[static_cast<std::size_t>(NodeType::undeclared)] = "undefined";
    auto next = static_cast<std::size_t>(NodeType::first_unknown);
    for (std::size_t i = 0; i < meta_.node_type_names.size(); ++i) {
      const std::string& name = meta_.node_type_names[i];
      const auto* known = std::find(kNodeTypes.begin(), kNodeTypes.end(), name);
      if (known != kNodeTypes.end()) {
        meta_.node_type_of[i] = static_cast<NodeType>(known - kNodeTypes.begin());
      } else if (next <= static_cast<std::size_t>(NodeType::last_unknown)) {
        meta_.node_type_of[i] = static_cast<NodeType>(next);
        meta_.node_type_text[next++] = name;
        diagnostics_.warn("node-kind",
                          fmt::format("an unknown kind of node was kept by its name: {}", visible_text(name, 40)));
      }
    }
  }

  void map_edge_types() {
    meta_.edge_type_of.fill(EdgeType::internal);
    for (std::size_t i = 0; i < meta_.edge_type_names.size(); ++i) {
      const std::string& name = meta_.edge_type_names[i];
      const auto* known = std::find(kEdgeTypes.begin(), kEdgeTypes.end(), name);
      if (known != kEdgeTypes.end()) {
        meta_.edge_type_of[i] = static_cast<EdgeType>(known - kEdgeTypes.begin());
      } else {
        diagnostics_.warn("edge-kind",
                          fmt::format("an unknown kind of edge was taken as retaining: {}", visible_text(name, 40)));
      }
      meta_.edge_name_is_number[i] = name == "element" || name == "hidden";
    }
  }

  JsonText& text_;
  const Limits& limits_;
  Diagnostics& diagnostics_;
  SnapshotMeta meta_;
  RawMeta raw_;
  std::uint64_t meta_offset_ = 0;
};

}  // namespace

SnapshotMeta read_header(JsonText& text, const Limits& limits, Diagnostics& diagnostics) {
  return HeaderReader(text, limits, diagnostics).read();
}

}  // namespace heapdiff::parse

namespace heapdiff {

std::string_view edge_type_name(EdgeType type) noexcept {
  return type == EdgeType::ephemeron_table ? "internal" : parse::kEdgeTypes[static_cast<std::size_t>(type)];
}

}  // namespace heapdiff
