// Every number of every node, class and class diff of the corpus is DevTools' number.

#include "heapdiff/diff/class_diff.h"
#include "support/devtools_answers.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace heapdiff;
using nlohmann::json;
using test::DevToolsAnswers;

namespace {

/// How many of `want` differ from `of(i)`, and the first.
template <class Of>
void compare_column(const std::string& name, const std::vector<std::int64_t>& want, std::uint32_t count, Of of) {
  REQUIRE(want.size() == count);
  std::uint32_t wrong = 0;
  std::uint32_t first = 0;
  for (std::uint32_t i = count; i-- > 0;) {
    if (static_cast<std::int64_t>(of(NodeIndex(i))) != want[i]) {
      ++wrong;
      first = i;
    }
  }
  CHECK_MESSAGE(wrong == 0, name, " differs ", wrong, " times, first in row ", first, ": DevTools ", want[first],
                ", got ", static_cast<std::int64_t>(of(NodeIndex(first))));
}

void compare_nodes(const Heap& heap, const DevToolsAnswers& answers) {
  const SnapshotGraph& graph = heap.graph;
  const std::uint32_t n = graph.node_count();
  compare_column("id", answers.column.at("id"), n, [&](NodeIndex i) { return graph.id(i); });
  compare_column("self size", answers.column.at("self"), n, [&](NodeIndex i) { return graph.self_size(i); });
  compare_column("retained size", answers.column.at("retained"), n,
                 [&](NodeIndex i) { return heap.retained_size(i) - graph.self_size(i); });
  compare_column("distance", answers.column.at("distance"), n, [&](NodeIndex i) { return heap.distances.of[i.get()]; });
  compare_column("dominator", answers.column.at("dom"), n,
                 [&](NodeIndex i) { return std::int64_t{i.get()} - heap.dominators.of(i).get(); });
  const auto names = answers.header.at("names").get<std::vector<std::string>>();
  const std::vector<std::int64_t>& name_of = answers.column.at("class");
  compare_column("class", name_of, n, [&](NodeIndex i) {
    const auto at = static_cast<std::size_t>(name_of[i.get()]);
    return heap.classes.name(i) == names[at] ? name_of[i.get()] : -1;
  });
}

void compare_classes(const Heap& heap, const DevToolsAnswers& answers) {
  std::vector<json> rows;
  for (const ConstructorRow& row : heap.constructors) {
    if (row.count != 0) {
      const ClassInfo& info = heap.classes.info(row.constructor);
      rows.push_back(json::array({info.key(), info.name, row.count, row.self_bytes, row.retained_bytes, row.distance}));
    }
  }
  std::sort(rows.begin(), rows.end());
  std::vector<json> want = answers.rows;
  std::sort(want.begin(), want.end());
  REQUIRE(rows.size() == want.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CHECK(rows[i] == want[i]);
  }
}

void compare_statistics(const HeapStatistics& s, const json& want) {
  CHECK(s.total == want.at("total"));
  CHECK(s.native == want.at("native").at("total"));
  CHECK(s.typed_arrays == want.at("native").at("typedArrays"));
  CHECK(s.v8_heap == want.at("v8heap").at("total"));
  CHECK(s.code == want.at("v8heap").at("code"));
  CHECK(s.js_arrays == want.at("v8heap").at("jsArrays"));
  CHECK(s.strings == want.at("v8heap").at("strings"));
  CHECK(s.system == want.at("v8heap").at("system"));
}

}  // namespace

TEST_CASE("every node, class and statistic of the corpus is as in DevTools") {
  const std::vector<std::string> names = test::corpus_names(".devtools.zst");
  CHECK(names == test::corpus_names(".heapsnapshot.zst"));
  CHECK(names.size() == 30);
  for (const std::string& name : names) {
    CAPTURE(name);
    const DevToolsAnswers answers = test::read_answers(test::corpus_folder() + name + ".devtools.zst");
    const Heap heap = compute_heap(load_snapshot(test::corpus_snapshot(name), LoadOptions()), {});
    REQUIRE(heap.graph.node_count() == answers.header.at("nodes"));
    CHECK(heap.graph.edge_count() == answers.header.at("edges"));
    // DevTools counts native memory that no node stands for, which Node 26 writes where allocations are tracked.
    CHECK(heap.graph.total_self_size() + heap.statistics.extra_native == answers.header.at("total"));
    compare_nodes(heap, answers);
    compare_classes(heap, answers);
    compare_statistics(heap.statistics, answers.header.at("statistics"));
  }
}

TEST_CASE("every row of the class diff of the corpus' pairs is as in DevTools") {
  const std::vector<std::string> pairs = test::corpus_names(".diff.zst");
  CHECK(pairs.size() == 15);
  for (const std::string& pair : pairs) {
    CAPTURE(pair);
    const DevToolsAnswers answers = test::read_answers(test::corpus_folder() + pair + ".diff.zst");
    const Heap newer = compute_heap(load_snapshot(test::corpus_snapshot(pair + "-2"), LoadOptions()), {});
    const Heap older =
        compute_heap(load_snapshot(test::corpus_snapshot(pair + "-1"), LoadOptions()), {}, &newer.interfaces);
    const ClassDiff diff = diff_classes(extract_classes(older), extract_classes(newer));
    CHECK(diff.identity.share() > 0.99);
    std::vector<json> rows;
    for (const ClassDiffRow& row : diff.rows) {
      if (row.listed_by_devtools()) {
        rows.push_back(
            json::array({row.key, row.name, row.added_count, row.removed_count, row.added_bytes, row.removed_bytes}));
      }
    }
    std::sort(rows.begin(), rows.end());
    std::vector<json> want = answers.rows;
    std::sort(want.begin(), want.end());
    REQUIRE(rows.size() == want.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      CHECK(rows[i] == want[i]);
    }
  }
}
