#include "heapdiff/diff/series_check.h"

#include <doctest/doctest.h>

#include <vector>

using heapdiff::Facts;
using heapdiff::series_warnings;

namespace {

Facts snapshot(const char* name, const char* digest, std::int64_t time, std::uint64_t last_id) {
  Facts facts;
  facts.input.name = name;
  facts.input.digest = digest;
  facts.captured_ns = time;
  facts.objects = heapdiff::ObjectFacts(1);
  facts.objects.add({last_id, 0, 0});
  return facts;
}

}  // namespace

TEST_CASE("a series in order has no warnings") {
  std::vector<Facts> facts;
  facts.push_back(snapshot("a", "1", 10, 101));
  facts.push_back(snapshot("b", "2", 20, 201));
  CHECK(series_warnings(facts).empty());
}

TEST_CASE("the same file twice, one time twice, and ids that run backwards are told") {
  std::vector<Facts> facts;
  facts.push_back(snapshot("a", "1", 10, 201));
  facts.push_back(snapshot("b", "1", 10, 201));
  facts.push_back(snapshot("c", "3", 20, 101));
  const auto warnings = series_warnings(facts);
  REQUIRE(warnings.size() == 3);
  CHECK(warnings[0].find("same content") != std::string::npos);
  CHECK(warnings[1].find("same time") != std::string::npos);
  CHECK(warnings[2].find("c comes after b") == 0);
}
