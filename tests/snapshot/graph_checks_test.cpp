// Warnings about a graph as a whole: each is counted, and says enough to find the first case.

#include "heapdiff/snapshot/heap.h"
#include "support/load_text.h"
#include "support/snapshot_text.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace heapdiff;

namespace {

/// What `compute_heap` warns of.
std::string heap_warnings(const std::string& text) {
  std::string all;
  for (const std::string& sentence : compute_heap(test::load_text(text), {}).diagnostics.sentences()) {
    all += sentence + "\n";
  }
  return all;
}
std::string heap_warnings(const test::SnapshotText& snapshot) { return heap_warnings(snapshot.text()); }

/// The same heap, whose nodes have these allocation stacks in place of none.
std::string with_traces(std::string text, const std::vector<int>& traces) {
  std::size_t end = text.find("\"nodes\":[");
  for (const int trace : traces) {
    end = text.find(",0,0\n", end + 1);  // the last two fields of a row: no stack, not detached
    text.replace(end + 1, 1, std::to_string(trace));
  }
  return text;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("nodes that the root does not reach are counted with their bytes") {
  test::SnapshotText snapshot;
  snapshot.add_root();
  const auto a = snapshot.add_node("object", "Foo", 16);
  const auto b = snapshot.add_node("string", "text", 24);
  snapshot.add_edge(a, "property", "field", b);
  const std::string text = heap_warnings(snapshot);
  CHECK_MESSAGE(has(text, "no retaining edge leads from the root"), text);
  CHECK_MESSAGE(has(text, "40 bytes"), text);
  CHECK_MESSAGE(has(text, "(2 times)"), text);
}

TEST_CASE("of nodes behind many others the same is counted") {
  test::SnapshotText snapshot;
  const auto root = snapshot.add_root();
  for (std::uint32_t i = 1; i < 150; ++i) {
    snapshot.add_edge(root, "element", i, snapshot.add_node("object", "Foo", 8));
  }
  snapshot.add_node("object", "Bar", 1'000);
  snapshot.add_node("object", "Bar", 500);
  const std::string text = heap_warnings(snapshot);
  CHECK_MESSAGE(has(text, "1500 bytes"), text);
  CHECK_MESSAGE(has(text, "(2 times)"), text);
}

TEST_CASE("a few nodes that only weak edges reach are usual and no warning") {
  test::SnapshotText snapshot;
  const auto root = snapshot.add_root();
  const auto held = snapshot.add_node("object", "Foo", 10'000);
  const auto weak = snapshot.add_node("object", "Bar", 99);
  snapshot.add_edge(root, "element", 1, held);
  snapshot.add_edge(held, "weak", "cache", weak);
  CHECK(heap_warnings(snapshot).empty());
}

TEST_CASE("allocation stacks that the file does not have are counted, also that of the root") {
  test::SnapshotText snapshot;
  const auto root = snapshot.add_root();
  for (std::uint32_t i = 0; i < 4; ++i) {
    snapshot.add_edge(root, "element", i, snapshot.add_node("object", "Foo", 16));
  }
  const std::string text = heap_warnings(with_traces(snapshot.text(), {7, 0, 8, 0, 9}));
  CHECK_MESSAGE(has(text, "its allocation stack is unknown"), text);
  CHECK_MESSAGE(has(text, "(3 times)"), text);
}

TEST_CASE("ids that several nodes have are counted, and the lowest one is shown with two rows") {
  test::SnapshotText snapshot;
  const auto root = snapshot.add_root();
  for (const std::uint64_t id : {7ULL, 5ULL, 5ULL, 5ULL, 7ULL, 9'000'000'001ULL, 9'000'000'001ULL, 11ULL}) {
    snapshot.add_edge(root, "element", 1, snapshot.add_node("object", "Foo", 16, id));
  }
  const std::string text = heap_warnings(snapshot);
  CHECK_MESSAGE(has(text, "@5 in rows 2 and 3"), text);
  CHECK_MESSAGE(has(text, "(4 times)"), text);
}
