// Columns take their memory from shared pages or from the system; nothing of that may show.

#include "heapdiff/snapshot/column.h"

#include "runtime/small_pages.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
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
      // From a few bytes to what does not fit the shared pages.
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

TEST_CASE("two threads share pages while a third one makes them ready") {
  std::atomic<bool> enough = false;
  std::thread warming([&] {
    while (!enough.load()) {
      heapdiff::detail::warm_small(1 << 20, enough);
    }
  });
  std::thread other([] { churn(11, 0x40000000); });
  churn(12, 0x50000000);
  other.join();
  enough.store(true);
  warming.join();
}

TEST_CASE("when shared pages are used up columns come from the system, and what is given back is used again") {
  std::vector<Column<std::uint32_t>> all;
  for (std::uint32_t i = 0; i < 80; ++i) {
    all.emplace_back((1U << 18U) + i);  // 1 MB each, 80 MB in all
    fill(all.back(), i + 1);
  }
  int wrong = 0;
  for (std::uint32_t i = 0; i < 80; ++i) {
    wrong += is_filled(all[i], i + 1) ? 0 : 1;
  }
  CHECK(wrong == 0);
  for (std::uint32_t i = 1; i < 80; i += 2) {
    all[i].release();  // holes first, then what lies between them
  }
  all.clear();
  const Column<std::uint32_t> whole((std::size_t{1} << 19U) - 64);
  CHECK(is_zero(whole));
}

TEST_CASE("a part of a block that is given back joins its neighbours") {
  using namespace heapdiff::detail;
  void* const block = allocate_small(std::size_t{1} << 20U);
  if (block == nullptr) {
    return;  // a build with the address sanitizer shares nothing
  }
  CHECK(is_small(block));
  CHECK(small_granules(1) == small_granules(64));
  CHECK(allocate_small(std::size_t{2} << 20U) == nullptr);
  auto* const bytes = static_cast<char*>(block);
  free_small(bytes + (512 << 10), 512 << 10);
  free_small(bytes, 512 << 10);
  void* const again = allocate_small(std::size_t{1} << 20U);
  CHECK(again == block);  // first fit: nothing else was given back before it
  free_small(again, std::size_t{1} << 20U);
}

}  // namespace
