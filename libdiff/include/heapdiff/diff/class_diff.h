#pragma once
// Two snapshots of one process, class by class: the numbers of DevTools' Comparison view, and others.
//
// One graph is in memory at a time. DevTools names plain objects of both sides by the interface definitions of the
// newer snapshot, so that one is read first:
//
//   Heap heap = compute_heap(load_snapshot(newer, load), options);
//   const std::vector<InterfaceDefinition> interfaces = heap.interfaces;
//   const ClassExtract after = extract_classes(heap);
//   heap = Heap();
//   heap = compute_heap(load_snapshot(older, load), options, &interfaces);
//   const ClassExtract before = extract_classes(heap);
//   heap = Heap();
//   const ClassDiff diff = diff_classes(before, after);

#include "heapdiff/diff/class_members.h"
#include "heapdiff/diff/facts.h"
#include "heapdiff/snapshot/heap.h"

#include <cstdint>
#include <string>
#include <vector>

namespace heapdiff {

/// One class of one snapshot. All numbers are zero when the snapshot does not have the class.
struct ClassTotals {
  std::uint64_t count = 0;
  std::uint64_t self_bytes = 0;
  std::uint64_t retained_bytes = 0;  ///< of all instances: an instance that another one retains is counted once
};

struct ExtractedClass {
  std::string key;  ///< DevTools' key, see ClassInfo::key
  std::string name;
  ClassTotals totals;
};

/// What a comparison keeps of a snapshot: 4 to 5 bytes per node, and its classes.
struct ClassExtract {
  InputInfo input;
  std::uint64_t total_bytes = 0;        ///< all self sizes
  bool fresh_ids = false;               ///< see Facts::fresh_ids
  std::vector<ExtractedClass> classes;  ///< classes with members, by key
  ClassMembers members;                 ///< by id
  ProcessEvidence process;              ///< empty without edges
};

/// Needs Heap::constructors; works without edges. O(nodes log nodes).
[[nodiscard]] ClassExtract extract_classes(const Heap& heap);

/// One class of either snapshot. The first four numbers are those of DevTools.
struct ClassDiffRow {
  std::string key;
  std::string name;
  std::uint64_t added_count = 0;    ///< ids of this class that the older snapshot does not have in it
  std::uint64_t removed_count = 0;  ///< ids of this class that the newer snapshot does not have in it
  std::uint64_t added_bytes = 0;    ///< self sizes
  std::uint64_t removed_bytes = 0;
  /// Embedder nodes have even ids, and Node gives them other ids in every snapshot. This many added nodes have the
  /// class and size of a removed node: they are in both counts above and are probably no change.
  std::uint64_t renumbered_count = 0;
  std::uint64_t renumbered_bytes = 0;
  std::uint64_t survived_count = 0;
  std::int64_t survived_growth_bytes = 0;  ///< self sizes of survivors, after minus before; DevTools does not show it
  ClassTotals before;
  ClassTotals after;

  [[nodiscard]] std::int64_t count_delta() const noexcept {
    return static_cast<std::int64_t>(added_count) - static_cast<std::int64_t>(removed_count);
  }
  /// DevTools' delta. `after.self_bytes - before.self_bytes` is this plus `survived_growth_bytes`.
  [[nodiscard]] std::int64_t size_delta() const noexcept {
    return static_cast<std::int64_t>(added_bytes) - static_cast<std::int64_t>(removed_bytes);
  }
  [[nodiscard]] std::int64_t retained_delta() const noexcept {
    return static_cast<std::int64_t>(after.retained_bytes) - static_cast<std::int64_t>(before.retained_bytes);
  }
  /// DevTools lists a class only when ids were added or removed.
  [[nodiscard]] bool listed_by_devtools() const noexcept { return added_count != 0 || removed_count != 0; }
  /// Whether ids were added or removed that are not only renumbered.
  [[nodiscard]] std::uint64_t new_count() const noexcept { return added_count - renumbered_count; }
  [[nodiscard]] std::uint64_t gone_count() const noexcept { return removed_count - renumbered_count; }
};

struct ClassDiff {
  std::vector<ClassDiffRow> rows;  ///< every class that either snapshot has, by key
  IdentityCheck identity;          ///< two processes share ids too: the rows mean something only when these agree
};

/// `before` and `after` must have been named by one set of interface definitions. O(members).
[[nodiscard]] ClassDiff diff_classes(const ClassExtract& before, const ClassExtract& after);

}  // namespace heapdiff
