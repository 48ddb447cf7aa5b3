#pragma once
// A valid snapshot of any size, written as a stream: nothing of it is ever held.
//
// Node i has the children 2i and 2i+1 of a binary tree, so that all are reachable, and edges to places that a hash of i
// gives: half of them near, half anywhere. 3.3 edges and about 80 bytes of text per node, as in snapshots of programs.
// Same arguments, same bytes.

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

namespace heapdiff::bench {

class SyntheticSnapshot {
 public:
  explicit SyntheticSnapshot(std::uint64_t nodes, std::uint64_t seed = 1)
      : nodes_(nodes < 2 ? 2 : nodes), seed_(seed) {}

  /// About how many nodes fill this many bytes.
  static constexpr std::uint64_t nodes_for(std::uint64_t bytes) { return bytes / 82; }

  /// Calls `sink(std::string_view)` with one piece after the other.
  template <class Sink>
  void write(Sink&& sink) const {
    std::string out;
    const auto flush = [&](std::size_t above) {
      if (out.size() > above) {
        sink(std::string_view(out));
        out.clear();
      }
    };
    std::uint64_t edges = 0;
    for (std::uint64_t i = 0; i < nodes_; ++i) {
      edges += edge_count(i);
    }
    out += R"({"snapshot":{"meta":{"node_fields":["type","name","id","self_size","edge_count","detachedness"],)"
           R"("node_types":[["hidden","array","string","object","code","closure","regexp","number","native",)"
           R"("synthetic","concatenated string","sliced string","symbol","bigint"],"string","number","number",)"
           R"("number","number"],"edge_fields":["type","name_or_index","to_node"],"edge_types":[["context",)"
           R"("element","property","internal","hidden","shortcut","weak"],"string_or_number","node"],)"
           R"("trace_function_info_fields":[],"trace_node_fields":[],"sample_fields":[],)"
           R"("location_fields":["object_index","script_id","line","column"]},"node_count":)";
    number(out, nodes_);
    out += ",\"edge_count\":";
    number(out, edges);
    out += ",\"trace_function_count\":0},\n\"nodes\":[";
    static constexpr unsigned kTypes[] = {3, 3, 3, 1, 5, 0, 8, 2};  // object, array, closure, hidden, native, string
    for (std::uint64_t i = 0; i < nodes_; ++i) {
      const std::uint64_t h = hash(i);
      out += i == 0 ? "" : ",";
      row(out, i == 0 ? 9 : kTypes[h & 7U], i == 0 ? 0 : 1 + h % kNames, 2 * i + 1,
          i == 0 ? 0 : 16 + (h >> 8U) % 12 * 8, edge_count(i));
      out += ",0\n";
      flush(kPiece);
    }
    out += "],\n\"edges\":[";
    bool first = true;
    for (std::uint64_t i = 0; i < nodes_; ++i) {
      each_edge(i, [&](std::uint64_t type, std::uint64_t name, std::uint64_t target) {
        out += first ? "" : ",";
        first = false;
        row(out, type, name, target * 6);
        out += '\n';
      });
      flush(kPiece);
    }
    out += "],\n\"trace_function_infos\":[],\"trace_tree\":[],\"samples\":[],\"locations\":[],\n\"strings\":[\"\"";
    for (std::uint64_t k = 0; k < 2 * kNames; ++k) {
      out += k < kNames ? ",\n\"Class" : ",\n\"field";
      number(out, k % kNames);
      out += '"';
    }
    out += "]}\n";
    flush(0);
  }

 private:
  static constexpr std::uint64_t kNames = 500;
  static constexpr std::size_t kPiece = std::size_t{1} << 20U;

  [[nodiscard]] std::uint64_t hash(std::uint64_t i) const {
    std::uint64_t x = (i + seed_ * 0x9E3779B97F4A7C15U) * 0xBF58476D1CE4E5B9U;
    x = (x ^ (x >> 29U)) * 0x94D049BB133111EBU;
    return x ^ (x >> 32U);
  }
  [[nodiscard]] std::uint64_t extra_edges(std::uint64_t i) const { return i == 0 ? 0 : (hash(i) >> 20U) % 6; }
  [[nodiscard]] std::uint64_t tree_edges(std::uint64_t i) const {
    if (i == 0) {
      return 1;
    }
    return (2 * i < nodes_ ? 1U : 0U) + (2 * i + 1 < nodes_ ? 1U : 0U);
  }
  [[nodiscard]] std::uint64_t edge_count(std::uint64_t i) const { return tree_edges(i) + extra_edges(i); }

  template <class OnEdge>
  void each_edge(std::uint64_t i, OnEdge on_edge) const {
    if (i == 0) {
      on_edge(1, 1, 1);
      return;
    }
    for (std::uint64_t child = 2 * i; child < 2 * i + 2 && child < nodes_; ++child) {
      on_edge(2, kNames + 1 + child % kNames, child);
    }
    for (std::uint64_t k = 0, n = extra_edges(i); k < n; ++k) {
      const std::uint64_t h = hash(i * 8 + k + nodes_);
      const std::uint64_t span = (h & 1U) != 0 ? 2000 : nodes_;
      std::uint64_t target = 1 + ((i + (h >> 8U) % span) % (nodes_ - 1));
      if (target == i) {
        target = 1 + i % (nodes_ - 1);  // never to itself; the root's only child when there is nothing else
      }
      on_edge((h >> 1U) % 3 == 0 ? 3 : 2, kNames + 1 + (h >> 4U) % kNames, target);
    }
  }

  static void number(std::string& out, std::uint64_t value) {
    char digits[20];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
  }
  template <class... Rest>
  static void row(std::string& out, std::uint64_t first, Rest... rest) {
    number(out, first);
    ((out += ',', number(out, rest)), ...);
  }

  std::uint64_t nodes_;
  std::uint64_t seed_;
};

}  // namespace heapdiff::bench
