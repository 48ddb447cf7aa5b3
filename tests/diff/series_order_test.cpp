// The order of a series from what its snapshots, the caller, the names and the file system say.

#include "heapdiff/diff/series_order.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using heapdiff::ArgumentOrder;
using heapdiff::find_order;
using heapdiff::is_before_by_number;
using heapdiff::name_of;
using heapdiff::NameTime;
using heapdiff::OrderEvidence;
using heapdiff::OrderSource;
using heapdiff::SeriesOrder;

namespace {

using Order = std::vector<std::size_t>;

OrderEvidence evidence_for(const std::string& path) {
  OrderEvidence e;
  e.path = path;
  e.name_time = heapdiff::time_from_name(path);
  return e;
}

std::vector<OrderEvidence> numbered() {
  return {evidence_for("s/snapshot-10.heapsnapshot"), evidence_for("s/snapshot-11.heapsnapshot"),
          evidence_for("s/snapshot-8.heapsnapshot"), evidence_for("s/snapshot-9.heapsnapshot")};
}

}  // namespace

TEST_CASE("ids prove the order, whatever names, times and arguments say") {
  std::vector<OrderEvidence> series = numbered();
  const std::uint64_t ids[] = {700, 901, 301, 501};
  for (std::size_t i = 0; i < series.size(); ++i) {
    series[i].last_id = ids[i];
    series[i].modified_ns = static_cast<std::int64_t>(i);
  }
  SeriesOrder found = find_order(series, ArgumentOrder::given);
  CHECK(found.order == Order{2, 3, 0, 1});
  CHECK(found.source == OrderSource::ids);
  CHECK(found.contradictions.empty());  // modification times never contradict
  CHECK(!found.disputed);
  // The same files, and --interval: the arguments are what the caller says they are.
  found = find_order(series, ArgumentOrder::claimed);
  CHECK(found.order == Order{2, 3, 0, 1});
  CHECK(found.contradictions == std::vector<OrderSource>{OrderSource::arguments});
  CHECK(!found.disputed);
  // Names that were given to the wrong files.
  std::swap(series[0].last_id, series[2].last_id);
  found = find_order(series, ArgumentOrder::none);
  CHECK(found.order == Order{0, 3, 2, 1});
  CHECK(found.contradictions == std::vector<OrderSource>{OrderSource::names});
}

TEST_CASE("equal ids prove nothing: the caller, then names by number, then arguments, then modification times") {
  std::vector<OrderEvidence> series = numbered();
  for (OrderEvidence& e : series) {
    e.last_id = 77;
    e.modified_ns = 1000 - static_cast<std::int64_t>(&e - series.data());
  }
  SeriesOrder found = find_order(series, ArgumentOrder::none);
  CHECK(found.order == Order{2, 3, 0, 1});
  CHECK(found.source == OrderSource::names);
  CHECK(!found.disputed);
  const std::int64_t said[] = {4, 3, 2, 1};
  for (std::size_t i = 0; i < series.size(); ++i) {
    series[i].option_ns = said[i];
  }
  found = find_order(series, ArgumentOrder::none);
  CHECK(found.order == Order{3, 2, 1, 0});
  CHECK(found.source == OrderSource::option);
  CHECK(found.contradictions == std::vector<OrderSource>{OrderSource::names});
  CHECK(found.disputed);

  std::vector<OrderEvidence> words{evidence_for("before.heapsnapshot"), evidence_for("after.heapsnapshot")};
  words[0].modified_ns = 2;
  words[1].modified_ns = 1;
  found = find_order(words, ArgumentOrder::given);
  CHECK(found.order == Order{0, 1});
  CHECK(found.source == OrderSource::arguments);
  found = find_order(words, ArgumentOrder::none);
  CHECK(found.order == Order{1, 0});
  CHECK(found.source == OrderSource::modification_time);
}

TEST_CASE("times in names are compared as times, and numbers break their ties") {
  const std::vector<OrderEvidence> series{evidence_for("Heap.20260302.010030.1.0.010.heapsnapshot"),
                                          evidence_for("Heap.20260302.010030.1.0.009.heapsnapshot"),
                                          evidence_for("Heap.20260302.005959.1.0.011.heapsnapshot")};
  const SeriesOrder found = find_order(series, ArgumentOrder::none);
  CHECK(found.order == Order{2, 1, 0});
  CHECK(found.source == OrderSource::names);
}

TEST_CASE("different times in one order are no contradiction") {
  std::vector<OrderEvidence> series{evidence_for("heap-1.heapsnapshot"), evidence_for("heap-2.heapsnapshot")};
  series[0].option_ns = 50;
  series[1].option_ns = 5'000;
  const SeriesOrder found = find_order(series, ArgumentOrder::claimed);
  CHECK(found.source == OrderSource::option);
  CHECK(found.contradictions.empty());
  CHECK(!found.disputed);
}

TEST_CASE("--at replaces the time in the name, for the snapshots that it mentions") {
  std::vector<OrderEvidence> series{evidence_for("Heap-20260302T010000.heapsnapshot"),
                                    evidence_for("Heap-20260302T020000.heapsnapshot"),
                                    evidence_for("Heap-20260302T030000.heapsnapshot")};
  series[0].option_ns = series[1].name_time->ns + 1;
  const SeriesOrder found = find_order(series, ArgumentOrder::none);
  CHECK(found.order == Order{1, 0, 2});
  CHECK(found.source == OrderSource::option);
}

TEST_CASE("numbers in names are compared as numbers, however long") {
  CHECK(is_before_by_number("a/snapshot-9.heapsnapshot", "a/snapshot-10.heapsnapshot"));
  CHECK(!is_before_by_number("a/snapshot-10.heapsnapshot", "a/snapshot-9.heapsnapshot"));
  CHECK(is_before_by_number("snapshot-009", "snapshot-10"));
  CHECK(is_before_by_number("x1-9", "x2-1"));
  CHECK(is_before_by_number("1" + std::string(40, '0'), "2" + std::string(40, '0')));
  CHECK(is_before_by_number("alpha", "beta"));
}

TEST_CASE("an order's source has the schema's name") {
  CHECK(std::string(name_of(OrderSource::ids)) == "ids");
  CHECK(std::string(name_of(OrderSource::modification_time)) == "modification-time");
}
