#include "series/closure_facts.h"

#include "heapdiff/snapshot/visible_text.h"
#include "v8/edge_lookup.h"
#include "v8/functions.h"

#include <fmt/format.h>

#include <limits>
#include <unordered_map>
#include <utility>
#include <vector>

namespace heapdiff::series {

namespace {

constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

/// The closures of a heap, each below the nearest closure that dominates it.
struct ClosureTree {
  std::vector<NodeIndex> closures;
  std::vector<std::uint32_t> above;  ///< by closure: position of that closure in `closures`, or kNone
};

ClosureTree closure_tree(const Heap& heap) {
  const SnapshotGraph& graph = heap.graph;
  ClosureTree tree;
  // By node: 1 + position of the nearest closure at or above it; kNone when there is none; 0 when it is not known yet.
  Column<std::uint32_t> nearest(graph.node_count());
  nearest[SnapshotGraph::root().get()] = kNone;
  v8::EdgeLookup shared(graph, v8::kSharedEdge);
  for (std::uint32_t i = 0; i < graph.node_count(); ++i) {
    if (graph.type(NodeIndex(i)) == NodeType::closure && shared.target_of(NodeIndex(i))) {
      tree.closures.emplace_back(i);
      nearest[i] = static_cast<std::uint32_t>(tree.closures.size());
    }
  }
  for (const NodeIndex closure : tree.closures) {
    std::uint32_t at = heap.dominators.of(closure).get();
    while (nearest[at] == 0) {
      at = heap.dominators.idom[at];
    }
    const std::uint32_t found = nearest[at];
    for (std::uint32_t n = heap.dominators.of(closure).get(); nearest[n] == 0; n = heap.dominators.idom[n]) {
      nearest[n] = found;  // so that no node is visited twice
    }
    tree.above.push_back(found == kNone ? kNone : found - 1);
  }
  return tree;
}

/// By closure: whether a closure of the same literal is above it. `literal` has the number of each closure's literal.
std::vector<bool> is_below_same_literal(const ClosureTree& tree, const std::vector<std::uint32_t>& literal,
                                        std::size_t literals) {
  // Children are linked lists: the first child, and the next sibling. A stack walks the tree, because it may be deep.
  // `open` counts the closures of each literal on the way from the root to the current closure.
  const std::size_t count = tree.closures.size();
  std::vector<std::uint32_t> first(count, kNone);
  std::vector<std::uint32_t> next(count, kNone);
  std::vector<std::uint32_t> stack;
  for (std::size_t i = count; i-- > 0;) {
    const auto position = static_cast<std::uint32_t>(i);
    if (tree.above[i] == kNone) {
      stack.push_back(position);
    } else {
      next[i] = std::exchange(first[tree.above[i]], position);
    }
  }
  std::vector<std::uint32_t> open(literals);
  std::vector<bool> entered(count);
  std::vector<bool> nested(count);
  while (!stack.empty()) {
    const std::uint32_t i = stack.back();
    if (entered[i]) {
      --open[literal[i]];
      stack.pop_back();
      continue;
    }
    entered[i] = true;
    nested[i] = open[literal[i]]++ > 0;
    for (std::uint32_t child = first[i]; child != kNone; child = next[child]) {
      stack.push_back(child);
    }
  }
  return nested;
}

std::string literal_text(const SnapshotGraph& graph, NodeIndex closure) {
  const auto place = place_of(graph, closure);
  const std::string name = visible_text(graph.name(closure), 60);
  return fmt::format("{}\t{}", name.empty() ? "(anonymous)" : name, place ? place->text() : "");
}

}  // namespace

std::map<std::string, GroupFact> closures_by_literal(const Heap& heap) {
  const SnapshotGraph& graph = heap.graph;
  const ClosureTree tree = closure_tree(heap);
  std::unordered_map<std::uint32_t, std::uint32_t> of_shared;  // SharedFunctionInfo to its literal
  std::map<std::string, std::uint32_t> numbers;
  std::vector<std::uint32_t> literal;
  v8::EdgeLookup shared(graph, v8::kSharedEdge);
  for (const NodeIndex closure : tree.closures) {
    const auto [at, is_new] = of_shared.try_emplace(shared.target_of(closure).get(), 0);
    if (is_new) {
      const auto number = static_cast<std::uint32_t>(numbers.size());
      at->second = numbers.try_emplace(literal_text(graph, closure), number).first->second;
    }
    literal.push_back(at->second);
  }
  const std::vector<bool> nested = is_below_same_literal(tree, literal, numbers.size());
  std::vector<GroupFact> groups(numbers.size());
  for (std::size_t i = 0; i < tree.closures.size(); ++i) {
    GroupFact& group = groups[literal[i]];
    group.count += 1;
    group.self_bytes += static_cast<std::int64_t>(graph.self_size(tree.closures[i]));
    group.retained_bytes += nested[i] ? 0 : static_cast<std::int64_t>(heap.retained_size(tree.closures[i]));
  }
  std::map<std::string, GroupFact> facts;
  for (const auto& [text, number] : numbers) {
    facts.emplace(text, groups[number]);
  }
  return facts;
}

}  // namespace heapdiff::series
