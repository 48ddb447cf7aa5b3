#include "heapdiff/diff/verdict.h"

#include "support/drawn_series.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <functional>
#include <vector>

using namespace heapdiff;
using namespace heapdiff::test;

namespace {

/// Draws one generator below `cursors`: suspended, with its frame.
void suspend(Drawing& d, std::uint32_t cursors, std::uint32_t function, std::uint64_t id) {
  const std::uint32_t generator = d.node("object", "rows", id, 100);
  d.edge(cursors, "element", fmt::format("{}", id), generator);
  d.edge(generator, "internal", "function", function);
  d.edge(generator, "internal", "parameters_and_registers", d.node("array", "", id + 1, 900));
}

/// The verdict on snapshots without times, each drawn with the cursors of the program, a function and its step.
VerdictReason judged(std::size_t snapshots,
                     const std::function<void(Drawing&, std::uint32_t, std::uint32_t, std::size_t)>& draw) {
  std::vector<Facts> facts;
  Heap last;
  for (std::size_t k = 0; k < snapshots; ++k) {
    Drawing d;
    d.step = static_cast<std::uint32_t>(k);
    d.root = d.text.add_root();
    const std::uint32_t roots = d.node("synthetic", "(GC roots)", 1, 0);
    d.edge(d.root, "element", "1", roots);
    d.global = d.node("object", "global / ", 2, 1000);
    d.edge(d.root, "shortcut", "global", d.global);
    d.edge(roots, "element", "1", d.global);
    const std::uint32_t cursors = collection(d, "object", "Array");
    const std::uint32_t function = d.node("closure", "rows", 60);
    d.edge(d.global, "property", "rows", function);
    draw(d, cursors, function, k);
    last = compute_heap(load_text(d.text.text()), {});
    facts.push_back(collect(last));
  }
  return judge_verdict(find_suspects(last, facts, clocks_of(facts.size(), {}, {})), facts).reason;
}

constexpr std::uint64_t kUneven[] = {300, 600, 1600};

}  // namespace

TEST_CASE("calls that were suspended in every step, and none of them finished, are a leak however unevenly they came") {
  CHECK(judged(3, [](Drawing& d, std::uint32_t cursors, std::uint32_t function, std::size_t k) {
          for (std::uint64_t i = 0; i < kUneven[k]; ++i) {
            suspend(d, cursors, function, kItems + kSpan * i);
          }
        }) == VerdictReason::many_suspended);
}

TEST_CASE("calls of which one in a hundred and less was finished are a leak, too") {
  CHECK(judged(3, [](Drawing& d, std::uint32_t cursors, std::uint32_t function, std::size_t k) {
          const std::uint64_t finished = k == 2 ? 5 : 0;
          for (std::uint64_t i = finished; i < kUneven[k] + finished; ++i) {
            suspend(d, cursors, function, kItems + kSpan * i);
          }
        }) == VerdictReason::many_suspended);
}

TEST_CASE("calls in progress that are finished and replaced are no proof of a leak") {
  // As many as above at each time, but the first hundreds were finished, and new ones took their place.
  const auto reason = judged(3, [](Drawing& d, std::uint32_t cursors, std::uint32_t function, std::size_t k) {
    const std::uint64_t finished = k == 2 ? 200 : 0;
    for (std::uint64_t i = finished; i < kUneven[k] + finished; ++i) {
      suspend(d, cursors, function, kItems + kSpan * i);
    }
  });
  CHECK(reason == VerdictReason::uneven_growth);
}

TEST_CASE("records that came as unevenly as calls stay undecided, because a cache may hold them") {
  const auto reason = judged(3, [](Drawing& d, std::uint32_t cursors, std::uint32_t, std::size_t k) {
    fill(d, cursors, "element", "object", "Row", kUneven[k]);
  });
  CHECK(reason == VerdictReason::uneven_growth);
}

TEST_CASE("a few suspended calls are no proof of a leak") {
  const auto reason = judged(3, [](Drawing& d, std::uint32_t cursors, std::uint32_t function, std::size_t k) {
    for (std::uint64_t i = 0; i < kUneven[k] / 4; ++i) {
      suspend(d, cursors, function, kItems + kSpan * i);
    }
  });
  CHECK(reason == VerdictReason::uneven_growth);
}
