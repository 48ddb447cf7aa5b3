// One graph, written as different versions of V8 and other producers write it: the numbers stay.

#include "heapdiff/snapshot/file_position.h"
#include "support/devtools_answers.h"
#include "support/heap_tables.h"
#include "support/snapshot_document.h"
#include "support/snapshot_text.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace heapdiff;
using test::differences;
using test::heap_of;
using test::node_table;
using test::SnapshotDocument;
using test::SnapshotText;

namespace {

std::string text_of(const std::string& name) { return test::expanded_file(test::corpus_snapshot(name)); }

using Fields = std::vector<std::string>;
const Fields kFive{"type", "name", "id", "self_size", "edge_count"};

Fields with(const Fields& fields, const Fields& more) {
  Fields all = fields;
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

/// The ids of the nodes by a column of optional field values that are not zero.
template <class Of>
std::vector<std::uint64_t> ids_where(const Heap& heap, Of of) {
  std::vector<std::uint64_t> ids;
  for (std::uint32_t i = 0; i < heap.graph.node_count(); ++i) {
    if (of(NodeIndex(i))) {
      ids.push_back(heap.graph.id(NodeIndex(i)));
    }
  }
  return ids;
}

}  // namespace

TEST_CASE("a sixth node field is the trace in one layout and detachedness in the other") {
  const std::string text = text_of("chromium-tracked-2");
  const Heap whole = heap_of(text);
  const auto detached = [](const Heap& heap) {
    return ids_where(heap, [&](NodeIndex n) { return heap.graph.detachedness(n) == Detachedness::detached; });
  };
  const auto traced = [](const Heap& heap) {
    return ids_where(heap, [&](NodeIndex n) { return heap.graph.trace_id(n) != 0; });
  };
  REQUIRE(whole.graph.meta().node_fields.size() == 7);
  REQUIRE(detached(whole).size() > 100);
  REQUIRE(traced(whole).size() > 100);
  const auto none = [](std::size_t, const std::string&) { return std::int64_t{0}; };

  SnapshotDocument as_node24(text);
  as_node24.set_node_fields(with(kFive, {"detachedness"}), none);
  const Heap node24 = heap_of(as_node24.text());
  CHECK(differences(node_table(whole), node_table(node24)) == 0);
  CHECK(detached(node24) == detached(whole));
  CHECK(traced(node24).empty());

  SnapshotDocument as_node14(text);
  as_node14.set_node_fields(with(kFive, {"trace_node_id"}), none);
  const Heap node14 = heap_of(as_node14.text());
  CHECK(detached(node14).empty());
  CHECK(traced(node14) == traced(whole));
  CHECK_FALSE(node14.graph.has_detachedness());

  SnapshotDocument swapped(text);
  swapped.set_node_fields({"detachedness", "edge_count", "id", "trace_node_id", "self_size", "name", "type"}, none);
  CHECK(differences(node_table(whole), node_table(heap_of(swapped.text()))) == 0);
}

TEST_CASE("node fields that nobody knows are skipped") {
  const std::string text = text_of("node20-plain-1");
  SnapshotDocument document(text);
  document.set_node_fields(
      {"hash", "type", "name", "id", "self_size", "edge_count", "trace_node_id", "detachedness", "age"},
      [](std::size_t row, const std::string&) { return static_cast<std::int64_t>(row % 1000); });
  CHECK(differences(node_table(heap_of(text)), node_table(heap_of(document.text()))) == 0);
}

TEST_CASE("locations of five fields say what those of four say, and name the script") {
  const std::string text = text_of("chromium-plain-1");
  const Heap five = heap_of(text);
  SnapshotDocument document(text);
  REQUIRE(document.stride("location_fields") == 5);
  REQUIRE(document.field("location_fields", "script_object_index") == 2);
  SnapshotDocument::Numbers rows;
  const SnapshotDocument::Numbers old = document.numbers("locations");
  for (std::size_t i = 0; i < old.size(); i += 5) {
    rows.insert(rows.end(), {old[i], old[i + 1], old[i + 3], old[i + 4]});
  }
  document.numbers("locations") = rows;
  document.meta()["location_fields"] = Fields{"object_index", "script_id", "line", "column"};
  const Heap four = heap_of(document.text());
  CHECK(differences(node_table(five), node_table(four)) == 0);
  REQUIRE(five.graph.locations().rows.size() == old.size() / 5);
  REQUIRE(four.graph.locations().rows.size() == old.size() / 5);
  std::size_t scripts = 0;
  for (std::size_t i = 0; i < five.graph.locations().rows.size(); ++i) {
    const Location& a = five.graph.locations().rows[i];
    const Location& b = four.graph.locations().rows[i];
    CHECK(a.node == b.node);
    CHECK(a.line == b.line);
    CHECK(a.column == b.column);
    CHECK_FALSE(b.script);
    if (a.script) {
      ++scripts;
      CHECK(five.graph.name(a.script).starts_with("system / Script"));
    }
  }
  CHECK(scripts > 0);
}

TEST_CASE("scope sections with negative numbers are passed over, and locations of five fields do without them") {
  const std::string text = text_of("chromium-plain-1");
  SnapshotDocument document(text);
  const SnapshotDocument::Numbers& scopes = document.numbers("scopes");
  REQUIRE(std::any_of(scopes.begin(), scopes.end(), [](std::int64_t value) { return value < 0; }));
  document.drop("scopes");
  document.drop("scope_context_vars");
  document.drop("scope_uses");
  CHECK(differences(node_table(heap_of(text)), node_table(heap_of(document.text()))) == 0);
}

TEST_CASE("positions before the first character of a file are read with a sign and without one") {
  const std::string text = text_of("node24-tracked-1");
  const auto with_first = [&](std::int64_t line, std::int64_t column) {
    SnapshotDocument document(text);
    SnapshotDocument::Numbers& locations = document.numbers("locations");
    locations[document.field("location_fields", "line")] = line;
    locations[document.field("location_fields", "column")] = column;
    SnapshotDocument::Numbers& functions = document.numbers("trace_function_infos");
    functions[document.field("trace_function_info_fields", "line")] = line;
    functions[document.field("trace_function_info_fields", "column")] = column;
    return std::pair(document.text(), locations[0] / static_cast<std::int64_t>(document.stride("node_fields")));
  };
  // As V8 13.6 writes it (Node.js 24), and as versions before did.
  const auto [signed_text, row] = with_first(-1, -62);
  const auto [unsigned_text, same_row] = with_first(4294967295, 4294967234);
  const NodeIndex node(static_cast<std::uint32_t>(row));
  for (const std::string& written : {signed_text, unsigned_text}) {
    const Heap heap = heap_of(written);
    const Location* location = heap.graph.locations().find(node);
    REQUIRE(location != nullptr);
    CHECK(location->line == 4294967295U);
    CHECK(location->column == 4294967234U);
    CHECK_FALSE(is_inside_file(location->line));
    CHECK_FALSE(is_inside_file(location->column));
    CHECK(heap.graph.locations().trace_functions.at(0).line == 0);
    CHECK(heap.graph.locations().trace_functions.at(0).column == 0);
  }
  CHECK(differences(node_table(heap_of(signed_text)), node_table(heap_of(unsigned_text))) == 0);
}

TEST_CASE("sections that are missing are empty") {
  const std::string text = text_of("node16-plain-1");
  SnapshotDocument document(text);
  for (const std::string_view section : {"trace_function_infos", "trace_tree", "samples"}) {
    document.drop(section);
  }
  CHECK(differences(node_table(heap_of(text)), node_table(heap_of(document.text()))) == 0);
  document.drop("locations");
  const Heap without = heap_of(document.text());
  CHECK(without.graph.locations().rows.empty());
  for (std::uint32_t i = 0; i < without.graph.node_count(); ++i) {
    REQUIRE_FALSE(without.classes.info(without.classes.of(NodeIndex(i))).located);
  }
}

TEST_CASE("the layout of the text changes nothing") {
  for (const std::string name : {"node14-tracked-1", "node24-tracked-1", "chromium-plain-1"}) {
    CAPTURE(name);
    const std::string text = text_of(name);
    const test::NodeTable want = node_table(heap_of(text));
    SnapshotDocument document(text);
    for (const test::Layout* layout : {&test::kOneLine, &test::kRowLines, &test::kPretty, &test::kRawUtf8}) {
      for (const unsigned threads : {1U, 2U}) {
        const std::string other = document.text(*layout);
        CHECK(differences(want, node_table(compute_heap(test::load_text(other, threads, 4099), {}))) == 0);
      }
    }
    CHECK(document.text(test::kOneLine).find('\n') == std::string::npos);
  }
}

TEST_CASE("names as raw UTF-8, as escapes and as surrogate pairs are one name") {
  SnapshotText text;
  text.add_root();
  text.add_edge(0, "element", 1, text.add_node("object", "Na\u00efve\u4e2d\U0001F600", 16));
  SnapshotDocument document(text.text());
  const std::string escaped = document.text(test::kOneLine);
  const std::string raw = document.text(test::kRawUtf8);
  REQUIRE(escaped.find("\\ud83d\\ude00") != std::string::npos);
  REQUIRE(raw.find("\U0001F600") != std::string::npos);
  for (const std::string& one : {escaped, raw}) {
    CHECK(heap_of(one).graph.name(NodeIndex(1)) == "Na\u00efve\u4e2d\U0001F600");
  }
}

TEST_CASE("sizes above 2^32 stay exact, where DevTools keeps the low 32 bits") {
  constexpr std::uint64_t kFiveGib = std::uint64_t{5} << 30U;
  SnapshotText text;
  text.add_root();
  const std::uint32_t view = text.add_node("object", "ArrayBuffer", 88);
  text.add_edge(0, "element", 1, view);
  text.add_edge(view, "internal", "backing_store", text.add_node("native", "system / JSArrayBufferData", kFiveGib));
  const Heap heap = heap_of(text.text());
  CHECK(heap.graph.self_size(NodeIndex(2)) == kFiveGib);
  CHECK(heap.retained_size(NodeIndex(1)) == kFiveGib + 88);
  CHECK(heap.statistics.typed_arrays == kFiveGib);
  CHECK(heap.statistics.total == kFiveGib + 88);
}

TEST_CASE("trace functions are counted in the rows, not in the header, where DevTools refuses the file") {
  const std::string text = text_of("node24-tracked-1");
  const Heap whole = heap_of(text);
  SnapshotDocument document(text);
  document.header()["trace_function_count"] = 3;
  const Heap low = heap_of(document.text());
  CHECK(low.graph.locations().trace_functions.size() == whole.graph.locations().trace_functions.size());
  CHECK(low.graph.locations().trace_functions.size() > 3);
  CHECK(differences(node_table(whole), node_table(low)) == 0);
}
