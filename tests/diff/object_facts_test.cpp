#include "heapdiff/diff/object_facts.h"

#include "support/load_text.h"
#include "support/snapshot_text.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <random>
#include <vector>

using heapdiff::ObjectFact;
using heapdiff::ObjectFacts;
using heapdiff::test::load_text;
using heapdiff::test::SnapshotText;

TEST_CASE("packed objects come back as they went in, in order and one by one") {
  std::mt19937_64 dice(7);
  std::vector<ObjectFact> wanted;
  std::uint64_t id = 0;
  for (int i = 0; i < 5000; ++i) {
    id += i % 97 == 0 ? (dice() >> (dice() % 40 + 20)) * 2 : 2 * (dice() % 60 + 1);
    wanted.push_back({id + 1, dice() >> (dice() % 64), static_cast<std::uint8_t>(dice())});
    id += 1;
  }
  wanted.push_back({UINT64_MAX, UINT64_MAX, 255});
  ObjectFacts facts(wanted.size());
  for (const ObjectFact& fact : wanted) {
    facts.add(fact);
  }
  REQUIRE(facts.size() == wanted.size());
  std::size_t at = 0;
  for (const ObjectFact& fact : facts) {
    REQUIRE(fact.id == wanted[at].id);
    REQUIRE(fact.retained_bytes == wanted[at].retained_bytes);
    REQUIRE(fact.fingerprint == wanted[at].fingerprint);
    ++at;
  }
  CHECK(at == wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto found = facts.find(wanted[i].id);
    REQUIRE(found);
    REQUIRE(found->retained_bytes == wanted[i].retained_bytes);
    if (i != 0 && wanted[i].id - 1 != wanted[i - 1].id) {
      REQUIRE_FALSE(facts.find(wanted[i].id - 1));
    }
  }
  CHECK_FALSE(ObjectFacts().find(1));
  CHECK_FALSE(facts.find(0));
}

TEST_CASE("an object with a near neighbour and a small size takes less than four bytes") {
  ObjectFacts facts(100'000);
  for (std::uint64_t i = 0; i < 100'000; ++i) {
    facts.add({2 * i + 1, 8 * (i % 60), 1});
  }
  CHECK(facts.memory_bytes() < 4 * facts.size());
}

TEST_CASE("objects are put in order of their ids, whether ids are dense, sparse, or used twice") {
  const auto order_of = [](const std::vector<std::uint64_t>& ids) {
    SnapshotText text;
    text.add_root();
    for (const std::uint64_t id : ids) {
      text.add_node("object", "N", 8, id);
    }
    const auto loaded = load_text(text.text());
    const auto order = heapdiff::objects_by_id(loaded.graph);
    return std::vector<std::uint32_t>(order.data(), order.data() + order.size());
  };
  CHECK(order_of({7, 4, 5, 3}) == std::vector<std::uint32_t>{0, 4, 3, 1});
  CHECK(order_of({7'000'000'001, 4, 5, 3}) == std::vector<std::uint32_t>{0, 4, 3, 1});
  CHECK(order_of({9, 3, 9, 5}) == std::vector<std::uint32_t>{0, 2, 4, 1, 3});
}
