// A valid snapshot of which a few numbers, counts or names are broken, so that what follows the parser is reached:
// counts and indices, the graph, dominators, classes. Refused with an error of the input, or all sizes add up.

#include "fuzz/bytes.h"
#include "fuzz/check.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/heap.h"
#include "heapdiff/snapshot/load.h"
#include "support/snapshot_text.h"

#include <cstdint>
#include <cstdlib>
#include <string>

using namespace heapdiff;
using heapdiff::test::Bytes;
using heapdiff::test::require;

namespace {

std::string snapshot_of(Bytes& bytes) {
  static constexpr const char* kNodeTypes[] = {
      "object", "closure", "array", "hidden", "native", "code", "string", "synthetic", "concatenated string"};
  static constexpr const char* kEdgeTypes[] = {"property", "context", "element", "internal",
                                               "hidden",   "weak",    "shortcut"};
  static constexpr const char* kNames[] = {"Object",
                                           "Array",
                                           "system / Context",
                                           "(Document DOM trees)",
                                           "Map",
                                           "a",
                                           "",
                                           "Detached <div id=a>",
                                           "elements",
                                           "__proto__",
                                           "table",
                                           "\xff"};
  test::SnapshotText text;
  text.add_root();
  const std::size_t nodes = 2 + bytes.below(24);
  while (text.node_count() < nodes) {
    text.add_node(kNodeTypes[bytes.below(std::size(kNodeTypes))], kNames[bytes.below(std::size(kNames))], bytes.byte(),
                  0, static_cast<unsigned>(bytes.below(4)));
  }
  const std::size_t edges = bytes.below(64);
  for (std::size_t i = 0; i < edges; ++i) {
    const std::string type = kEdgeTypes[bytes.below(std::size(kEdgeTypes))];
    const bool numbered = type == "element" || type == "hidden";
    text.add_edge(static_cast<std::uint32_t>(bytes.below(nodes)), type,
                  numbered ? std::to_string(bytes.byte()) : kNames[bytes.below(std::size(kNames))],
                  static_cast<std::uint32_t>(bytes.below(nodes)));
  }
  for (std::size_t i = bytes.below(4); i > 0; --i) {
    text.add_location(static_cast<std::uint32_t>(bytes.below(nodes)), bytes.byte(), bytes.byte(), bytes.byte());
  }
  return text.text();
}

/// Replaces a number of the text, counted from behind the header or in the whole.
void break_a_number(std::string& text, Bytes& bytes) {
  static constexpr const char* kNumbers[] = {"0",
                                             "1",
                                             "7",
                                             "14",
                                             "255",
                                             "256",
                                             "4294967295",
                                             "4294967296",
                                             "9007199254740993",
                                             "18446744073709551615",
                                             "18446744073709551616",
                                             "-1",
                                             "1.5",
                                             "1e9",
                                             "",
                                             "007",
                                             "\"7\"",
                                             "null",
                                             "[]"};
  const std::size_t begin = bytes.byte() % 4 == 0 ? 0 : text.find("\"nodes\"");
  std::size_t at = text.find_first_of("0123456789", begin + bytes.below(text.size() - begin));
  if (at == std::string::npos) {
    return;
  }
  const std::size_t end = text.find_first_not_of("0123456789", at);
  const std::size_t kind = bytes.below(std::size(kNumbers) + 1);
  text.replace(at, end - at, kind == std::size(kNumbers) ? std::to_string(bytes.wide()) : kNumbers[kind]);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes bytes(data, size);
  std::string text = snapshot_of(bytes);
  for (std::size_t i = bytes.below(4); i > 0; --i) {
    break_a_number(text, bytes);
  }
  try {
    LoadOptions options;
    options.limits.max_uncompressed_bytes = std::uint64_t{1} << 20U;
    options.threads = 1;
    const auto source = memory_source(text, SIZE_MAX);
    HeapOptions derive;
    derive.threads = 1;
    const Heap heap = compute_heap(load_snapshot(*source, "fuzz", options), derive);
    std::uint64_t sum = 0;
    for (std::uint32_t i = 0; i < heap.graph.node_count(); ++i) {
      sum += heap.graph.self_size(NodeIndex(i));
      require(heap.retained_size(NodeIndex(i)) >= heap.graph.self_size(NodeIndex(i)), "a node retains itself");
      require(heap.classes.of(NodeIndex(i)).get() < heap.classes.size(), "a class that exists");
    }
    require(sum == heap.graph.total_self_size(), "the sizes add up");
    require(heap.retained_size(SnapshotGraph::root()) == sum, "the root retains everything");
  } catch (const Error& error) {
    require(error.kind() == ErrorKind::input || error.kind() == ErrorKind::limit, error.what());
    require(!error.offset() || *error.offset() <= text.size(), "an offset inside the file");
  }
  return 0;
}
