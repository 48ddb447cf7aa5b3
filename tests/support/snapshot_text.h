#pragma once
// Writes .heapsnapshot text for small graphs, so that a test says what it is about and nothing
// else.
//
// The layout is that of Node.js 18: seven node fields, three edge fields. Same calls, same bytes.

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace heapdiff::test {

inline constexpr std::string_view kMetaText =
    R"({"node_fields":["type","name","id","self_size","edge_count","trace_node_id","detachedness"],)"
    R"("node_types":[["hidden","array","string","object","code","closure","regexp","number","native","synthetic",)"
    R"("concatenated string","sliced string","symbol","bigint"],"string","number","number","number","number","number"],)"
    R"("edge_fields":["type","name_or_index","to_node"],)"
    R"("edge_types":[["context","element","property","internal","hidden","shortcut","weak"],"string_or_number","node"],)"
    R"("trace_function_info_fields":["function_id","name","script_name","script_id","line","column"],)"
    R"("trace_node_fields":["id","function_info_index","count","size","children"],)"
    R"("sample_fields":["timestamp_us","last_assigned_id"],)"
    R"("location_fields":["object_index","script_id","line","column"]})";

/// A graph that can be written as a heap snapshot. Node 0 has to be the root: add it first.
class SnapshotText {
 public:
  struct Edge {
    std::uint32_t source = 0;
    std::string type;
    std::string name;  ///< decimal for element and hidden edges
    std::uint32_t target = 0;
  };

  /// Position of the new node. `id` 0 takes the next odd number, as V8 gives them out; sizes in
  /// bytes.
  std::uint32_t add_node(std::string_view type, std::string_view name, std::uint64_t self_size = 0,
                         std::uint64_t id = 0, unsigned detachedness = 0) {
    const auto at = static_cast<std::uint32_t>(nodes_.size());
    nodes_.push_back(
        Node{std::string(type), std::string(name), id == 0 ? 2 * std::uint64_t{at} + 1 : id, self_size, detachedness});
    return at;
  }
  std::uint32_t add_root() { return add_node("synthetic", ""); }
  void add_edge(std::uint32_t source, std::string_view type, std::string_view name, std::uint32_t target) {
    edges_.push_back(Edge{source, std::string(type), std::string(name), target});
  }
  void add_edge(std::uint32_t source, std::string_view type, std::uint32_t number, std::uint32_t target) {
    add_edge(source, type, fmt::format("{}", number), target);
  }
  void add_location(std::uint32_t node, std::uint32_t script, std::uint32_t line, std::uint32_t column) {
    locations_.push_back({node, script, line, column});
  }
  /// A moment while allocations were tracked: later objects have higher ids.
  void add_sample(std::uint64_t time_us, std::uint64_t last_id) { samples_.emplace_back(time_us, last_id); }
  [[nodiscard]] std::uint64_t id(std::uint32_t node) const { return nodes_[node].id; }
  [[nodiscard]] std::size_t node_count() const { return nodes_.size(); }
  [[nodiscard]] std::vector<Edge>& edges() { return edges_; }

  [[nodiscard]] std::string text() const {
    std::vector<std::string> strings{"<dummy>"};
    std::map<std::string, std::size_t> known;
    const auto intern = [&](const std::string& s) {
      const auto [found, fresh] = known.emplace(s, strings.size());
      if (fresh) {
        strings.push_back(s);
      }
      return found->second;
    };
    std::vector<std::vector<const Edge*>> by_source(nodes_.size());
    for (const Edge& e : edges_) {
      by_source[e.source].push_back(&e);
    }
    std::string out = fmt::format(
        "{{\"snapshot\":{{\"meta\":{},\"node_count\":{},\"edge_count\":{},\"trace_function_count\":"
        "0}},\n\"nodes\":[",
        kMetaText, nodes_.size(), edges_.size());
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      const Node& n = nodes_[i];
      out += fmt::format("{}{},{},{},{},{},0,{}\n", i == 0 ? "" : ",", position(kNodeTypes, n.type), intern(n.name),
                         n.id, n.self_size, by_source[i].size(), n.detachedness);
    }
    out += "],\n\"edges\":[";
    std::string_view separator;
    for (const auto& list : by_source) {
      for (const Edge* e : list) {
        const bool numbered = e->type == "element" || e->type == "hidden";
        out += fmt::format("{}{},{},{}\n", separator, position(kEdgeTypes, e->type),
                           numbered ? e->name : fmt::format("{}", intern(e->name)),
                           std::uint64_t{e->target} * kNodeFields);
        separator = ",";
      }
    }
    out += "],\n\"trace_function_infos\":[],\n\"trace_tree\":[],\n\"samples\":[";
    separator = {};
    for (const auto& [time_us, last_id] : samples_) {
      out += fmt::format("{}{},{}\n", separator, time_us, last_id);
      separator = ",";
    }
    out += "],\n\"locations\":[";
    separator = {};
    for (const auto& l : locations_) {
      out += fmt::format("{}{},{},{},{}\n", separator, std::uint64_t{l.node} * kNodeFields, l.script, l.line, l.column);
      separator = ",";
    }
    out += "],\n\"strings\":[";
    separator = {};
    for (const std::string& s : strings) {
      out += fmt::format("{}\"{}\"", separator, escaped(s));
      separator = ",\n";
    }
    return out + "]}";
  }

 private:
  static constexpr std::uint64_t kNodeFields = 7;
  static constexpr std::string_view kNodeTypes =
      "hidden|array|string|object|code|closure|regexp|number|native|synthetic|concatenated "
      "string|sliced string|symbol|bigint|";
  static constexpr std::string_view kEdgeTypes = "context|element|property|internal|hidden|shortcut|weak|";

  struct Node {
    std::string type;
    std::string name;
    std::uint64_t id = 0;
    std::uint64_t self_size = 0;
    unsigned detachedness = 0;
  };
  struct Place {
    std::uint32_t node;
    std::uint32_t script;
    std::uint32_t line;
    std::uint32_t column;
  };

  static std::size_t position(std::string_view list, std::string_view type) {
    std::size_t at = 0;
    while (!list.empty()) {
      const std::size_t end = list.find('|');
      if (list.substr(0, end) == type) {
        return at;
      }
      list.remove_prefix(end + 1);
      ++at;
    }
    return 999;  // refused by the reader: a test that misspells a type fails
  }

  static std::string escaped(const std::string& s) {
    std::string out;
    for (const char c : s) {
      if (c == '"' || c == '\\') {
        out += '\\';
        out += c;
      } else if (static_cast<unsigned char>(c) < 0x20) {
        out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
      } else {
        out += c;
      }
    }
    return out;
  }

  std::vector<Node> nodes_;
  std::vector<Edge> edges_;
  std::vector<Place> locations_;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> samples_;
};

}  // namespace heapdiff::test
