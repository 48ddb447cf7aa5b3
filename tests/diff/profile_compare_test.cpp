// Two sampling profiles.

#include "heapdiff/diff/profile_compare.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <random>
#include <string>

using namespace heapdiff;

namespace {

ProfiledFunction sampled_function(const std::string& name, std::uint32_t line, std::uint64_t samples,
                                  std::uint64_t each) {
  ProfiledFunction f;
  f.position.script = "/app/src/" + name + ".js";
  f.position.name = name;
  f.position.line = line;
  f.samples = samples;
  f.live_bytes = samples * each;
  f.squares = static_cast<double>(samples) * static_cast<double>(each) * static_cast<double>(each);
  return f;
}

HeapProfile whole_profile(std::vector<ProfiledFunction> functions) {
  HeapProfile profile;
  profile.functions = std::move(functions);
  for (const ProfiledFunction& f : profile.functions) {
    profile.live_bytes += f.live_bytes;
    profile.samples += f.samples;
  }
  return profile;
}

}  // namespace

TEST_CASE("the function that holds more is the first row, whatever line it moved to") {
  const HeapProfile base =
      whole_profile({sampled_function("leak", 10, 4, 1000), sampled_function("other", 5, 50, 1000)});
  const HeapProfile now =
      whole_profile({sampled_function("other", 7, 52, 1000), sampled_function("leak", 14, 90, 1000)});
  const ProfileComparison c = compare_profiles(base, now, {});
  REQUIRE(c.rows.size() == 2);
  CHECK(c.rows[0].position.name == "leak");
  CHECK(c.rows[0].position.line == 14);
  CHECK(c.rows[0].difference() == 86'000);
  CHECK(c.rows[0].is_certain());
  CHECK(!c.rows[1].is_certain());
  std::int64_t sum = c.unexplained_bytes;
  for (const ProfileRow& row : c.rows) {
    sum += row.difference();
  }
  CHECK(sum == c.new_bytes - c.base_bytes);
}

TEST_CASE("two samplings of one heap: hardly ever is any function outside of its error") {
  // 60 functions that each hold 200 objects; one in twenty is sampled.
  std::mt19937 engine(892);  // NOLINT: the same draws in every run
  const auto sampled = [&] {
    std::vector<ProfiledFunction> functions;
    for (std::uint32_t f = 0; f < 60; ++f) {
      std::uint64_t samples = 0;
      for (int i = 0; i < 200; ++i) {
        samples += engine() % 20 == 0 ? 1U : 0U;
      }
      functions.push_back(sampled_function("f" + std::to_string(f), f + 1, samples, 20'000));
    }
    return whole_profile(std::move(functions));
  };
  int loud = 0;
  constexpr int kPairs = 300;
  for (int pair = 0; pair < kPairs; ++pair) {
    const ProfileComparison c = compare_profiles(sampled(), sampled(), {});
    for (const ProfileRow& row : c.rows) {
      if (row.is_certain()) {
        ++loud;
        break;
      }
    }
  }
  CHECK(loud <= kPairs * 5 / 100);
}

TEST_CASE("no sample at all is no certainty") {
  const ProfileComparison c =
      compare_profiles(whole_profile({}), whole_profile({sampled_function("once", 3, 2, 500'000)}), {});
  REQUIRE(c.rows.size() == 1);
  CHECK(!c.rows[0].is_certain());
}
