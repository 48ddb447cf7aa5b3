#pragma once
// What a file says about its own layout: names of fields and types. No position is taken for granted.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heapdiff {

/// Type of a node. The first sixteen are V8's. A type that heapdiff does not know gets one of the numbers above them,
/// and keeps its name.
enum class NodeType : std::uint8_t {
  hidden,
  array,
  string,
  object,
  code,
  closure,
  regexp,
  number,
  native,
  synthetic,
  concatenated_string,
  sliced_string,
  symbol,
  bigint,
  object_shape,
  wasm_object,
  first_unknown = 16,
  last_unknown = 30,
  undeclared = 31,  ///< the file uses a number above its own list (real V8 6.x files do)
};

/// Type of an edge. `ephemeron_table` is heapdiff's own: an internal edge from a WeakMap's table to a value, which does
/// not retain.
enum class EdgeType : std::uint8_t { context, element, property, internal, hidden, shortcut, weak, ephemeron_table };

[[nodiscard]] std::string_view edge_type_name(EdgeType type) noexcept;

/// Positions of the fields in a row, and the types as the file numbers them.
struct SnapshotMeta {
  static constexpr std::uint32_t kAbsent = UINT32_MAX;

  std::vector<std::string> node_fields;
  std::vector<std::string> edge_fields;
  std::vector<std::string> location_fields;
  std::vector<std::string> trace_function_info_fields;
  std::vector<std::string> trace_node_fields;
  std::vector<std::string> sample_fields;

  std::uint32_t node_type = kAbsent, node_name = kAbsent, node_id = kAbsent, node_self_size = kAbsent,
                node_edge_count = kAbsent, node_trace_id = kAbsent, node_detachedness = kAbsent;
  std::uint32_t edge_type = kAbsent, edge_name = kAbsent, edge_to = kAbsent;
  std::uint32_t location_object = kAbsent, location_script_id = kAbsent, location_line = kAbsent,
                location_column = kAbsent, location_script_object = kAbsent;

  std::vector<std::string> node_type_names;     ///< as declared
  std::vector<std::string> edge_type_names;     ///< as declared
  std::array<NodeType, 256> node_type_of{};     ///< the file's number -> ours
  std::array<EdgeType, 256> edge_type_of{};     ///< the file's number -> ours
  std::array<std::string, 32> node_type_text;   ///< ours -> name
  std::array<bool, 256> edge_name_is_number{};  ///< element and hidden edges

  std::optional<std::uint64_t> node_count;
  std::optional<std::uint64_t> edge_count;
  std::uint64_t trace_function_count = 0;
  std::uint64_t extra_native_bytes = 0;
  std::uint64_t root_row = 0;
};

}  // namespace heapdiff
