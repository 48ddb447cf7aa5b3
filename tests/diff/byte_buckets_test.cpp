// Every new byte of a series is in exactly one of five buckets, whatever the heap looks like.

#include "support/drawn_series.h"

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

using namespace heapdiff;

namespace {

using Random = std::mt19937_64;

std::uint64_t pick(Random& random, std::uint64_t low, std::uint64_t high) {
  return std::uniform_int_distribution<std::uint64_t>(low, high)(random);
}

/// One place of a drawn program and how the number of its objects changes.
struct Place {
  enum class Growth : std::uint8_t { steady, levels_off, replaced, sawtooth };
  enum class Holder : std::uint8_t { array, map, dictionary, scope, code };
  Growth growth = Growth::steady;
  Holder holder = Holder::array;
  std::uint64_t per_step = 0;
  std::uint64_t bytes = 0;        ///< of one object
  std::uint64_t table_bytes = 0;  ///< that the table grows by for each object; it keeps its id
};

Place draw_place(Random& random) {
  Place place;
  place.growth = static_cast<Place::Growth>(pick(random, 0, 3));
  place.holder = static_cast<Place::Holder>(pick(random, 0, 4));
  place.per_step = pick(random, 1, 60);
  place.bytes = 8 * pick(random, 2, 300);
  place.table_bytes = pick(random, 0, 2) == 0 ? 40 : 0;
  return place;
}

/// First and last object of a place at a step, as numbers that stay with the objects.
std::pair<std::uint64_t, std::uint64_t> objects_at(const Place& place, std::uint64_t step) {
  switch (place.growth) {
    case Place::Growth::steady:
      return {0, place.per_step * (step + 1)};
    case Place::Growth::levels_off:
      return {0, place.per_step * std::min<std::uint64_t>(step + 1, 2)};
    case Place::Growth::replaced:
      return {place.per_step * step, place.per_step * (step + 2)};
    case Place::Growth::sawtooth:
      return {place.per_step * (step / 2 * 2), place.per_step * (step + 1)};
  }
  return {0, 0};
}

void draw(test::Drawing& d, const Place& place, std::uint64_t number, std::uint64_t step) {
  constexpr std::uint64_t kIdsOfPlace = 1'000'000;
  const std::uint64_t ids = kIdsOfPlace * (number + 1);
  const auto [first, end] = objects_at(place, step);
  const std::uint32_t owner = d.node("object", fmt::format("Service{}", number), ids);
  d.edge(d.global, "property", fmt::format("service{}", number), owner);
  static constexpr const char* kHolders[] = {"Array", "Map", "Object", "system / Context", "Compiler"};
  static constexpr const char* kEdges[] = {"elements", "table", "properties", "context", "code"};
  const auto kind = static_cast<std::size_t>(place.holder);
  const bool is_code = place.holder == Place::Holder::code;
  const std::uint32_t holder = d.node("object", kHolders[kind], ids + 1);
  d.edge(owner, "property", "held", holder);
  const std::uint64_t table_bytes = 1200 + place.table_bytes * end;
  const std::uint32_t table = d.node(is_code ? "code" : "array", "", ids + 2, table_bytes);
  d.edge(holder, "internal", kEdges[kind], table);
  for (std::uint64_t i = first; i < end; ++i) {
    const std::uint32_t object =
        d.node(is_code ? "code" : "object", fmt::format("Thing{}", number), ids + 10 + 2 * i, place.bytes);
    d.edge(table, "internal", fmt::format("{}", i - first), object);
    if (i % 3 == 0) {
      d.edge(object, "property", "part", d.node("object", "Part", ids + 11 + 2 * i, 16));
    }
  }
}

struct DrawnSeries {
  std::vector<Facts> facts;
  std::vector<double> hours;
  Heap last;
};

DrawnSeries draw_series(std::uint64_t seed) {
  Random random(seed);
  std::vector<Place> places(pick(random, 1, 9));
  std::generate(places.begin(), places.end(), [&] { return draw_place(random); });
  DrawnSeries series;
  const std::uint64_t snapshots = pick(random, 2, 7);
  for (std::uint64_t step = 0; step < snapshots; ++step) {
    test::Drawing d;
    d.root = d.text.add_root();
    const std::uint32_t roots = d.node("synthetic", "(GC roots)", 1, 0);
    d.edge(d.root, "element", "1", roots);
    d.global = d.node("object", "global / ", 2, 1000);
    d.edge(roots, "element", "1", d.global);
    for (std::size_t i = 0; i < places.size(); ++i) {
      draw(d, places[i], i, step);
    }
    series.last = compute_heap(test::load_text(d.text.text()), {});
    series.facts.push_back(collect(series.last));
    series.hours.push_back(static_cast<double>(step));
  }
  return series;
}

/// New bytes without any search for holders: objects that the first snapshot does not have, and growth of large ones.
std::int64_t new_bytes(const DrawnSeries& series) {
  const SnapshotGraph& graph = series.last.graph;
  const Facts& first = series.facts.front();
  std::uint64_t bytes = 0;
  for (std::uint32_t i = 1; i < graph.node_count(); ++i) {
    const NodeIndex n(i);
    const auto known = first.objects.find(graph.id(n));
    if (!known || known->fingerprint != fingerprint(graph, n)) {
      bytes += graph.self_size(n);
    } else if (graph.self_size(n) >= Facts::kLargeOwnBytes) {
      bytes += graph.self_size(n) - std::min(graph.self_size(n), first.own_bytes_at_least(graph.id(n)));
    }
  }
  return static_cast<std::int64_t>(bytes);
}

}  // namespace

TEST_CASE("the five byte buckets of drawn heaps sum to the new bytes") {
  Findings seen;
  for (std::uint64_t seed = 0; seed < 120; ++seed) {
    CAPTURE(seed);
    const DrawnSeries series = draw_series(seed);
    const Findings findings =
        find_suspects(series.last, series.facts, clocks_of(series.facts.size(), {}, series.hours));
    CHECK(findings.new_bytes == new_bytes(series));
    CHECK(findings.suspect_bytes + findings.overhead_bytes + findings.dismissed_bytes + findings.replaced_bytes +
              findings.unattributed_bytes ==
          findings.new_bytes);
    for (const std::int64_t bucket : {findings.suspect_bytes, findings.overhead_bytes, findings.dismissed_bytes,
                                      findings.replaced_bytes, findings.unattributed_bytes}) {
      CHECK(bucket >= 0);
    }
    seen.suspect_bytes += findings.suspect_bytes;
    seen.overhead_bytes += findings.overhead_bytes;
    seen.dismissed_bytes += findings.dismissed_bytes;
    seen.replaced_bytes += findings.replaced_bytes;
    seen.unattributed_bytes += findings.unattributed_bytes;
  }
  // The drawn heaps fill all of them.
  CHECK(seen.suspect_bytes > 0);
  CHECK(seen.overhead_bytes > 0);
  CHECK(seen.dismissed_bytes > 0);
  CHECK(seen.replaced_bytes > 0);
  CHECK(seen.unattributed_bytes > 0);
}
