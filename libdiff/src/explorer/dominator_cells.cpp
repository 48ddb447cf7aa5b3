#include "explorer/dominator_cells.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <queue>
#include <utility>
#include <vector>

namespace heapdiff::explorer {

namespace {

constexpr std::size_t kMaxCells = 900;
constexpr std::size_t kMaxCellsOfOne = 40;      // below one cell; the rest is counted
constexpr std::size_t kMaxDetailed = 180;       // cells with path and content
constexpr std::size_t kMaxApart = 8;            // alike objects that are large enough to have a cell each
constexpr std::uint64_t kLargeShare = 100;      // of the heap: such an object has a cell of its own
constexpr std::uint64_t kSmallestShare = 2000;  // of the heap: less has no cell

/// A cell that is being made.
struct Part {
  std::uint64_t retained = 0;
  std::vector<std::uint32_t> members;  // alike, in preorder
};

class CellMaker {
 public:
  CellMaker(HeapExplorer& into, const HeldShapes& shapes, const DominatorOrder& order, NameList& names,
            GroupMaker& groups)
      : into_(into), labels_(shapes.labels()), heap_(shapes.heap()), order_(order), names_(names), groups_(groups) {}

  void make() {
    push(ExplorerStep::kNone, {heap_.retained_size(SnapshotGraph::root()), {0}});
    while (!open_.empty() && into_.cells.size() < kMaxCells) {
      const std::uint32_t cell = open_.top().second;
      open_.pop();
      take_apart(cell);
    }
    std::vector<std::uint32_t> by_size(into_.cells.size());
    std::iota(by_size.begin(), by_size.end(), 0U);
    std::stable_sort(by_size.begin(), by_size.end(), [&](std::uint32_t a, std::uint32_t b) {
      return into_.cells[a].group.retained_bytes > into_.cells[b].group.retained_bytes;
    });
    for (std::size_t i = 0; i < std::min(by_size.size(), kMaxDetailed); ++i) {
      groups_.add_details(into_.cells[by_size[i]].group, members_[by_size[i]], members_[by_size[i]]);
    }
  }

 private:
  void push(std::uint32_t parent, Part part) {
    ExplorerCell cell;
    cell.parent = parent;
    cell.group.name = names_.add(parent == ExplorerStep::kNone ? std::string("Whole heap")
                                                               : labels_.of(NodeIndex(part.members.front())));
    cell.group.count = part.members.size();
    cell.group.retained_bytes = part.retained;
    for (const std::uint32_t i : part.members) {
      cell.group.self_bytes += heap_.graph.self_size(NodeIndex(i));
    }
    open_.push({{part.retained, UINT32_MAX - into_.cells.size()}, static_cast<std::uint32_t>(into_.cells.size())});
    into_.cells.push_back(std::move(cell));
    members_.push_back(std::move(part.members));
  }

  /// The nodes right below the members of a cell, by what they are.
  [[nodiscard]] std::map<std::uint64_t, Part> children_of(const std::vector<std::uint32_t>& members) const {
    std::map<std::uint64_t, Part> parts;
    for (const std::uint32_t above : members) {
      const std::span<const std::uint32_t> below = order_.subtree(NodeIndex(above));
      for (std::size_t i = 1; i < below.size(); i += order_.subtree(NodeIndex(below[i])).size()) {
        Part& part = parts[labels_.key(NodeIndex(below[i]))];
        part.retained += heap_.retained_size(NodeIndex(below[i]));
        part.members.push_back(below[i]);
      }
    }
    return parts;
  }

  /// Few large objects of one class have a cell each; all others are one cell.
  [[nodiscard]] std::vector<Part> split(Part part) const {
    const std::uint64_t large = std::max<std::uint64_t>(heap_.graph.total_self_size() / kLargeShare, 1);
    const auto is_large = [&](std::uint32_t i) { return heap_.retained_size(NodeIndex(i)) >= large; };
    std::vector<Part> parts;
    if (static_cast<std::size_t>(std::count_if(part.members.begin(), part.members.end(), is_large)) <= kMaxApart) {
      for (const std::uint32_t i : part.members) {
        if (is_large(i) && part.members.size() > 1) {
          parts.push_back({heap_.retained_size(NodeIndex(i)), {i}});
          part.retained -= heap_.retained_size(NodeIndex(i));
        }
      }
      if (!parts.empty()) {
        std::erase_if(part.members, is_large);
      }
    }
    if (!part.members.empty()) {
      parts.push_back(std::move(part));
    }
    return parts;
  }

  void take_apart(std::uint32_t cell) {
    std::vector<Part> parts;
    for (auto& [key, part] : children_of(members_[cell])) {
      for (Part& piece : split(std::move(part))) {
        parts.push_back(std::move(piece));
      }
    }
    std::stable_sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) { return a.retained > b.retained; });
    const std::uint64_t smallest = std::max<std::uint64_t>(heap_.graph.total_self_size() / kSmallestShare, 1);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (i < kMaxCellsOfOne && parts[i].retained >= smallest && into_.cells.size() < kMaxCells) {
        push(cell, std::move(parts[i]));
      } else {
        into_.cells[cell].other_count += parts[i].members.size();
        into_.cells[cell].other_bytes += parts[i].retained;
      }
    }
  }

  HeapExplorer& into_;
  const Labels& labels_;
  const Heap& heap_;
  const DominatorOrder& order_;
  NameList& names_;
  GroupMaker& groups_;
  std::vector<std::vector<std::uint32_t>> members_;  // of each cell
  std::priority_queue<std::pair<std::pair<std::uint64_t, std::uint64_t>, std::uint32_t>> open_;
};

}  // namespace

void add_cells(HeapExplorer& into, const HeldShapes& shapes, const DominatorOrder& order, NameList& names,
               GroupMaker& groups) {
  CellMaker(into, shapes, order, names, groups).make();
}

}  // namespace heapdiff::explorer
