#pragma once
// What is derived of a snapshot, in a form that two graphs can be compared by.

#include "heapdiff/snapshot/heap.h"
#include "support/load_text.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace heapdiff::test {

/// All that DevTools shows of one node.
struct NodeRow {
  std::uint64_t self = 0;
  std::uint64_t retained = 0;
  std::uint64_t dominator = 0;
  std::int32_t distance = 0;
  std::string class_key;
  friend bool operator==(const NodeRow&, const NodeRow&) = default;
};
using NodeTable = std::map<std::uint64_t, NodeRow>;  // by id

inline NodeTable node_table(const Heap& heap) {
  NodeTable table;
  for (std::uint32_t i = 0; i < heap.graph.node_count(); ++i) {
    const NodeIndex n(i);
    table[heap.graph.id(n)] = {heap.graph.self_size(n), heap.retained_size(n), heap.graph.id(heap.dominators.of(n)),
                               heap.distances.of[i], heap.classes.info(heap.classes.of(n)).key()};
  }
  return table;
}

/// Nodes of `want` that `got` has otherwise or not at all.
inline std::size_t differences(const NodeTable& want, const NodeTable& got) {
  std::size_t count = 0;
  for (const auto& [id, row] : want) {
    const auto found = got.find(id);
    count += found == got.end() || found->second != row ? 1U : 0U;
  }
  return count;
}

inline Heap heap_of(std::string_view text, const std::vector<InterfaceDefinition>* interfaces = nullptr) {
  return compute_heap(load_text(text), {}, interfaces);
}

}  // namespace heapdiff::test
