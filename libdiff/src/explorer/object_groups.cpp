#include "explorer/object_groups.h"

#include "heapdiff/snapshot/visible_text.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace heapdiff::explorer {

namespace {

constexpr std::size_t kMaxGroups = 8;
constexpr std::size_t kMaxLargest = 12;
constexpr std::size_t kMaxContent = 12;
// One heap is walked through about ten times for the parts of its dominator tree, and once for each large class.
constexpr std::uint64_t kVisitsPerNode = 40;
constexpr std::uint64_t kMinVisits = 10'000'000;

}  // namespace

GroupMaker::GroupMaker(const HeldShapes& shapes, const DominatorOrder& order, NameList& names, PathList& paths)
    : shapes_(shapes),
      order_(order),
      names_(names),
      paths_(paths),
      by_class_(shapes.heap().classes.size()),
      visits_left_(std::max(kMinVisits, kVisitsPerNode * shapes.heap().graph.node_count())) {}

ExplorerSubject GroupMaker::subject(std::string name, std::vector<std::uint32_t> nodes) {
  const Heap& heap = shapes_.heap();
  ExplorerSubject subject;
  subject.name = names_.add(std::move(name));
  // In preorder of the dominator tree, an object comes after the one that retains it.
  std::sort(nodes.begin(), nodes.end(), [&](std::uint32_t a, std::uint32_t b) {
    return order_.position(NodeIndex(a)) < order_.position(NodeIndex(b));
  });
  struct Members {
    ExplorerGroup group;
    std::vector<std::uint32_t> all;
    std::vector<std::uint32_t> outermost;
  };
  std::map<std::pair<std::uint64_t, std::uint64_t>, Members> by_shape;
  NodeIndex outer;
  for (const std::uint32_t i : nodes) {
    const NodeIndex n(i);
    Members& members = by_shape[{shapes_.labels().key(n), shapes_.of(n)}];
    ++members.group.count;
    members.group.self_bytes += heap.graph.self_size(n);
    members.all.push_back(i);
    if (!outer || !order_.dominates(outer, n)) {
      outer = n;
      members.group.retained_bytes += heap.retained_size(n);
      members.outermost.push_back(i);
    }
  }
  std::vector<Members> groups;
  for (auto& [key, members] : by_shape) {
    subject.count += members.group.count;
    subject.self_bytes += members.group.self_bytes;
    subject.retained_bytes += members.group.retained_bytes;
    groups.push_back(std::move(members));
  }
  std::stable_sort(groups.begin(), groups.end(), [](const Members& a, const Members& b) {
    return std::tuple(b.group.retained_bytes, b.group.count, a.all.front()) <
           std::tuple(a.group.retained_bytes, a.group.count, b.all.front());
  });
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (i < kMaxGroups) {
      groups[i].group.name = names_.add(shapes_.labels().of(NodeIndex(groups[i].all.front())));
      add_details(groups[i].group, std::move(groups[i].all), groups[i].outermost);
      subject.groups.push_back(std::move(groups[i].group));
    } else {
      ++subject.other_groups;
      subject.other_count += groups[i].group.count;
      subject.other_retained_bytes += groups[i].group.retained_bytes;
    }
  }
  return subject;
}

void GroupMaker::add_details(ExplorerGroup& group, std::vector<std::uint32_t> members,
                             const std::vector<std::uint32_t>& outermost) {
  const Heap& heap = shapes_.heap();
  std::uint64_t visits = 0;
  for (const std::uint32_t i : outermost) {
    visits += order_.subtree(NodeIndex(i)).size();
  }
  if (visits > visits_left_) {
    return;
  }
  visits_left_ -= visits;
  const std::size_t shown = std::min(members.size(), kMaxLargest);
  std::partial_sort(members.begin(), members.begin() + static_cast<std::ptrdiff_t>(shown), members.end(),
                    [&](std::uint32_t a, std::uint32_t b) {
                      const std::uint64_t x = heap.retained_size(NodeIndex(a));
                      const std::uint64_t y = heap.retained_size(NodeIndex(b));
                      return x != y ? x > y : a < b;
                    });
  for (std::size_t i = 0; i < shown; ++i) {
    const NodeIndex n(members[i]);
    group.largest.push_back({heap.graph.id(n), heap.graph.self_size(n), heap.retained_size(n)});
  }
  group.path = paths_.add(NodeIndex(members.front()));
  add_content(group, outermost);
  group.detailed = true;
}

void GroupMaker::add_content(ExplorerGroup& group, const std::vector<std::uint32_t>& outermost) {
  const Heap& heap = shapes_.heap();
  std::vector<std::uint32_t> touched;
  for (const std::uint32_t root : outermost) {
    for (const std::uint32_t i : order_.subtree(NodeIndex(root))) {
      const std::uint64_t bytes = heap.graph.self_size(NodeIndex(i));
      if (bytes == 0) {
        continue;
      }
      const std::uint32_t c = heap.classes.of(NodeIndex(i)).get();
      if (by_class_[c].count == 0) {
        touched.push_back(c);
      }
      ++by_class_[c].count;
      by_class_[c].bytes += bytes;
    }
  }
  std::map<std::string, Sum> by_name;  // classes of one name are one class to a reader, as in the tables
  for (const std::uint32_t c : touched) {
    Sum& sum = by_name[visible_text(heap.classes.info(ClassIndex(c)).name, 120)];
    sum.count += by_class_[c].count;
    sum.bytes += by_class_[c].bytes;
    by_class_[c] = {};
  }
  std::vector<std::pair<std::string, Sum>> rows(by_name.begin(), by_name.end());
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto& a, const auto& b) { return a.second.bytes > b.second.bytes; });
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i < kMaxContent) {
      group.content.push_back({names_.add(rows[i].first), rows[i].second.count, rows[i].second.bytes});
    } else {
      group.other_content_bytes += rows[i].second.bytes;
    }
  }
}

}  // namespace heapdiff::explorer
