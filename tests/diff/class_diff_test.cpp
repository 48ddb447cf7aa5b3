#include "heapdiff/diff/class_diff.h"

#include "support/load_text.h"
#include "support/snapshot_text.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace heapdiff;
using test::SnapshotText;

namespace {

ClassDiff diff_texts(const std::string& older, const std::string& newer) {
  const Heap after = compute_heap(test::load_text(newer), {});
  const Heap before = compute_heap(test::load_text(older), {}, &after.interfaces);
  return diff_classes(extract_classes(before), extract_classes(after));
}

const ClassDiffRow& row_of(const ClassDiff& diff, std::string_view key) {
  static const ClassDiffRow kNone;
  for (const ClassDiffRow& row : diff.rows) {
    if (row.key == key) {
      return row;
    }
  }
  return kNone;
}

/// A root that holds objects of the given class by id and size.
struct Thing {
  std::string_view type;
  std::string_view name;
  std::uint64_t id;
  std::uint64_t size;
};
std::string snapshot_of(const std::vector<Thing>& things) {
  SnapshotText text;
  text.add_root();
  std::uint32_t number = 0;
  for (const Thing& t : things) {
    text.add_edge(0, "element", ++number, text.add_node(t.type, t.name, t.size, t.id));
  }
  return text.text();
}

}  // namespace

TEST_CASE("an id that only one snapshot has is added or removed with its size") {
  const ClassDiff diff = diff_texts(snapshot_of({{"object", "Job", 11, 40}, {"object", "Job", 13, 24}}),
                                    snapshot_of({{"object", "Job", 13, 24}, {"object", "Job", 15, 100}}));
  const ClassDiffRow& job = row_of(diff, ",Job");
  CHECK(job.added_count == 1);
  CHECK(job.added_bytes == 100);
  CHECK(job.removed_count == 1);
  CHECK(job.removed_bytes == 40);
  CHECK(job.size_delta() == 60);
  CHECK(job.survived_count == 1);
  CHECK(job.before.self_bytes == 64);
  CHECK(job.after.retained_bytes == 124);
  CHECK(job.retained_delta() == 60);
  CHECK(diff.identity.shared == 1);
  CHECK(diff.identity.agreeing == 1);
}

TEST_CASE("a survivor that grew is no row of DevTools but is told") {
  const ClassDiff diff =
      diff_texts(snapshot_of({{"object", "Map", 11, 32}}), snapshot_of({{"object", "Map", 11, 512}}));
  const ClassDiffRow& map = row_of(diff, ",Map");
  CHECK_FALSE(map.listed_by_devtools());
  CHECK(map.survived_growth_bytes == 480);
}

TEST_CASE("embedder nodes that only got a new id are no growth, a new one is") {
  const ClassDiff diff =
      diff_texts(snapshot_of({{"native", "Node / Worker", 100, 72}, {"native", "Node / Worker", 102, 72}}),
                 snapshot_of({{"native", "Node / Worker", 200, 72},
                              {"native", "Node / Worker", 202, 72},
                              {"native", "Node / Worker", 204, 96}}));
  const ClassDiffRow& worker = row_of(diff, ",Node / Worker");
  CHECK(worker.added_count == 3);
  CHECK(worker.removed_count == 2);
  CHECK(worker.renumbered_count == 2);
  CHECK(worker.renumbered_bytes == 144);
  CHECK(worker.new_count() == 1);
  CHECK(worker.gone_count() == 0);
}

TEST_CASE("odd ids are never taken for renumbered") {
  const ClassDiff diff = diff_texts(snapshot_of({{"object", "Job", 11, 40}}), snapshot_of({{"object", "Job", 13, 40}}));
  CHECK(row_of(diff, ",Job").renumbered_count == 0);
  CHECK(row_of(diff, ",Job").new_count() == 1);
}

TEST_CASE("an object whose class changed is removed in one row and added in another") {
  const ClassDiff diff =
      diff_texts(snapshot_of({{"object", "Before", 11, 40}}), snapshot_of({{"object", "After", 11, 48}}));
  CHECK(row_of(diff, ",Before").removed_bytes == 40);
  CHECK(row_of(diff, ",After").added_bytes == 48);
  CHECK(diff.identity.shared == 1);
  CHECK(diff.identity.agreeing == 0);
}

TEST_CASE("nodes of size zero are no rows") {
  const ClassDiff diff = diff_texts(snapshot_of({{"number", "int", 11, 0}}), snapshot_of({{"number", "int", 13, 0}}));
  CHECK(diff.rows.empty());
}
