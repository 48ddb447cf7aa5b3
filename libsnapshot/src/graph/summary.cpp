#include "heapdiff/snapshot/summary.h"

#include <algorithm>
#include <functional>
#include <map>
#include <queue>
#include <utility>

namespace heapdiff {

namespace {

bool is_text(const SnapshotGraph& graph, std::uint32_t node) {
  return graph.type(NodeIndex(node)) == NodeType::string && graph.self_size(NodeIndex(node)) != 0;
}

/// String nodes, ordered by text, size and position. A counting sort by text leaves little to sort: O(nodes + strings).
std::vector<std::uint32_t> strings_by_text(const SnapshotGraph& graph) {
  const std::uint32_t n = graph.node_count();
  Column<std::uint32_t> end(static_cast<std::size_t>(graph.strings().size()) + 1);
  std::size_t count = 0;
  for (std::uint32_t i = 0; i < n; ++i) {
    if (is_text(graph, i)) {
      ++end[graph.name_index(NodeIndex(i)).get() + std::size_t{1}];
      ++count;
    }
  }
  for (std::size_t s = 1; s < end.size(); ++s) {
    end[s] += end[s - 1];
  }
  std::vector<std::uint32_t> nodes(count);
  for (std::uint32_t i = 0; i < n; ++i) {
    if (is_text(graph, i)) {
      nodes[end[graph.name_index(NodeIndex(i)).get()]++] = i;  // where a text begins becomes where it ends
    }
  }
  const auto by_size = [&](std::uint32_t a, std::uint32_t b) {
    return std::pair(graph.self_size(NodeIndex(a)), a) < std::pair(graph.self_size(NodeIndex(b)), b);
  };
  for (std::size_t s = 0; s + 1 < end.size(); ++s) {
    const std::uint32_t first = s == 0 ? 0 : end[s - 1];
    if (end[s] - first > 1) {
      std::sort(nodes.begin() + first, nodes.begin() + end[s], by_size);
    }
  }
  return nodes;
}

}  // namespace

RepeatedStrings repeated_strings(const SnapshotGraph& graph, std::size_t limit) {
  const std::vector<std::uint32_t> nodes = strings_by_text(graph);
  const auto text = [&](std::uint32_t n) { return graph.name_index(NodeIndex(n)).get(); };
  const auto size = [&](std::uint32_t n) { return graph.self_size(NodeIndex(n)); };
  RepeatedStrings result;
  for (std::size_t i = 0; i < nodes.size();) {
    RepeatedString group{StringIndex(text(nodes[i])), 0, 0, 0, NodeIndex(nodes[i])};
    const std::uint64_t each = size(nodes[i]);
    for (; i < nodes.size() && text(nodes[i]) == group.text.get() && size(nodes[i]) == each; ++i) {
      ++group.count;
      group.bytes += each;
    }
    if (group.count > 1) {
      group.wasted_bytes = group.bytes - each;
      result.total_wasted += group.wasted_bytes;
      ++result.texts;
      result.largest.push_back(group);
    }
  }
  const auto worse = [](const RepeatedString& a, const RepeatedString& b) {
    return std::pair(b.wasted_bytes, a.example.get()) < std::pair(a.wasted_bytes, b.example.get());
  };
  std::sort(result.largest.begin(), result.largest.end(), worse);
  if (limit != 0 && result.largest.size() > limit) {
    result.largest.resize(limit);
  }
  return result;
}

std::vector<DominatorRow> largest_dominators(const Heap& heap, std::size_t limit) {
  const SnapshotGraph& graph = heap.graph;
  using Entry = std::pair<std::uint64_t, std::uint32_t>;  // retained size, inverted node: the first of equals wins
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> largest;
  for (std::uint32_t i = 0; i < graph.node_count(); ++i) {
    if (graph.type(NodeIndex(i)) == NodeType::synthetic || limit == 0) {
      continue;
    }
    const Entry entry{heap.retained[i], UINT32_MAX - i};
    if (largest.size() < limit) {
      largest.push(entry);
    } else if (entry > largest.top()) {
      largest.pop();
      largest.push(entry);
    }
  }
  // A dominator retains at least as much as each node that it dominates. So the dominators of a row are rows, too,
  // except for roots and for nodes that retain equally much.
  std::map<std::uint32_t, std::vector<std::uint32_t>> children;  // row -> rows directly under it; 0 -> the top rows
  std::vector<std::uint32_t> rows;
  for (; !largest.empty(); largest.pop()) {
    rows.push_back(UINT32_MAX - largest.top().second);
  }
  std::reverse(rows.begin(), rows.end());
  std::vector<std::uint32_t> sorted = rows;
  std::sort(sorted.begin(), sorted.end());
  for (const std::uint32_t row : rows) {
    std::uint32_t above = heap.dominators.idom[row];
    while (above != 0 && !std::binary_search(sorted.begin(), sorted.end(), above)) {
      above = heap.dominators.idom[above];
    }
    children[above == row ? 0 : above].push_back(row);
  }
  std::vector<DominatorRow> result;
  std::vector<DominatorRow> open;
  const auto push = [&](std::uint32_t node, std::uint32_t depth) {
    const auto found = children.find(node);
    if (found != children.end()) {
      for (auto c = found->second.rbegin(); c != found->second.rend(); ++c) {
        open.push_back({NodeIndex(*c), depth});
      }
    }
  };
  push(0, 0);
  while (!open.empty()) {
    const DominatorRow row = open.back();
    open.pop_back();
    result.push_back(row);
    if (row.node.get() != 0) {
      push(row.node.get(), row.depth + 1);
    }
  }
  return result;
}

}  // namespace heapdiff
