// Merges the members of both snapshots, which are sorted by id. DevTools merges class by class, with the same result:
// an id that changed its class is removed from one row and added to another.

#include "heapdiff/diff/class_diff.h"

#include "heapdiff/diff/object_facts.h"
#include "v8/bun.h"

#include <algorithm>
#include <cstdint>
#include <tuple>
#include <utility>

namespace heapdiff {

namespace {

/// An embedder node that was added or removed.
struct Renumbered {
  std::uint32_t row;
  std::uint64_t self_bytes;
  friend bool operator<(const Renumbered& a, const Renumbered& b) {
    return std::tie(a.row, a.self_bytes) < std::tie(b.row, b.self_bytes);
  }
};

bool is_embedder_id(std::uint64_t id) { return id % 2 == 0; }

std::vector<std::uint32_t> embedder_nodes_by_id(const SnapshotGraph& graph) {
  std::vector<std::uint32_t> nodes;
  for (std::uint32_t i = 0; i < graph.node_count(); ++i) {
    if (is_embedder_id(graph.id(NodeIndex(i)))) {
      nodes.push_back(i);
    }
  }
  std::sort(nodes.begin(), nodes.end(), [&](std::uint32_t a, std::uint32_t b) {
    return std::pair(graph.id(NodeIndex(a)), a) < std::pair(graph.id(NodeIndex(b)), b);
  });
  return nodes;
}

/// Makes a row for each class of either snapshot, by key. Returns the row of each class of both snapshots.
struct Join {
  std::vector<std::uint32_t> row_of_before;
  std::vector<std::uint32_t> row_of_after;
};

Join join_classes(const ClassExtract& before, const ClassExtract& after, std::vector<ClassDiffRow>& rows) {
  Join join;
  auto a = before.classes.begin();
  auto b = after.classes.begin();
  while (a != before.classes.end() || b != after.classes.end()) {
    const bool from_a = b == after.classes.end() || (a != before.classes.end() && a->key <= b->key);
    const bool from_b = a == before.classes.end() || (b != after.classes.end() && b->key <= a->key);
    const auto at = static_cast<std::uint32_t>(rows.size());
    ClassDiffRow row;
    row.key = from_b ? b->key : a->key;
    row.name = from_b ? b->name : a->name;
    if (from_a) {
      row.before = (a++)->totals;
      join.row_of_before.push_back(at);
    }
    if (from_b) {
      row.after = (b++)->totals;
      join.row_of_after.push_back(at);
    }
    rows.push_back(std::move(row));
  }
  return join;
}

/// Counts the entries that both lists have, as often as both have them, as renumbered.
void cancel_renumbered(std::vector<Renumbered>& came, std::vector<Renumbered>& went, std::vector<ClassDiffRow>& rows) {
  std::sort(came.begin(), came.end());
  std::sort(went.begin(), went.end());
  auto a = went.begin();
  auto b = came.begin();
  while (a != went.end() && b != came.end()) {
    if (*a < *b) {
      ++a;
    } else if (*b < *a) {
      ++b;
    } else {
      ++rows[a->row].renumbered_count;
      rows[a->row].renumbered_bytes += a->self_bytes;
      ++a;
      ++b;
    }
  }
}

}  // namespace

ClassExtract extract_classes(const Heap& heap) {
  const SnapshotGraph& graph = heap.graph;
  ClassExtract extract;
  extract.input = heap.input;
  extract.total_bytes = graph.total_self_size();
  extract.process = collect_process_evidence(graph);
  extract.fresh_ids = v8::is_of_bun(graph);
  std::vector<std::pair<std::string, const ConstructorRow*>> used;
  for (const ConstructorRow& row : heap.constructors) {
    if (row.count != 0) {
      used.emplace_back(heap.classes.info(row.constructor).key(), &row);
    }
  }
  std::sort(used.begin(), used.end());
  std::vector<std::uint32_t> at(heap.classes.size());
  std::uint64_t members = 0;
  for (auto& [key, row] : used) {
    at[row->constructor.get()] = static_cast<std::uint32_t>(extract.classes.size());
    members += row->count;
    extract.classes.push_back(
        {std::move(key), heap.classes.info(row->constructor).name, {row->count, row->self_bytes, row->retained_bytes}});
  }
  extract.members = ClassMembers(static_cast<std::size_t>(members));
  const auto add = [&](std::uint32_t node) {
    const NodeIndex n(node);
    if (graph.self_size(n) != 0) {
      extract.members.add({graph.id(n), graph.self_size(n), at[heap.classes.of(n).get()], fingerprint(graph, n)});
    }
  };
  // Objects are sorted already; embedder nodes are few.
  const Column<std::uint32_t> objects = objects_by_id(graph);
  const std::vector<std::uint32_t> others = embedder_nodes_by_id(graph);
  auto other = others.begin();
  for (std::size_t k = 0; k < objects.size(); ++k) {
    while (other != others.end() && graph.id(NodeIndex(*other)) < graph.id(NodeIndex(objects[k]))) {
      add(*other++);
    }
    add(objects[k]);
  }
  std::for_each(other, others.end(), add);
  return extract;
}

ClassDiff diff_classes(const ClassExtract& before, const ClassExtract& after) {
  ClassDiff diff;
  diff.identity.evidence = compare_evidence(before.process, after.process);
  diff.identity.fresh_ids = before.fresh_ids && after.fresh_ids;
  const Join join = join_classes(before, after, diff.rows);
  std::vector<Renumbered> came;
  std::vector<Renumbered> went;
  const auto removed = [&](const ClassMember& m) {
    const std::uint32_t at = join.row_of_before[m.class_at];
    ++diff.rows[at].removed_count;
    diff.rows[at].removed_bytes += m.self_bytes;
    if (is_embedder_id(m.id)) {
      went.push_back({at, m.self_bytes});
    }
  };
  const auto added = [&](const ClassMember& m) {
    const std::uint32_t at = join.row_of_after[m.class_at];
    ++diff.rows[at].added_count;
    diff.rows[at].added_bytes += m.self_bytes;
    if (is_embedder_id(m.id)) {
      came.push_back({at, m.self_bytes});
    }
  };
  auto a = before.members.begin();
  auto b = after.members.begin();
  while (a != before.members.end() || b != after.members.end()) {
    if (b == after.members.end() || (a != before.members.end() && a->id < b->id)) {
      removed(*a);
      ++a;
    } else if (a == before.members.end() || b->id < a->id) {
      added(*b);
      ++b;
    } else {
      if (!is_embedder_id(a->id)) {
        ++diff.identity.shared;
        diff.identity.agreeing += a->fingerprint == b->fingerprint ? 1U : 0U;
      }
      const std::uint32_t at = join.row_of_after[b->class_at];
      if (join.row_of_before[a->class_at] == at) {
        ++diff.rows[at].survived_count;
        diff.rows[at].survived_growth_bytes +=
            static_cast<std::int64_t>(b->self_bytes) - static_cast<std::int64_t>(a->self_bytes);
      } else {
        removed(*a);
        added(*b);
      }
      ++a;
      ++b;
    }
  }
  cancel_renumbered(came, went, diff.rows);
  return diff;
}

}  // namespace heapdiff
