#pragma once
// Parses source maps of revision 3 and finds original positions. Opens no files.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heapdiff::sites {

/// Lines and columns are 0-based, as in the format.
struct Mapping {
  std::uint32_t generated_line = 0;
  std::uint32_t generated_column = 0;
  std::int32_t source = -1;  ///< index into sources; -1 where the map says "no source"
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::int32_t name = -1;  ///< index into names; -1 where the original has no other name
};

struct MapSource {
  std::string path;  ///< with sourceRoot applied, otherwise as written
  std::optional<std::string> content;
};

struct SourceMap {
  std::string file;
  std::vector<MapSource> sources;
  std::vector<std::string> names;
  std::vector<Mapping> mappings;  ///< in order of generated position

  /// The last mapping at or before a position on its generated line; nullptr when there is none, or
  /// when it has no source.
  [[nodiscard]] const Mapping* find(std::uint32_t line, std::uint32_t column) const noexcept;

  /// The mapping that begins at a position; nullptr when there is none, or when it has no source.
  [[nodiscard]] const Mapping* at(std::uint32_t line, std::uint32_t column) const noexcept;
};

/// None when the map is damaged; `problem` says how.
[[nodiscard]] std::optional<SourceMap> parse_source_map(std::string_view text, std::string& problem);

/// None when the text is not base64.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);

}  // namespace heapdiff::sites
