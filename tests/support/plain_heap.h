#pragma once
// A snapshot as plain lists, and walks over it that share no code with the analysis: a second opinion on its counts.

#include "support/snapshot_document.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace heapdiff::test {

struct PlainEdge {
  std::string type;
  std::string name;  ///< decimal for element and hidden edges
  std::size_t to = 0;
};

struct PlainNode {
  std::string type;
  std::string name;
  std::int64_t id = 0;
  double bytes = 0;
  std::int64_t detached = 0;
  std::vector<PlainEdge> edges;

  /// As DevTools groups nodes.
  [[nodiscard]] std::string class_name() const {
    const std::map<std::string, std::string> kNames = {{"closure", "Function"},
                                                       {"string", "(string)"},
                                                       {"concatenated string", "(concatenated string)"},
                                                       {"sliced string", "(sliced string)"},
                                                       {"array", "(array)"},
                                                       {"number", "(number)"}};
    const auto made_up = kNames.find(type);
    return made_up != kNames.end()                                            ? made_up->second
           : type == "native" && detached == 2 && name.find("Detached ") != 0 ? "Detached " + name
                                                                              : name;
  }
  [[nodiscard]] const PlainEdge* edge(std::string_view edge_name) const {
    const auto at = std::find_if(edges.begin(), edges.end(), [&](const PlainEdge& e) { return e.name == edge_name; });
    return at == edges.end() ? nullptr : &*at;
  }
};

/// One snapshot. Node 0 is the root.
struct PlainHeap {
  std::vector<PlainNode> nodes;
  std::map<std::int64_t, std::size_t> by_id;

  explicit PlainHeap(std::string_view text) {
    SnapshotDocument document(text);
    const auto strings = document.strings;
    const auto node_types = document.meta()["node_types"][0].get<std::vector<std::string>>();
    const auto edge_types = document.meta()["edge_types"][0].get<std::vector<std::string>>();
    const auto& rows = document.numbers("nodes");
    const auto& edges = document.numbers("edges");
    const std::size_t stride = document.stride("node_fields");
    std::size_t at = 0;
    for (std::size_t row = 0; row < rows.size(); row += stride) {
      PlainNode node{node_types[static_cast<std::size_t>(rows[row])],
                     strings[static_cast<std::size_t>(rows[row + 1])],
                     rows[row + 2],
                     static_cast<double>(rows[row + 3]),
                     rows[row + 6],
                     {}};
      for (std::int64_t k = 0; k < rows[row + 4]; ++k, at += 3) {
        const std::string& type = edge_types[static_cast<std::size_t>(edges[at])];
        const bool numbered = type == "element" || type == "hidden";
        node.edges.push_back(
            {type, numbered ? std::to_string(edges[at + 1]) : strings[static_cast<std::size_t>(edges[at + 1])],
             static_cast<std::size_t>(edges[at + 2]) / stride});
      }
      by_id[node.id] = nodes.size();
      nodes.push_back(std::move(node));
    }
  }

  [[nodiscard]] bool has(const PlainNode& other) const {
    const auto at = by_id.find(other.id);
    return at != by_id.end() && nodes[at->second].type == other.type && nodes[at->second].name == other.name;
  }
  [[nodiscard]] double count(const std::function<bool(const PlainNode&)>& test) const {
    return static_cast<double>(std::count_if(nodes.begin(), nodes.end(), test));
  }
  /// What can be reached from `from` over edges that are not weak, without passing `without`.
  [[nodiscard]] std::vector<bool> reach(const std::vector<std::size_t>& from, std::size_t without = SIZE_MAX) const {
    std::vector<bool> seen(nodes.size(), false);
    std::vector<std::size_t> open;
    const auto add = [&](std::size_t n) {
      if (n != without && !seen[n]) {
        seen[n] = true;
        open.push_back(n);
      }
    };
    for (const std::size_t n : from) {
      add(n);
    }
    while (!open.empty()) {
      const std::size_t n = open.back();
      open.pop_back();
      for (const PlainEdge& edge : nodes[n].edges) {
        if (edge.type != "weak") {
          add(edge.to);
        }
      }
    }
    return seen;
  }
};

}  // namespace heapdiff::test
