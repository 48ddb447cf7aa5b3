// Growth of the heap without what V8 compiles, discards, and compiles again.

#include "support/drawn_series.h"

#include <array>

using namespace heapdiff;
using namespace heapdiff::test;

namespace {

constexpr std::array<std::uint64_t, 5> kCode = {300, 520, 410, 560, 380};  // as it varies in a quiet program

/// A function whose code is compiled again for each snapshot, below `holder`.
void draw_code(Drawing& d, std::uint32_t holder) {
  const std::uint32_t function = d.node("closure", "work", 20);
  d.edge(holder, "property", "work", function);
  for (std::uint64_t i = 0; i < kCode[d.step]; ++i) {
    d.edge(function, "internal", fmt::format("c{}", i),
           d.node("code", "system / BytecodeArray", 10000 + 1000 * d.step + i, 500));
  }
}

}  // namespace

TEST_CASE("code that is discarded and compiled again is no growth and no noise") {
  const Findings findings = grow(
      kCode.size(), [](Drawing& d, std::uint64_t) { draw_code(d, d.global); }, steadily);
  REQUIRE(findings.unexplained_levels.size() == kCode.size());
  for (const double level : findings.unexplained_levels) {
    CHECK(level == findings.unexplained_levels.front());
  }
}

TEST_CASE("growth of the heap is seen below the noise of compiled code") {
  const Findings findings = grow(
      kCode.size(),
      [](Drawing& d, std::uint64_t items) {
        draw_code(d, d.global);
        fill(d, table_of(d, collection(d, "object", "Set"), "table", ""), "internal", "string", "x", items, 100);
      },
      steadily);
  REQUIRE(findings.unexplained_levels.size() == kCode.size());
  for (std::size_t k = 1; k < kCode.size(); ++k) {
    CHECK(findings.unexplained_levels[k] - findings.unexplained_levels[k - 1] == 100 * 100);
  }
}

TEST_CASE("code that a program keeps counts as growth of the heap") {
  const Findings findings = grow(
      4,
      [](Drawing& d, std::uint64_t items) {
        const std::uint32_t store = table_of(d, collection(d, "object", "Set"), "table", "");
        for (std::uint64_t i = 0; i < items; ++i) {
          const std::uint32_t made = d.node("closure", "made", kItems + kSpan * i, 64);
          d.edge(store, "internal", fmt::format("{}", i + 3), made);
          d.edge(made, "internal", "shared", d.node("code", "made", kItems + kSpan * i + 1, 936));
        }
      },
      steadily);
  const std::vector<double>& levels = findings.unexplained_levels;
  REQUIRE(levels.size() == 4);
  CHECK(levels.back() - levels.front() == 300 * 1000);
}
