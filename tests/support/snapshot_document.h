#pragma once
// A snapshot file taken apart, so that a test can change it and write it in another producer's manner.

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <functional>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace heapdiff::test {

/// How the text is laid out. The default is that of Node.js 24: a section is one line.
struct Layout {
  std::string after_number = ",";     ///< between the numbers of a row
  std::string after_row = ",";        ///< between rows
  std::string after_string = ",";     ///< between strings
  std::string after_section = ",\n";  ///< between members of the document
  std::string after_key = ":";
  std::string inside;  ///< next to brackets
  bool ascii = true;   ///< escape what is above 0x7F
};

inline const Layout kOneLine{",", ",", ",", ",", ":", "", true};
inline const Layout kRowLines{",", "\n,", ",\n", ",\n", ":", "", true};
inline const Layout kPretty{" ,\t", " ,\r\n  ", " ,\n", "\n ,\n", " : ", " \n ", true};
inline const Layout kRawUtf8{",", ",", ",", ",\n", ":", "", false};

class SnapshotDocument {
 public:
  using Numbers = std::vector<std::int64_t>;

  explicit SnapshotDocument(std::string_view text) : json_(nlohmann::ordered_json::parse(text)) {
    for (const auto& [key, value] : json_.items()) {
      if (key != "snapshot" && key != "strings" && key != "trace_tree") {
        arrays_.emplace_back(key, value.get<Numbers>());
        value = nullptr;
      }
    }
    strings = json_["strings"].get<std::vector<std::string>>();
    json_["strings"] = nullptr;
  }

  [[nodiscard]] nlohmann::ordered_json& header() { return json_["snapshot"]; }
  [[nodiscard]] nlohmann::ordered_json& meta() { return json_["snapshot"]["meta"]; }
  [[nodiscard]] Numbers& numbers(std::string_view section) {
    for (auto& [key, values] : arrays_) {
      if (key == section) {
        return values;
      }
    }
    return arrays_.emplace_back(std::string(section), Numbers()).second;
  }
  /// Position of a field in a row; SIZE_MAX when the file does not have it.
  [[nodiscard]] std::size_t field(const std::string& list, std::string_view name) {
    const auto& fields = meta()[list];
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (fields[i].get<std::string>() == name) {
        return i;
      }
    }
    return SIZE_MAX;
  }
  [[nodiscard]] std::size_t stride(const std::string& list) { return meta()[list].size(); }
  [[nodiscard]] std::size_t node_count() { return numbers("nodes").size() / stride("node_fields"); }

  /// Leaves a section out of the file, with its fields.
  void drop(std::string_view section) {
    std::erase_if(arrays_, [&](const auto& array) { return array.first == section; });
    json_.erase(std::string(section));
  }

  /// Gives the node rows other fields: `value(row, name)` fills those that are new. Offsets follow.
  void set_node_fields(const std::vector<std::string>& fields,
                       const std::function<std::int64_t(std::size_t, const std::string&)>& value) {
    const std::size_t old_stride = stride("node_fields");
    const Numbers old = numbers("nodes");
    Numbers rows;
    rows.reserve(old.size() / old_stride * fields.size());
    for (std::size_t row = 0; row * old_stride < old.size(); ++row) {
      for (const std::string& name : fields) {
        const std::size_t at = field("node_fields", name);
        rows.push_back(at == SIZE_MAX ? value(row, name) : old[row * old_stride + at]);
      }
    }
    const auto move = [&](const std::string& section, const std::string& list, std::string_view name) {
      Numbers& numbers_of = numbers(section);
      const std::size_t at = field(list, name);
      for (std::size_t i = at; at != SIZE_MAX && i < numbers_of.size(); i += stride(list)) {
        numbers_of[i] =
            numbers_of[i] / static_cast<std::int64_t>(old_stride) * static_cast<std::int64_t>(fields.size());
      }
    };
    move("edges", "edge_fields", "to_node");
    move("locations", "location_fields", "object_index");
    move("locations", "location_fields", "script_object_index");
    numbers("nodes") = std::move(rows);
    const nlohmann::ordered_json kinds = meta()["node_types"][field("node_fields", "type")];
    nlohmann::ordered_json types = nlohmann::ordered_json::array();
    for (const std::string& name : fields) {
      types.push_back(name == "type" ? kinds : nlohmann::ordered_json(name == "name" ? "string" : "number"));
    }
    meta()["node_types"] = types;
    meta()["node_fields"] = fields;
  }

  [[nodiscard]] std::string text(const Layout& layout = Layout()) {
    header()["node_count"] = node_count();
    header()["edge_count"] = numbers("edges").size() / stride("edge_fields");
    std::string out = "{" + layout.inside;
    std::string_view between;
    for (const auto& [key, value] : json_.items()) {
      out += between;
      out += fmt::format("\"{}\"{}", key, layout.after_key);
      if (key == "strings") {
        append_strings(out, layout);
      } else if (key == "snapshot" || key == "trace_tree") {
        out += value.dump(-1, ' ', true);
      } else {
        append_numbers(out, numbers(key), row_length(key), layout);
      }
      between = layout.after_section;
    }
    return out + layout.inside + "}";
  }

  std::vector<std::string> strings;

 private:
  [[nodiscard]] std::size_t row_length(const std::string& section) {
    const std::string list = section == "nodes"       ? "node_fields"
                             : section == "edges"     ? "edge_fields"
                             : section == "locations" ? "location_fields"
                                                      : "";
    return list.empty() ? 1 : stride(list);
  }
  static void append_numbers(std::string& out, const Numbers& numbers, std::size_t row, const Layout& layout) {
    out += "[" + layout.inside;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      out += i == 0 ? "" : i % row == 0 ? layout.after_row : layout.after_number;
      fmt::format_to(std::back_inserter(out), "{}", numbers[i]);
    }
    out += layout.inside + "]";
  }
  void append_strings(std::string& out, const Layout& layout) const {
    out += "[" + layout.inside;
    for (std::size_t i = 0; i < strings.size(); ++i) {
      out += i == 0 ? "" : layout.after_string;
      out += nlohmann::json(strings[i]).dump(-1, ' ', layout.ascii);
    }
    out += layout.inside + "]";
  }

  nlohmann::ordered_json json_;  // the order of the sections; numbers and strings are kept apart
  std::vector<std::pair<std::string, Numbers>> arrays_;
};

}  // namespace heapdiff::test
