#include "heapdiff/snapshot/summary.h"

#include <algorithm>
#include <functional>
#include <map>
#include <queue>
#include <utility>

namespace heapdiff {

namespace {

[[gnu::always_inline]] inline bool is_text(const SnapshotGraph& graph, std::uint32_t node) {
  return graph.type(NodeIndex(node)) == NodeType::string && graph.self_size(NodeIndex(node)) != 0;
}

/// The nodes of one repeated text: [first, last) of RepeatedNodes::nodes.
struct NodesOfText {
  std::uint32_t text;
  std::uint32_t first;
  std::uint32_t last;
};

struct RepeatedNodes {
  std::vector<NodesOfText> texts;    ///< in the order of the strings
  std::vector<std::uint32_t> nodes;  ///< by text, then in the order of the file
};

/// Counting sort of the string nodes by text. Most texts have one node, and only the others are sorted. O(nodes +
/// strings).
RepeatedNodes nodes_of_repeated_texts(const SnapshotGraph& graph) {
  const std::uint32_t n = graph.node_count();
  const auto text = [&](std::uint32_t i) { return graph.name_index(NodeIndex(i)).get(); };
  Column<std::uint32_t> counts(static_cast<std::size_t>(graph.strings().size()));  // by string
  counts.prefault();
  const auto prefetch_count = [&](std::uint32_t i) {
    constexpr std::uint32_t kAhead = 16;  // nodes
    if (i + kAhead < n) {
      __builtin_prefetch(counts.data() + text(i + kAhead), 1);
    }
  };
  for (std::uint32_t i = 0; i < n; ++i) {
    prefetch_count(i);
    if (is_text(graph, i)) {
      ++counts[text(i)];
    }
  }
  RepeatedNodes repeated;
  std::uint32_t total = 0;
  for (std::uint32_t s = 0; s < counts.size(); ++s) {
    // What was the count becomes the position in `texts`, plus one; 0: not repeated.
    const std::uint32_t count = std::exchange(counts[s], 0);
    if (count > 1) {
      repeated.texts.push_back({s, total, total});
      counts[s] = static_cast<std::uint32_t>(repeated.texts.size());
      total += count;
    }
  }
  repeated.nodes.resize(total);
  for (std::uint32_t i = 0; i < n; ++i) {
    prefetch_count(i);
    if (is_text(graph, i) && counts[text(i)] != 0) {
      repeated.nodes[repeated.texts[counts[text(i)] - 1].last++] = i;
    }
  }
  return repeated;
}

}  // namespace

RepeatedStrings repeated_strings(const SnapshotGraph& graph, std::size_t limit) {
  RepeatedNodes repeated = nodes_of_repeated_texts(graph);
  std::vector<std::uint32_t>& nodes = repeated.nodes;
  const auto size = [&](std::uint32_t n) { return graph.self_size(NodeIndex(n)); };
  const auto smaller = [&](std::uint32_t a, std::uint32_t b) { return size(a) < size(b); };
  RepeatedStrings result;
  for (const NodesOfText& of_text : repeated.texts) {
    const auto first = nodes.begin() + of_text.first;
    const auto last = nodes.begin() + of_text.last;
    if (!std::is_sorted(first, last, smaller)) {  // nearly all texts have one size
      std::stable_sort(first, last, smaller);
    }
    for (std::uint32_t i = of_text.first; i < of_text.last;) {
      RepeatedString group{StringIndex(of_text.text), 0, 0, 0, NodeIndex(nodes[i])};
      const std::uint64_t each = size(nodes[i]);
      for (; i < of_text.last && size(nodes[i]) == each; ++i) {
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
