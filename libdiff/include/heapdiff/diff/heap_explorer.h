#pragma once
// What a reader of the HTML report can walk through: from a suspect, a class or a part of the heap to its objects, to
// what holds them and to what they retain. It has no graph: an explorer is a cut of the heap that fits into a page.
//
// Names are visible_text(). The text of a string is in no name. Secrets in names are not masked yet.

#include "heapdiff/snapshot/meta.h"

#include <cstdint>
#include <string>
#include <vector>

namespace heapdiff {

/// The name of an edge.
struct ExplorerEdge {
  std::string name;  ///< "*" for a key of a dictionary, which is data; an event with its data folded
  bool is_event = false;
};

/// One step of a retaining path. Paths with the same beginning share their steps.
struct ExplorerStep {
  static constexpr std::uint32_t kNone = UINT32_MAX;
  std::uint32_t before = kNone;  ///< position of the step before it; none for the first step from the root
  std::uint32_t edge = 0;        ///< in HeapExplorer::edges
  EdgeType edge_type = EdgeType::property;
  std::uint32_t node = 0;       ///< class, or name of a function: in HeapExplorer::names
  std::uint32_t node_type = 0;  ///< in HeapExplorer::names
  std::uint64_t node_id = 0;
  std::uint32_t repeats = 1;  ///< equal steps in a row that this one stands for
  std::uint32_t skipped = 0;  ///< steps before it that were left out
};

struct ExplorerInstance {
  std::uint64_t id = 0;
  std::uint64_t self_bytes = 0;
  std::uint64_t retained_bytes = 0;
};

/// Objects of one class below a group.
struct ExplorerContent {
  std::uint32_t name = 0;
  std::uint64_t count = 0;
  std::uint64_t self_bytes = 0;
};

/// Objects that are alike: one class (or one function) and one way of being held.
struct ExplorerGroup {
  std::uint32_t name = 0;
  std::uint64_t count = 0;
  std::uint64_t self_bytes = 0;
  std::uint64_t retained_bytes = 0;          ///< an object that another one of its list retains is not counted again
  bool detailed = false;                     ///< whether the members below are filled
  std::uint32_t path = ExplorerStep::kNone;  ///< last step of the path to the largest object; none: nothing holds it
  std::vector<ExplorerInstance> largest;     ///< those that retain most first
  std::vector<ExplorerContent> content;      ///< what the group retains, by class, largest first; itself included
  std::uint64_t other_content_bytes = 0;     ///< self sizes of the classes that `content` leaves out
};

/// A suspect or a class, with its objects in groups.
struct ExplorerSubject {
  std::uint32_t name = 0;
  std::uint64_t count = 0;
  std::uint64_t self_bytes = 0;
  std::uint64_t retained_bytes = 0;   ///< an object that another one of the subject retains is not counted again
  std::vector<ExplorerGroup> groups;  ///< those that retain most first
  std::uint64_t other_groups = 0;     ///< ways of being held beyond those
  std::uint64_t other_count = 0;      ///< their objects
  std::uint64_t other_retained_bytes = 0;
};

/// A part of the dominator tree: one object, or alike objects with one dominator.
struct ExplorerCell {
  std::uint32_t parent = ExplorerStep::kNone;  ///< position of the cell that dominates it; none for the whole heap
  ExplorerGroup group;
  std::uint64_t other_count = 0;  ///< objects right below that have no cell
  std::uint64_t other_bytes = 0;  ///< what they retain
};

/// One class at one snapshot.
struct ExplorerTotals {
  std::int64_t count = 0;
  std::int64_t self_bytes = 0;
  std::int64_t retained_bytes = 0;
};

struct ExplorerClass {
  std::uint32_t name = 0;
  std::vector<ExplorerTotals> at;  ///< one entry per snapshot
};

struct HeapExplorer {
  std::vector<std::string> names;
  std::vector<ExplorerEdge> edges;
  std::vector<ExplorerStep> steps;        ///< each after the step before it
  std::vector<ExplorerSubject> suspects;  ///< as Findings::suspects
  std::vector<ExplorerSubject> classes;   ///< those that retain or grew most
  std::vector<ExplorerCell> cells;        ///< the whole heap first, each cell after its parent, larger ones first
  std::vector<ExplorerClass> table;       ///< classes by what they retain at most in any snapshot
  std::uint64_t table_left_out = 0;       ///< classes that are not in the table
};

}  // namespace heapdiff
