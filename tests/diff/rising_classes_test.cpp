// Which classes rise where no object can be followed.

#include "growth/rising_classes.h"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

using namespace heapdiff;

namespace {

struct ClassLevel {
  std::int64_t count;
  std::int64_t retained_bytes;
};

/// The names of those that rise, of one class `name` with a level for each snapshot.
std::vector<std::string> rising(const std::string& name, const std::vector<ClassLevel>& levels,
                                const std::vector<double>& hours = {}, std::uint64_t total_bytes = 0) {
  std::vector<Facts> facts(levels.size());
  for (std::size_t k = 0; k < levels.size(); ++k) {
    facts[k].total_bytes = total_bytes;
    if (levels[k].count != 0) {
      facts[k].constructors[name] = {levels[k].count, 0, levels[k].retained_bytes};
    }
  }
  std::vector<std::string> names;
  for (const RisingClass& row : rising_classes(facts, hours)) {
    names.push_back(row.name);
    CHECK(row.retained_growth_bytes == levels.back().retained_bytes - levels.front().retained_bytes);
  }
  return names;
}

const std::vector<std::string> kNoNames;
const std::vector<std::string> kRecord{"Record"};

}  // namespace

TEST_CASE("a class rises when it gains about as many objects in each step, from 32 kB on") {
  CHECK(rising("Record", {{100, 1000}, {200, 20000}, {300, 33000}}) == kRecord);
  CHECK(rising("Record", {{100, 1000}, {200, 20000}, {300, 32999}}) == kNoNames);
  CHECK(rising("Record", {{0, 0}, {100, 20000}, {200, 40000}}) == kRecord);  // the first snapshot has none
  CHECK(rising("Record", {{100, 1000}, {300, 60000}}) == kNoNames);          // two snapshots show no trend
  CHECK(rising("Record", {{100, 1000}, {200, 50000}, {200, 90000}}) == kNoNames);
}

TEST_CASE("a class rises when it gains a five-hundredth of a large heap") {
  CHECK(rising("Record", {{100, 0}, {200, 50000}, {300, 100000}}, {}, 50'000'000) == kRecord);
  CHECK(rising("Record", {{100, 0}, {200, 50000}, {300, 99999}}, {}, 50'000'000) == kNoNames);
}

TEST_CASE("a class that rises by the clock rises, although the steps are uneven") {
  const std::vector<ClassLevel> levels{{100, 0}, {200, 20000}, {1100, 200000}};
  CHECK(rising("Record", levels) == kNoNames);
  CHECK(rising("Record", levels, {0, 1, 10}) == kRecord);
  CHECK(rising("Record", levels, {0, 0, 10}) == kNoNames);
}

TEST_CASE("of the classes that rise the program's own come first, then those that keep most") {
  std::vector<Facts> facts(3);
  for (std::size_t k = 0; k < 3; ++k) {
    const auto n = static_cast<std::int64_t>(k);
    facts[k].constructors["(string)"] = {100 * n, 0, 900000 * n};
    facts[k].constructors["Little"] = {100 * n, 0, 40000 * n};
    facts[k].constructors["Much"] = {100 * n, 0, 80000 * n};
  }
  const std::vector<RisingClass> rows = rising_classes(facts, {});
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].name == "Much");
  CHECK(rows[0].counts == std::vector<std::int64_t>{0, 100, 200});
  CHECK(rows[1].name == "Little");
  CHECK(rows[2].name == "(string)");
}
