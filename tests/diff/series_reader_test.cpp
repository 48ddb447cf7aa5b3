// A series whose snapshots are read as they come.

#include "heapdiff/diff/series_reader.h"

#include "heapdiff/snapshot/error.h"
#include "support/real_snapshot.h"

#include <doctest/doctest.h>

#include <string>

using namespace heapdiff;

namespace {

constexpr const char* kReadSeries = HEAPDIFF_TESTDATA "/snapshots/npm-mem-3/Heap.20260302.";

SeriesInput input_at(std::int64_t minutes) {
  SeriesInput input;
  input.path = "snapshot-" + std::to_string(minutes);
  input.option_ns = minutes * 60'000'000'000;
  return input;
}

void add_stored(SeriesReader& reader, const std::string& file, std::int64_t minutes) {
  const OpenedInput opened = open_input(kReadSeries + file);
  reader.add(input_at(minutes), *opened.source);
}

constexpr const char* kFirst = "010000.1.0.001.heapsnapshot.zst";
constexpr const char* kSecond = "010100.1.0.002.heapsnapshot.zst";

}  // namespace

TEST_CASE("series reader: facts of each snapshot are kept, and the graph of the last") {
  SeriesReader reader({}, 2);
  CHECK_FALSE(reader.holds_graph());
  add_stored(reader, kFirst, 1);
  add_stored(reader, kSecond, 2);
  CHECK(reader.holds_graph());
  const Series series = reader.finish({});
  REQUIRE(series.facts.size() == 2);
  CHECK(series.inputs[1].path == "snapshot-2");
  CHECK(series.last.input.name == "snapshot-2");
  CHECK(series.facts[1].node_count == series.last.graph.node_count());
  REQUIRE(series.times.hours.size() == 2);
  CHECK(series.times.hours[1] == doctest::Approx(1.0 / 60));
}

TEST_CASE("series reader: a snapshot with the content of an earlier one is set aside") {
  SeriesReader reader({}, 3);
  add_stored(reader, kFirst, 1);
  add_stored(reader, kSecond, 2);
  add_stored(reader, kSecond, 3);
  const Series series = reader.finish({});
  CHECK(series.facts.size() == 2);
  REQUIRE(series.set_aside.size() == 1);
  CHECK(series.set_aside[0].find("snapshot-3") != std::string::npos);
}

TEST_CASE("series reader: after a broken snapshot there is no graph, and no answer") {
  SeriesReader reader({}, 2);
  add_stored(reader, kFirst, 1);
  const std::string cut = test::expanded_file(std::string(kReadSeries) + kSecond).substr(0, 300'000);
  const auto source = memory_source(cut);
  CHECK_THROWS_AS(reader.add(input_at(2), *source), Error);
  CHECK_FALSE(reader.holds_graph());
  try {
    static_cast<void>(reader.finish({}));
    FAIL("finished");
  } catch (const Error& e) {
    CHECK(e.kind() == ErrorKind::evidence);
  }
}

TEST_CASE("series reader: what cannot be read again has to come in the order in which it was taken") {
  SeriesReader reader({}, 2);
  add_stored(reader, kSecond, 1);
  add_stored(reader, kFirst, 2);
  CHECK_THROWS_AS(static_cast<void>(reader.finish({})), Error);
}
