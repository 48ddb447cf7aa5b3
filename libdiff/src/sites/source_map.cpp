// Reads the JSON of a source map, then its base64 VLQ numbers, each of them checked. Index maps may be one level
// deep.

#include "sites/source_map.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>

namespace heapdiff::sites {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxMappings = 8'000'000;
constexpr std::int64_t kMaxNumber = std::numeric_limits<std::int32_t>::max();

int base64_value(char c) noexcept {
  if (c >= 'A' && c <= 'Z') {
    return c - 'A';
  }
  if (c >= 'a' && c <= 'z') {
    return c - 'a' + 26;
  }
  if (c >= '0' && c <= '9') {
    return c - '0' + 52;
  }
  if (c == '+' || c == '-') {
    return 62;
  }
  if (c == '/' || c == '_') {
    return 63;
  }
  return -1;
}

/// Reads one VLQ number. False when it is cut, too long, or has a character that is not base64.
bool read_vlq(std::string_view text, std::size_t& at, std::int64_t& value) noexcept {
  std::uint64_t bits = 0;
  for (unsigned shift = 0; shift <= 35; shift += 5) {
    if (at >= text.size()) {
      return false;
    }
    const int digit = base64_value(text[at]);
    if (digit < 0) {
      return false;
    }
    ++at;
    bits |= (static_cast<std::uint64_t>(digit) & 31U) << shift;
    if ((digit & 32) == 0) {
      const auto magnitude = static_cast<std::int64_t>(bits >> 1U);
      value = (bits & 1U) != 0 ? -magnitude : magnitude;
      return true;
    }
  }
  return false;
}

bool in_range(std::int64_t value) noexcept { return value >= 0 && value <= kMaxNumber; }

struct Offset {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

bool read_mappings(std::string_view text, Offset offset, std::size_t first_source, std::size_t first_name,
                   SourceMap& map, std::string& problem) {
  std::int64_t line = 0;
  std::int64_t column = 0;
  std::int64_t source = 0;
  std::int64_t original_line = 0;
  std::int64_t original_column = 0;
  std::int64_t name = 0;
  const auto name_count = static_cast<std::int64_t>(map.names.size() - first_name);
  const auto source_count = static_cast<std::int64_t>(map.sources.size() - first_source);
  std::size_t at = 0;
  while (at < text.size()) {
    if (text[at] == ';') {
      ++line;
      column = 0;
      ++at;
      continue;
    }
    if (text[at] == ',') {
      ++at;
      continue;
    }
    std::int64_t fields[5] = {};
    std::size_t count = 0;
    while (at < text.size() && text[at] != ',' && text[at] != ';') {
      if (count == 5 || !read_vlq(text, at, fields[count])) {
        problem = "its mappings are damaged";
        return false;
      }
      ++count;
    }
    column += fields[0];
    if (count >= 4) {
      source += fields[1];
      original_line += fields[2];
      original_column += fields[3];
    }
    name += count == 5 ? fields[4] : 0;
    const bool bad_source = count >= 4 && (source < 0 || source >= source_count);
    if (count == 2 || count == 3 || bad_source || !in_range(column) || !in_range(original_line) ||
        !in_range(original_column) || !in_range(line + offset.line) || !in_range(column + offset.column)) {
      problem = "a mapping points outside its sources";
      return false;
    }
    if (map.mappings.size() >= kMaxMappings) {
      problem = "it has too many mappings";
      return false;
    }
    Mapping mapping;
    mapping.generated_line = static_cast<std::uint32_t>(line) + offset.line;
    mapping.generated_column = static_cast<std::uint32_t>(column) + (line == 0 ? offset.column : 0);
    if (count >= 4) {
      mapping.source = static_cast<std::int32_t>(source + static_cast<std::int64_t>(first_source));
      mapping.line = static_cast<std::uint32_t>(original_line);
      mapping.column = static_cast<std::uint32_t>(original_column);
    }
    if (count == 5 && name >= 0 && name < name_count) {  // a bad name spoils nothing else
      mapping.name = static_cast<std::int32_t>(name + static_cast<std::int64_t>(first_name));
    }
    map.mappings.push_back(mapping);
  }
  return true;
}

std::string text_of(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool read_plain(const Json& object, Offset offset, SourceMap& map, std::string& problem) {
  const auto sources = object.find("sources");
  const auto mappings = object.find("mappings");
  if (sources == object.end() || !sources->is_array() || mappings == object.end() || !mappings->is_string()) {
    problem = "it lacks sources or mappings";
    return false;
  }
  std::string source_root = text_of(object, "sourceRoot");
  if (!source_root.empty() && source_root.back() != '/') {
    source_root += '/';
  }
  const auto contents = object.find("sourcesContent");
  const std::size_t first_source = map.sources.size();
  for (std::size_t i = 0; i < sources->size(); ++i) {
    MapSource source;
    const Json& name = (*sources)[i];
    if (name.is_string()) {
      source.path = name.get<std::string>();
      const bool whole = source.path.find("://") != std::string::npos || source.path.substr(0, 1) == "/";
      if (!whole) {
        source.path = source_root + source.path;
      }
    }
    if (contents != object.end() && contents->is_array() && i < contents->size() && (*contents)[i].is_string()) {
      source.content = (*contents)[i].get<std::string>();
    }
    map.sources.push_back(std::move(source));
  }
  const std::size_t first_name = map.names.size();
  if (const auto names = object.find("names"); names != object.end() && names->is_array()) {
    for (const Json& name : *names) {
      map.names.push_back(name.is_string() ? name.get<std::string>() : std::string());
    }
  }
  return read_mappings(mappings->get_ref<const std::string&>(), offset, first_source, first_name, map, problem);
}

bool read_offset(const Json& section, Offset& offset) {
  const auto found = section.find("offset");
  if (found == section.end() || !found->is_object()) {
    return false;
  }
  const auto line = found->find("line");
  const auto column = found->find("column");
  if (line == found->end() || column == found->end() || !line->is_number_unsigned() || !column->is_number_unsigned()) {
    return false;
  }
  const auto line_value = line->get<std::uint64_t>();
  const auto column_value = column->get<std::uint64_t>();
  if (line_value > static_cast<std::uint64_t>(kMaxNumber) || column_value > static_cast<std::uint64_t>(kMaxNumber)) {
    return false;
  }
  offset = Offset{static_cast<std::uint32_t>(line_value), static_cast<std::uint32_t>(column_value)};
  return true;
}

bool before(const Mapping& a, const Mapping& b) noexcept {
  return a.generated_line != b.generated_line ? a.generated_line < b.generated_line
                                              : a.generated_column < b.generated_column;
}

}  // namespace

const Mapping* SourceMap::find(std::uint32_t line, std::uint32_t column) const noexcept {
  Mapping wanted;
  wanted.generated_line = line;
  wanted.generated_column = column;
  auto found = std::upper_bound(mappings.begin(), mappings.end(), wanted, before);
  if (found == mappings.begin()) {
    return nullptr;
  }
  --found;
  if (found->generated_line != line || found->source < 0) {
    return nullptr;
  }
  return &*found;
}

const Mapping* SourceMap::at(std::uint32_t line, std::uint32_t column) const noexcept {
  const Mapping* const found = find(line, column);
  return found != nullptr && found->generated_column == column ? found : nullptr;
}

std::optional<SourceMap> parse_source_map(std::string_view text, std::string& problem) {
  // Some servers put ")]}'" before JSON, so that a page cannot load it as a script.
  if (text.substr(0, 3) == ")]}") {
    text.remove_prefix(std::min(text.find('\n'), text.size()));
  }
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded() || !json.is_object()) {
    problem = "it is not a JSON object";
    return std::nullopt;
  }
  SourceMap map;
  map.file = text_of(json, "file");
  const auto sections = json.find("sections");
  if (sections != json.end() && sections->is_array()) {
    for (const Json& section : *sections) {
      Offset offset;
      if (!section.is_object() || !read_offset(section, offset) || !section.contains("map") ||
          !section["map"].is_object()) {
        problem = "a section is damaged";
        return std::nullopt;
      }
      if (!read_plain(section["map"], offset, map, problem)) {
        return std::nullopt;
      }
    }
  } else if (!read_plain(json, Offset{}, map, problem)) {
    return std::nullopt;
  }
  std::stable_sort(map.mappings.begin(), map.mappings.end(), before);
  return map;
}

std::optional<std::string> decode_base64(std::string_view text) {
  std::string out;
  out.reserve(text.size() / 4 * 3);
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    if (c == '=') {
      break;
    }
    const int value = base64_value(c);
    if (value < 0) {
      return std::nullopt;
    }
    bits = ((bits << 6U) | static_cast<std::uint32_t>(value)) & 0xFFFFFFU;
    count += 6;
    if (count >= 8) {
      count -= 8;
      out.push_back(static_cast<char>((bits >> count) & 0xFFU));
    }
  }
  return out;
}

}  // namespace heapdiff::sites
