// Retained sizes of small graphs, against the definition: take the node out and see what cannot be reached any more.

#include "fuzz/bytes.h"
#include "fuzz/check.h"
#include "heapdiff/snapshot/heap.h"
#include "support/load_text.h"
#include "support/naive_dominators.h"
#include "support/snapshot_text.h"

#include <cstdint>
#include <string>

using namespace heapdiff;
using heapdiff::test::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static constexpr const char* kNodeTypes[] = {"object", "closure", "array", "hidden", "native", "code", "string"};
  static constexpr const char* kEdgeTypes[] = {"property", "context", "element", "internal",
                                               "hidden",   "weak",    "shortcut"};
  test::Bytes bytes(data, size);
  test::SnapshotText text;
  text.add_root();
  const auto nodes = bytes.between(2, 40);
  while (text.node_count() < nodes) {
    const bool documents = bytes.between(0, 15) == 0;
    const std::string type = documents ? "synthetic" : bytes.one_of(kNodeTypes);
    const std::uint64_t self_size = bytes.between(0, 255);
    text.add_node(type, documents ? "(Document DOM trees)" : "N", self_size, 0, bytes.between(0, 2));
  }
  while (!bytes.empty()) {
    const auto from = bytes.between(0, nodes - 1);
    const auto to = bytes.between(0, nodes - 1);
    const std::string type = bytes.one_of(kEdgeTypes);
    const bool pair = type == "internal" && bytes.flag();
    const auto table = bytes.between(0, nodes - 1);
    text.add_edge(from, type,
                  type == "element" || type == "hidden" ? "7"
                  : pair                                ? "1 / part of key (N @" + std::to_string(text.id(to)) +
                               ") -> value (N @5) pair in WeakMap (table @" + std::to_string(text.id(table)) + ")"
                         : std::string("name"),
                  to);
  }
  const Heap heap = compute_heap(test::load_text(text.text()), {});
  const auto naive = test::naive_retained(heap.graph);
  for (std::uint32_t i = 0; i < heap.graph.node_count(); ++i) {
    require(heap.retained_size(NodeIndex(i)) == naive[i], "node " + std::to_string(i) + " retains " +
                                                              std::to_string(naive[i]) + ", not " +
                                                              std::to_string(heap.retained_size(NodeIndex(i))));
  }
  return 0;
}
