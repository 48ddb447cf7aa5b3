// Closures by their literal: what one of them keeps is not counted again for those inside it.

#include "heapdiff/diff/facts.h"
#include "support/load_text.h"
#include "support/snapshot_text.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

using heapdiff::test::SnapshotText;

namespace {

/// A chain of scopes: each closure holds a context, which holds the closure before it.
struct Chain {
  SnapshotText text;
  std::uint32_t root = text.add_root();
  std::uint32_t shared[2] = {text.add_node("code", "kept"), text.add_node("code", "between")};
  std::uint32_t last = root;

  Chain() {
    text.add_edge(root, "element", 1U, shared[0]);
    text.add_edge(root, "element", 2U, shared[1]);
  }
  void closure(const char* name, std::uint32_t literal) {
    const std::uint32_t closure = text.add_node("closure", name, 100);
    const std::uint32_t context = text.add_node("object", "system / Context", 10);
    text.add_edge(last, last == root ? "element" : "context", last == root ? fmt::format("{}", closure) : "before",
                  closure);
    text.add_edge(closure, "internal", "shared", shared[literal]);
    text.add_edge(closure, "internal", "context", context);
    last = context;
  }
  [[nodiscard]] heapdiff::Facts facts() const {
    return heapdiff::collect(heapdiff::compute_heap(heapdiff::test::load_text(text.text()), {}));
  }
};

}  // namespace

TEST_CASE("closures: a chain of one literal retains its bytes once, however deep it is") {
  constexpr std::int64_t kDeep = 20000;
  Chain chain;
  for (std::int64_t i = 0; i < kDeep; ++i) {
    chain.closure("kept", 0);
  }
  const auto closures = chain.facts().closures;
  REQUIRE(closures.size() == 1);
  CHECK(closures.begin()->second.count == kDeep);
  CHECK(closures.begin()->second.self_bytes == 100 * kDeep);
  CHECK(closures.begin()->second.retained_bytes == 110 * kDeep);
}

TEST_CASE("closures: a literal that lies between others of its kind counts where it is outermost") {
  Chain chain;
  for (int i = 0; i < 3; ++i) {
    chain.closure("kept", 0);
    chain.closure("between", 1);
  }
  chain.last = chain.root;  // and one beside the chain
  chain.closure("between", 1);
  const auto closures = chain.facts().closures;
  REQUIRE(closures.size() == 2);
  const heapdiff::GroupFact& between = closures.at("between\t");
  CHECK(between.count == 4);
  CHECK(between.retained_bytes == 5 * 110 + 110);
  CHECK(closures.at("kept\t").count == 3);
  CHECK(closures.at("kept\t").retained_bytes == 6 * 110);
}
