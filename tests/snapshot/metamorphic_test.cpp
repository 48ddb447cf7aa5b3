// Changes to a real snapshot whose effect on every number is known.

#include "heapdiff/diff/class_diff.h"
#include "support/devtools_answers.h"
#include "support/heap_tables.h"
#include "support/snapshot_document.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <string>

using namespace heapdiff;
using test::differences;
using test::heap_of;
using test::node_table;
using test::NodeTable;
using test::SnapshotDocument;

namespace {

const std::vector<std::string> kSamples{"node14-plain-1", "node18-tracked-1", "node24-plain-1", "chromium-plain-1"};

std::string text_of(const std::string& name) { return test::expanded_file(test::corpus_snapshot(name)); }

/// Puts the node rows, all but the root's, in another order; edges and offsets follow.
void shuffle_rows(SnapshotDocument& document, std::uint32_t seed) {
  const std::size_t stride = document.stride("node_fields");
  const std::size_t edge_stride = document.stride("edge_fields");
  const std::size_t edge_count = document.field("node_fields", "edge_count");
  const SnapshotDocument::Numbers nodes = document.numbers("nodes");
  const SnapshotDocument::Numbers edges = document.numbers("edges");
  const std::size_t count = nodes.size() / stride;
  std::vector<std::size_t> first_edge(count + 1);
  for (std::size_t i = 0; i < count; ++i) {
    first_edge[i + 1] = first_edge[i] + static_cast<std::size_t>(nodes[i * stride + edge_count]) * edge_stride;
  }
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::mt19937 random(seed);
  for (std::size_t i = count - 1; i > 1; --i) {
    std::swap(order[i], order[1 + random() % i]);
  }
  std::vector<std::int64_t> moved(count);
  SnapshotDocument::Numbers new_nodes;
  SnapshotDocument::Numbers new_edges;
  const auto span = [](const SnapshotDocument::Numbers& from, std::size_t at, std::size_t end) {
    return std::pair(from.begin() + static_cast<std::ptrdiff_t>(at), from.begin() + static_cast<std::ptrdiff_t>(end));
  };
  for (std::size_t i = 0; i < count; ++i) {
    moved[order[i]] = static_cast<std::int64_t>(i * stride);
    const auto row = span(nodes, order[i] * stride, (order[i] + 1) * stride);
    new_nodes.insert(new_nodes.end(), row.first, row.second);
    const auto out = span(edges, first_edge[order[i]], first_edge[order[i] + 1]);
    new_edges.insert(new_edges.end(), out.first, out.second);
  }
  const auto follow = [&](SnapshotDocument::Numbers& numbers, std::size_t at, std::size_t step) {
    for (std::size_t i = at; at != SIZE_MAX && i < numbers.size(); i += step) {
      numbers[i] = moved[static_cast<std::size_t>(numbers[i]) / stride];
    }
  };
  follow(new_edges, document.field("edge_fields", "to_node"), edge_stride);
  SnapshotDocument::Numbers& locations = document.numbers("locations");
  follow(locations, document.field("location_fields", "object_index"), document.stride("location_fields"));
  follow(locations, document.field("location_fields", "script_object_index"), document.stride("location_fields"));
  document.numbers("nodes") = std::move(new_nodes);
  document.numbers("edges") = std::move(new_edges);
}

/// Letters moved by 13, but in names that the rules ask for.
std::string renamed(const std::string& text) {
  static const std::vector<std::string> kKept{"Object", "Array", "__proto__", "elements", "sloppy_function_map"};
  if (std::find(kKept.begin(), kKept.end(), text) != kKept.end() || text.starts_with("(") || text.starts_with("<") ||
      text.starts_with("system / ") || text.starts_with("Detached ") || text.find("WeakMap") != std::string::npos) {
    return text;
  }
  std::string out = text;
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') {
      c = static_cast<char>('a' + (c - 'a' + 13) % 26);
    } else if (c >= 'A' && c <= 'Z') {
      c = static_cast<char>('A' + (c - 'A' + 13) % 26);
    }
  }
  return out;
}

ClassExtract extract_of(const std::string& name, const std::vector<InterfaceDefinition>& interfaces) {
  return extract_classes(compute_heap(load_snapshot(test::corpus_snapshot(name), LoadOptions()), {}, &interfaces));
}

std::vector<InterfaceDefinition> interfaces_of(const std::string& name) {
  return compute_heap(load_snapshot(test::corpus_snapshot(name), LoadOptions()), {}).interfaces;
}

}  // namespace

TEST_CASE("the order of the node rows changes no number") {
  for (const std::string& name : kSamples) {
    CAPTURE(name);
    const std::string text = text_of(name);
    const Heap heap = heap_of(text);
    SnapshotDocument document(text);
    shuffle_rows(document, 7);
    // Of two shapes that are equally frequent DevTools takes the one that it met first: keep its choice.
    const Heap shuffled = heap_of(document.text(), &heap.interfaces);
    CHECK(shuffled.graph.id(NodeIndex(1)) != heap.graph.id(NodeIndex(1)));
    CHECK(differences(node_table(heap), node_table(shuffled)) == 0);
    CHECK(shuffled.statistics.js_arrays == heap.statistics.js_arrays);
    CHECK(shuffled.statistics.strings == heap.statistics.strings);
  }
}

TEST_CASE("other names change no size, distance or dominator, and keep the classes apart") {
  for (const std::string& name : kSamples) {
    CAPTURE(name);
    const std::string text = text_of(name);
    const NodeTable want = node_table(heap_of(text));
    SnapshotDocument document(text);
    for (std::string& s : document.strings) {
      s = renamed(s);
    }
    const NodeTable got = node_table(heap_of(document.text()));
    REQUIRE(want.size() == got.size());
    std::map<std::string, std::string> name_to;
    std::map<std::string, std::string> name_back;
    std::size_t wrong = 0;
    std::size_t changed = 0;
    for (const auto& [id, row] : want) {
      test::NodeRow other = got.at(id);
      const bool same_class = name_to.emplace(row.class_key, other.class_key).first->second == other.class_key &&
                              name_back.emplace(other.class_key, row.class_key).first->second == row.class_key;
      changed += other.class_key != row.class_key ? 1U : 0U;
      other.class_key = row.class_key;
      wrong += !same_class || other != row ? 1U : 0U;
    }
    CHECK(wrong == 0);
    CHECK(changed > 1000);
  }
}

TEST_CASE("a cycle that nothing leads to hangs off the root and changes nothing else") {
  for (const std::string& name : kSamples) {
    CAPTURE(name);
    const std::string text = text_of(name);
    const Heap heap = heap_of(text);
    SnapshotDocument document(text);
    const std::size_t stride = document.stride("node_fields");
    const auto kinds = document.meta()["node_types"][0].get<std::vector<std::string>>();
    const auto object = std::find(kinds.begin(), kinds.end(), "object") - kinds.begin();
    // Two objects that hold each other and something of the heap: that one stays with its own holders.
    std::uint32_t held = heap.graph.node_count();
    while (heap.graph.type(NodeIndex(--held)) != NodeType::object) {
    }
    const auto base = static_cast<std::int64_t>(document.node_count());
    const auto island_name = static_cast<std::int64_t>(document.strings.size());
    document.strings.emplace_back("Island");
    for (const std::int64_t k : {0, 1}) {
      SnapshotDocument::Numbers row(stride);
      row[0] = object;
      row[1] = island_name;
      row[2] = 4'000'000'001 + 2 * k;
      row[3] = 100;
      row[4] = 2;
      SnapshotDocument::Numbers& nodes = document.numbers("nodes");
      nodes.insert(nodes.end(), row.begin(), row.end());
      const auto offset = static_cast<std::int64_t>(stride);
      SnapshotDocument::Numbers& edges = document.numbers("edges");
      edges.insert(edges.end(), {2, island_name, (base + 1 - k) * offset, 2, island_name, held * offset});
    }
    const Heap with_island = heap_of(document.text());
    NodeTable want = node_table(heap);
    NodeTable got = node_table(with_island);
    CHECK(got.at(4'000'000'001).dominator == 1);
    CHECK(got.at(4'000'000'003).dominator == 1);
    CHECK(got.at(4'000'000'001).retained == 100);
    CHECK(got.at(4'000'000'003).distance == Distances::kUnreached);
    want.at(1).retained += 200;
    CHECK(differences(want, got) == 0);
    CHECK(got.size() == want.size() + 2);
  }
}

TEST_CASE("reads of one byte give the graph that one large read gives") {
  const std::string text = text_of("chromium-plain-1");
  const NodeTable want = node_table(heap_of(text));
  for (const unsigned threads : {1U, 2U}) {
    CAPTURE(threads);
    CHECK(differences(want, node_table(compute_heap(test::load_text(text, threads, 1), {}))) == 0);
  }
}

TEST_CASE("a snapshot does not differ from itself") {
  for (const std::string& name : kSamples) {
    CAPTURE(name);
    const ClassExtract extract = extract_of(name, interfaces_of(name));
    const ClassDiff diff = diff_classes(extract, extract);
    CHECK(diff.rows.size() > 50);
    for (const ClassDiffRow& row : diff.rows) {
      CHECK_FALSE(row.listed_by_devtools());
      CHECK(row.survived_growth_bytes == 0);
      CHECK(row.retained_delta() == 0);
    }
  }
}

TEST_CASE("under one set of interface definitions the diff backwards is the negative") {
  for (const std::string& pair : test::corpus_names(".diff.zst")) {
    CAPTURE(pair);
    const std::vector<InterfaceDefinition> interfaces = interfaces_of(pair + "-2");
    const ClassExtract a = extract_of(pair + "-1", interfaces);
    const ClassExtract b = extract_of(pair + "-2", interfaces);
    const ClassDiff there = diff_classes(a, b);
    const ClassDiff back = diff_classes(b, a);
    REQUIRE(there.rows.size() == back.rows.size());
    for (std::size_t i = 0; i < there.rows.size(); ++i) {
      const ClassDiffRow& x = there.rows[i];
      const ClassDiffRow& y = back.rows[i];
      CHECK(x.key == y.key);
      CHECK(x.added_count == y.removed_count);
      CHECK(x.removed_count == y.added_count);
      CHECK(x.added_bytes == y.removed_bytes);
      CHECK(x.removed_bytes == y.added_bytes);
      CHECK(x.renumbered_count == y.renumbered_count);
      CHECK(x.survived_growth_bytes == -y.survived_growth_bytes);
      CHECK(x.retained_delta() == -y.retained_delta());
    }
  }
}

TEST_CASE("parts sum to totals") {
  for (const std::string& pair : test::corpus_names(".diff.zst")) {
    CAPTURE(pair);
    const std::vector<InterfaceDefinition> interfaces = interfaces_of(pair + "-2");
    const ClassExtract a = extract_of(pair + "-1", interfaces);
    const ClassExtract b = extract_of(pair + "-2", interfaces);
    std::uint64_t before = 0;
    std::uint64_t after = 0;
    std::int64_t delta = 0;
    for (const ClassDiffRow& row : diff_classes(a, b).rows) {
      before += row.before.self_bytes;
      after += row.after.self_bytes;
      delta += row.size_delta() + row.survived_growth_bytes;
      CHECK(row.removed_count + row.survived_count == row.before.count);
      CHECK(row.added_count + row.survived_count == row.after.count);
      CHECK(row.renumbered_count <= std::min(row.added_count, row.removed_count));
    }
    CHECK(before == a.total_bytes);
    CHECK(after == b.total_bytes);
    CHECK(delta == static_cast<std::int64_t>(after - before));
  }
  for (const std::string& name : test::corpus_names(".heapsnapshot.zst")) {
    CAPTURE(name);
    const Heap heap = compute_heap(load_snapshot(test::corpus_snapshot(name), LoadOptions()), {});
    std::uint64_t self = 0;
    for (std::uint32_t i = 0; i < heap.graph.node_count(); ++i) {
      self += heap.graph.self_size(NodeIndex(i));
    }
    CHECK(self == heap.graph.total_self_size());  // counted when the file was read, before sizes moved
    CHECK(self == heap.retained_size(SnapshotGraph::root()));
    CHECK(heap.statistics.native + heap.statistics.v8_heap == heap.statistics.total);
  }
}
