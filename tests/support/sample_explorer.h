#pragma once
// An explorer in which each name, key and event is `name`.

#include "heapdiff/diff/heap_explorer.h"

#include <cstdint>
#include <string>

namespace heapdiff::test {

/// `classes` of them, each with a group of its own and a path of three steps; as many parts of the heap, and two
/// suspects. Names beyond the first have a number, so that each is a text of its own.
inline HeapExplorer sample_explorer(const std::string& name, std::uint32_t classes, std::size_t snapshots) {
  HeapExplorer e;
  for (std::uint32_t i = 0; i <= classes; ++i) {
    e.names.push_back(i == 0 ? name : name + " " + std::string(1 + i % 7, 'x') + std::to_string(i));
  }
  e.edges = {{name, false}, {name, true}};
  const auto subject = [&](std::uint32_t i) {
    const auto first = static_cast<std::uint32_t>(e.steps.size());
    e.steps.push_back({ExplorerStep::kNone, 0, EdgeType::property, 0, 0, 3});
    e.steps.push_back({first, 1, EdgeType::property, i, 0, 5, 4});
    e.steps.push_back({first + 1, 0, EdgeType::context, i, 0, 7 + 2 * std::uint64_t{i}});
    ExplorerGroup g{i, 3, 30, 300, true, first + 2, {{9, 10, 200}, {11, 10, 50}}, {{i, 3, 30}, {0, 9, 270}}, 0};
    ExplorerSubject s;
    s.name = i;
    s.count = 3;
    s.self_bytes = 30;
    s.retained_bytes = 300;
    s.groups = {g};
    return s;
  };
  for (std::uint32_t i = 0; i < 2; ++i) {
    e.suspects.push_back(subject(0));
  }
  for (std::uint32_t i = 0; i < classes; ++i) {
    e.classes.push_back(subject(i));
    ExplorerCell cell;
    cell.parent = i == 0 ? ExplorerStep::kNone : 0;
    cell.group = e.classes.back().groups.front();
    cell.group.retained_bytes = i == 0 ? 300 * std::uint64_t{classes} : 300;
    e.cells.push_back(cell);
    e.table.push_back({i, std::vector<ExplorerTotals>(snapshots, ExplorerTotals{3, 30, 300})});
  }
  return e;
}

}  // namespace heapdiff::test
