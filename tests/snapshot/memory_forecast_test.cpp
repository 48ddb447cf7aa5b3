#include "heapdiff/snapshot/memory_forecast.h"

#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/load.h"
#include "support/snapshot_text.h"

#include <doctest/doctest.h>

#include <string>

using namespace heapdiff;

namespace {

LoadedSnapshot load_within(const std::string& text, std::uint64_t max_memory_bytes) {
  const auto source = memory_source(text);
  LoadOptions options;
  options.limits.max_memory_bytes = max_memory_bytes;
  return load_snapshot(*source, "test.heapsnapshot", options);
}

}  // namespace

TEST_CASE("a snapshot that cannot fit is refused behind its header, with what it would need") {
  test::SnapshotText small;
  small.add_root();
  std::string text = small.text();
  const std::string count = "\"node_count\":1";
  REQUIRE(text.find(count) != std::string::npos);
  text.replace(text.find(count), count.size(), "\"node_count\":200000000");
  text.resize(text.find("\"nodes\""));  // nothing behind the header is there to be read
  try {
    static_cast<void>(load_within(text, 1'000'000'000));
    FAIL("loaded");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::limit);
    CHECK(exit_code(error.kind()) == 4);
    CHECK(error.message() ==
          "expected a snapshot that fits into 1.00 GB of memory, this one needs about 6.21 GB (200000000 nodes, 0 "
          "edges)");
  }
}

TEST_CASE("a snapshot that fits is read under a limit") {
  test::SnapshotText small;
  small.add_root();
  CHECK(load_within(small.text(), 100'000'000).graph.node_count() == 1);
  CHECK(load_within(small.text(), 0).graph.node_count() == 1);
}

TEST_CASE("keeping the graph is forecast to cost more than tables, and this machine has some memory") {
  CHECK(forecast_memory_bytes(1'000'000, 3'000'000, 0, MemoryUse::graph) >
        forecast_memory_bytes(1'000'000, 3'000'000, 0, MemoryUse::tables));
  const auto available = available_memory_bytes();
  REQUIRE(available);
  CHECK(*available > 0);
}
