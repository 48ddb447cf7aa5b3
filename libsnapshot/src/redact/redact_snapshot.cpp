// Two passes: how each text is used, then the file again with each use's own text.

#include "heapdiff/snapshot/redact_snapshot.h"

#include "heapdiff/snapshot/error.h"
#include "redact/snapshot_walk.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <unordered_set>
#include <vector>

namespace heapdiff {
namespace {

// More edges than the classes that people write have properties: the names are keys of data.
constexpr std::uint64_t kDictionaryEdges = 64;

// Bits of Uses::of, in the order of the new entries.
enum Use : std::uint8_t { kNothing = 0, kName = 1, kProperty = 2, kKey = 4, kValue = 8, kCodeName = 16 };
constexpr std::array<std::pair<Use, TextRole>, 4> kRoles = {std::pair{kName, TextRole::name},
                                                            {kProperty, TextRole::property},
                                                            {kKey, TextRole::key},
                                                            {kValue, TextRole::value}};

Use use_of_name(NodeType type) {
  switch (type) {
    case NodeType::string:
    case NodeType::concatenated_string:
    case NodeType::sliced_string:
      return kValue;
    case NodeType::symbol:
      return kProperty;
    default:
      return kName;
  }
}

/// The first pass's answer: what each string is used as, and where its first new entry stands.
struct Uses {
  std::vector<std::uint8_t> of;
  std::vector<std::uint32_t> first_entry;
  std::vector<bool> dictionary;  ///< by row: a plain object whose property names are keys of data

  /// A key that is also the name of an ordinary property is no data, and keeps one entry.
  [[nodiscard]] std::uint64_t entry(std::uint64_t string, Use use) const {
    const unsigned before = of[string] & (static_cast<unsigned>(use) - 1);
    return first_entry[string] + static_cast<unsigned>(std::popcount(before));
  }
};

/// Whose edges come next. Edges stand in the order of their nodes.
class Owners {
 public:
  void add(NodeType type, std::uint64_t edges) {
    types_.push_back(type);
    edges_.push_back(static_cast<std::uint32_t>(std::min<std::uint64_t>(edges, UINT32_MAX)));
  }
  /// Moves on to the next edge and returns its owner's row; none when the nodes own fewer edges.
  [[nodiscard]] std::optional<std::size_t> next() {
    while (row_ < edges_.size() && used_ >= edges_[row_]) {
      ++row_;
      used_ = 0;
    }
    if (row_ == edges_.size()) {
      return std::nullopt;
    }
    ++used_;
    return row_;
  }
  [[nodiscard]] std::size_t size() const { return types_.size(); }
  [[nodiscard]] NodeType type(std::size_t row) const { return types_[row]; }
  /// Whether the node has more edges than a class has properties.
  [[nodiscard]] bool is_wide(std::size_t row) const {
    return types_[row] == NodeType::object && edges_[row] > kDictionaryEdges;
  }

 private:
  std::vector<NodeType> types_;
  std::vector<std::uint32_t> edges_;
  std::size_t row_ = 0;
  std::uint64_t used_ = 0;
};

class Pass : public SnapshotVisitor {
 public:
  explicit Pass(TextWindow& window) : window_(window) {}
  void on_header(const SnapshotMeta& meta) override { meta_ = meta; }

 protected:
  [[noreturn]] void fail(const std::string& message) const {
    throw Error(ErrorKind::input, window_.name(), window_.offset(), message);
  }
  [[nodiscard]] std::uint8_t small(std::uint64_t kind) const {
    if (kind > 255) {
      fail(fmt::format("expected a kind below 256, got {}", kind));
    }
    return static_cast<std::uint8_t>(kind);
  }
  [[nodiscard]] NodeType node_type(RowValues row) const {
    return meta_.node_type == SnapshotMeta::kAbsent ? NodeType::hidden
                                                    : meta_.node_type_of[small(row[meta_.node_type])];
  }
  Use own_node(RowValues row) {
    const NodeType type = node_type(row);
    owners_.add(type, row[meta_.node_edge_count]);
    return use_of_name(type);
  }
  std::size_t owner() {
    const auto row = owners_.next();
    if (!row) {
      fail("expected every edge to belong to a node, this one belongs to none");
    }
    return *row;
  }
  [[nodiscard]] bool named(RowValues edge) const { return !meta_.edge_name_is_number[small(edge[meta_.edge_type])]; }
  [[nodiscard]] bool is_property(RowValues edge) const {
    return meta_.edge_type_of[small(edge[meta_.edge_type])] == EdgeType::property;
  }
  /// Whether a field of `trace_function_infos` is a position in the strings.
  [[nodiscard]] bool is_trace_name(std::size_t at) const {
    const std::string& field = meta_.trace_function_info_fields[at];
    return field == "name" || field == "script_name";
  }

  SnapshotMeta meta_;
  Owners owners_;
  TextWindow& window_;
};

class FirstPass : public Pass {
 public:
  using Pass::Pass;

  void on_section_begin(std::string_view /*name*/) override {}
  void on_section_end() override {}
  void on_numbers(std::string_view /*json*/) override {}
  void on_node(RowValues row) override {
    const Use use = own_node(row);
    names_.push_back(static_cast<std::uint32_t>(note(row[meta_.node_name], use)));
  }
  void on_edge(RowValues row) override {
    const std::size_t from = owner();
    if (!named(row)) {
      return;
    }
    const std::uint64_t to = row[meta_.edge_to] / meta_.node_fields.size();
    if (to >= owners_.size()) {
      fail(fmt::format("expected the position of a node, got {}", row[meta_.edge_to]));
    }
    if (is_property(row) && owners_.is_wide(from)) {
      wide_.push_back({static_cast<std::uint32_t>(from),
                       static_cast<std::uint32_t>(note(row[meta_.edge_name], kNothing)), owners_.type(to)});
    } else {
      note(row[meta_.edge_name], is_property(row) ? kProperty : kName);
    }
    const NodeType type = owners_.type(from);
    if (type == NodeType::code && use_of_name(owners_.type(to)) == kValue) {
      held_by_code_.emplace_back(static_cast<std::uint32_t>(row[meta_.edge_name]), static_cast<std::uint32_t>(to));
    } else if (type == NodeType::concatenated_string) {
      parts_.emplace_back(static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(to));
    }
  }
  void on_trace_function(RowValues row) override {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (is_trace_name(i)) {
        note(row[i], kName);
      }
    }
  }
  void on_string(const std::string& text) override {
    // V8's names for the edges from code to its own name.
    if (text == "name" || text == "name_or_scope_info" || text == "inferred_name" || text == "function_identifier") {
      name_edges_.insert(strings_);
    } else if (text == "Object") {
      object_name_ = strings_;
    } else if (text == "constructor") {
      constructor_name_ = strings_;
    }
    ++strings_;
  }

  Uses finish() {
    if (!uses_.of.empty() && uses_.of.size() > strings_) {
      fail(fmt::format("expected names below {} (the number of strings), got {}", strings_, uses_.of.size() - 1));
    }
    uses_.of.resize(strings_);
    mark_names_of_code();
    mark_keys();
    uses_.first_entry.reserve(strings_);
    std::uint64_t entries = 0;
    for (std::uint8_t& use : uses_.of) {
      use = use == 0 ? std::uint8_t{kName} : use;  // V8's "<dummy>", which nothing uses
      if (entries > UINT32_MAX) {
        throw Error(ErrorKind::limit, window_.name(), std::nullopt, "expected fewer than 2^32 strings");
      }
      uses_.first_entry.push_back(static_cast<std::uint32_t>(entries));
      entries += static_cast<unsigned>(std::popcount(static_cast<std::uint8_t>(use & ~kCodeName)));
    }
    return std::move(uses_);
  }

 private:
  std::uint64_t note(std::uint64_t string, Use use) {
    constexpr std::uint64_t kMaxStrings = std::uint64_t{1} << 30U;
    if (string >= kMaxStrings) {
      fail(fmt::format("expected a name below {}, got {}", kMaxStrings, string));
    }
    if (string >= uses_.of.size()) {
      uses_.of.resize(string + 1);
    }
    uses_.of[string] = static_cast<std::uint8_t>(uses_.of[string] | use);
    return string;
  }

  // A script's name that was put together ("file://" + path) is a tree of strings.
  void mark_names_of_code() {
    std::sort(parts_.begin(), parts_.end());
    std::vector<std::uint32_t> open;
    std::unordered_set<std::uint32_t> done;
    for (const auto& [edge, node] : held_by_code_) {
      if (name_edges_.contains(edge)) {
        open.push_back(node);
      }
    }
    while (!open.empty()) {
      const std::uint32_t node = open.back();
      open.pop_back();
      if (!done.insert(node).second || use_of_name(owners_.type(node)) != kValue) {
        continue;
      }
      std::uint8_t& use = uses_.of[names_[node]];
      use = static_cast<std::uint8_t>(use | kCodeName);
      for (auto part = std::lower_bound(parts_.begin(), parts_.end(), std::pair{node, std::uint32_t{0}});
           part != parts_.end() && part->first == node; ++part) {
        open.push_back(part->second);
      }
    }
  }

  // The prototype of a large class has as many properties as a dictionary; its constructor tells.
  void mark_keys() {
    uses_.dictionary.resize(owners_.size());
    for (const WideEdge& edge : wide_) {
      uses_.dictionary[edge.owner] = names_[edge.owner] == object_name_;
    }
    for (const WideEdge& edge : wide_) {
      if (edge.name == constructor_name_ && edge.target == NodeType::closure) {
        uses_.dictionary[edge.owner] = false;
      }
    }
    for (const bool keys : {false, true}) {
      for (const WideEdge& edge : wide_) {
        std::uint8_t& use = uses_.of[edge.name];
        if (uses_.dictionary[edge.owner] == keys && (use & kProperty) == 0) {
          use = static_cast<std::uint8_t>(use | (keys ? kKey : kProperty));
        }
      }
    }
  }

  struct WideEdge {
    std::uint32_t owner;  ///< row
    std::uint32_t name;   ///< string
    NodeType target;
  };

  Uses uses_;
  std::vector<std::uint32_t> names_;
  std::vector<WideEdge> wide_;                                         ///< properties of objects with many
  std::vector<std::pair<std::uint32_t, std::uint32_t>> held_by_code_;  ///< name of the edge, row of the string
  std::vector<std::pair<std::uint32_t, std::uint32_t>> parts_;         ///< row of the whole, row of the part
  std::unordered_set<std::uint64_t> name_edges_;
  std::uint64_t strings_ = 0;
  std::uint64_t object_name_ = UINT64_MAX;
  std::uint64_t constructor_name_ = UINT64_MAX;
};

using Json = nlohmann::ordered_json;

/// A list of fields with what each holds, as V8 writes them.
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
  inner["node_fields"] = meta.node_fields;
  inner["node_types"] = field_types(meta.node_fields, meta.node_type_names);
  inner["edge_fields"] = meta.edge_fields;
  inner["edge_types"] = field_types(meta.edge_fields, meta.edge_type_names);
  inner["trace_function_info_fields"] = meta.trace_function_info_fields;
  inner["trace_node_fields"] = meta.trace_node_fields;
  inner["sample_fields"] = {"timestamp_us", "last_assigned_id"};
  inner["location_fields"] = meta.location_fields;
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

class SecondPass : public Pass {
 public:
  SecondPass(TextWindow& window, const Uses& uses, const TextMask& mask, ByteSink& out)
      : Pass(window), uses_(uses), mask_(mask), out_(out) {}

  void on_header(const SnapshotMeta& meta) override {
    Pass::on_header(meta);
    put("{\"snapshot\":" + header_text(meta));
  }
  void on_section_begin(std::string_view name) override {
    put(fmt::format(",\n\"{}\":[", name));
    first_ = true;
  }
  void on_section_end() override { put("]"); }
  void on_numbers(std::string_view json) override { put(json); }
  void on_node(RowValues row) override {
    const Use use = own_node(row);
    put_row(row, meta_.node_name, entry(row[meta_.node_name], use));
  }
  void on_edge(RowValues row) override {
    const std::size_t from = owner();
    const std::uint64_t name = row[meta_.edge_name];
    put_row(row, meta_.edge_name, named(row) ? entry(name, use_of_edge(row, from)) : name);
  }
  void on_trace_function(RowValues row) override {
    std::vector<std::uint64_t> values(row.begin(), row.end());
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = is_trace_name(i) ? entry(values[i], kName) : values[i];
    }
    put_row(values, SnapshotMeta::kAbsent, 0);
  }
  void on_string(const std::string& text) override {
    if (string_ >= uses_.of.size()) {
      fail_changed();
    }
    const std::uint8_t uses = uses_.of[string_++];
    for (const auto& [use, role] : kRoles) {
      if ((uses & use) != 0) {
        const TextRole asked = use == kValue && (uses & kCodeName) != 0 ? TextRole::code_name : role;
        put(first_ ? "\n" : ",\n");
        first_ = false;
        put(Json(mask_.mask(asked, text)).dump(-1, ' ', false, Json::error_handler_t::replace));
      }
    }
  }
  void finish() {
    put("}\n");
    out_.write(buffer_);
  }

 private:
  [[noreturn]] void fail_changed() const {
    throw Error(ErrorKind::input, window_.name(), std::nullopt, "the file changed while it was read");
  }
  [[nodiscard]] Use use_of_edge(RowValues edge, std::size_t from) const {
    if (!is_property(edge)) {
      return kName;
    }
    const std::uint64_t string = edge[meta_.edge_name];
    const bool ordinary = string < uses_.of.size() && (uses_.of[string] & kProperty) != 0;
    return !ordinary && from < uses_.dictionary.size() && uses_.dictionary[from] ? kKey : kProperty;
  }
  [[nodiscard]] std::uint64_t entry(std::uint64_t string, Use use) const {
    if (string >= uses_.of.size() || (uses_.of[string] & use) == 0) {
      fail_changed();
    }
    return uses_.entry(string, use);
  }
  void put(std::string_view bytes) {
    buffer_ += bytes;
    if (buffer_.size() >= (std::size_t{1} << 18U)) {
      out_.write(buffer_);
      buffer_.clear();
    }
  }
  void put_row(RowValues row, std::uint32_t name_at, std::uint64_t name) {
    std::array<char, 64 * 21> text{};
    char* p = text.data();
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (!first_) {
        *p++ = ',';
      }
      first_ = false;
      p = std::to_chars(p, text.data() + text.size(), i == name_at ? name : row[i]).ptr;
    }
    *p++ = '\n';
    put({text.data(), static_cast<std::size_t>(p - text.data())});
  }

  const Uses& uses_;
  const TextMask& mask_;
  ByteSink& out_;
  std::string buffer_;
  std::size_t string_ = 0;
  bool first_ = true;
};

}  // namespace

void redact_snapshot(const std::function<OpenedInput()>& open, const Limits& limits, const TextMask& mask,
                     ByteSink& out, ProgressListener* progress) {
  Uses uses;
  std::string digest;
  {
    const OpenedInput input = open();
    TextWindow window(*input.source, input.name, progress);
    FirstPass pass(window);
    walk_snapshot(window, limits, pass);
    uses = pass.finish();
    digest = window.digest();
  }
  const OpenedInput input = open();
  TextWindow window(*input.source, input.name, progress);
  SecondPass pass(window, uses, mask, out);
  walk_snapshot(window, limits, pass);
  if (window.digest() != digest) {
    throw Error(ErrorKind::input, input.name, std::nullopt, "the file changed while it was read");
  }
  pass.finish();
}

}  // namespace heapdiff
