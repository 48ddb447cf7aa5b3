// Small columns are allocated and large ones are mapped; a column behaves the same either way.

#include "heapdiff/snapshot/detail/column.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <thread>
#include <utility>
#include <vector>

namespace {

using heapdiff::Column;

bool is_zero(const Column<std::uint32_t>& column) {
  return std::all_of(column.span().begin(), column.span().end(), [](std::uint32_t v) { return v == 0; });
}

bool is_filled(const Column<std::uint32_t>& column, std::uint32_t value) {
  return std::all_of(column.span().begin(), column.span().end(), [&](std::uint32_t v) { return v == value; });
}

void fill(Column<std::uint32_t>& column, std::uint32_t value) { std::fill_n(column.data(), column.size(), value); }

struct Held {
  Column<std::uint32_t> column;
  std::uint32_t value;
};

/// Makes, shortens and drops columns at random; each must begin as zeros and keep what was written to it.
void churn(std::uint32_t seed, std::uint32_t tag) {
  std::mt19937 random(seed);
  std::vector<Held> held;
  int wrong = 0;
  for (std::uint32_t step = 0; step < 2000; ++step) {
    const std::uint32_t what = random() % 8;
    if (held.size() < 4 || (what < 4 && held.size() < 60)) {
      // From 4 bytes to 4 MB, which is mapped.
      const std::size_t size = std::size_t{1} + random() % (std::size_t{1} << (random() % 21));
      Held fresh{Column<std::uint32_t>(size), tag + step};
      wrong += is_zero(fresh.column) ? 0 : 1;
      fill(fresh.column, fresh.value);
      held.push_back(std::move(fresh));
      continue;
    }
    const std::size_t i = random() % held.size();
    wrong += is_filled(held[i].column, held[i].value) ? 0 : 1;
    if (what == 7) {
      const std::size_t shorter = 1 + held[i].column.size() / 2;
      held[i].column = Column<std::uint32_t>::reuse(std::move(held[i].column), shorter);
      wrong += held[i].column.size() == shorter && is_filled(held[i].column, held[i].value) ? 0 : 1;
    } else {
      std::swap(held[i], held.back());
      held.pop_back();
    }
  }
  for (const Held& h : held) {
    wrong += is_filled(h.column, h.value) ? 0 : 1;
  }
  CHECK(wrong == 0);
}

TEST_CASE("columns begin as zeros and keep to themselves, whatever came before") {
  for (std::uint32_t seed = 0; seed < 4; ++seed) {
    churn(seed, seed << 16U);
  }
}

TEST_CASE("two threads make and drop columns at the same time") {
  std::thread other([] { churn(11, 0x40000000); });
  churn(12, 0x50000000);
  other.join();
}

TEST_CASE("a mapped column that is cut to less than mapped blocks have stays one") {
  constexpr std::size_t kMapped = heapdiff::detail::kMinMappedBytes / sizeof(std::uint32_t);
  for (const std::size_t size : {kMapped - 1, kMapped, kMapped + 1}) {
    CAPTURE(size);
    Column<std::uint32_t> whole(size);
    CHECK(is_zero(whole));
    fill(whole, 7);
    const std::uint32_t* const memory = whole.data();
    auto part = Column<std::uint16_t>::reuse(std::move(whole), 5000);
    CHECK(whole.empty());  // NOLINT(bugprone-use-after-move): a moved column is empty
    CHECK(static_cast<const void*>(part.data()) == memory);
    REQUIRE(part.size() == 5000);
    CHECK(part[4998] == 7);
    CHECK(part[4999] == 0);
    part.prefault();
    Column<std::uint16_t> moved;
    moved = std::move(part);
    CHECK(moved[0] == 7);
    moved.release();
    CHECK(moved.empty());
  }
}

TEST_CASE("a column too small to be reused gives a new one, all zero") {
  Column<std::uint32_t> small(10);
  fill(small, 3);
  const auto large = Column<std::uint32_t>::reuse(std::move(small), 11);
  REQUIRE(large.size() == 11);
  CHECK(is_zero(large));
}

TEST_CASE("values that were discarded are zero or as they were") {
  Column<std::uint32_t> column(heapdiff::detail::kMinMappedBytes);  // 8 MB
  fill(column, 9);
  column.discard(1000, 1'000'000);
  int wrong = 0;
  for (std::size_t i = 0; i < column.size(); ++i) {
    const bool discarded = i >= 1000 && i < 1'001'000;
    wrong += column[i] == 9 || (discarded && column[i] == 0) ? 0 : 1;
  }
  CHECK(wrong == 0);
}

}  // namespace
