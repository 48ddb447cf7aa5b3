// A shape is looked up by a hash of the property sequence, and compared with the first object that has it. So the
// result is exact, and no list of names is stored.

#include "graph/shapes.h"

#include <algorithm>

namespace heapdiff::graph {
namespace {

/// Goes through the names of an object's properties.
class PropertyCursor {
 public:
  PropertyCursor(const SnapshotGraph& graph, NodeIndex n)
      : graph_(graph), at_(graph.edges(n).begin()), end_(graph.edges(n).end()) {
    skip();
  }
  [[nodiscard]] bool done() const { return at_ == end_; }
  [[nodiscard]] std::uint32_t name() const { return graph_.edge_name_raw(*at_); }
  void next() {
    ++at_;
    skip();
  }

 private:
  void skip() {
    while (!(at_ == end_) && (*at_).type != EdgeType::property) {
      ++at_;
    }
  }
  const SnapshotGraph& graph_;
  SnapshotGraph::EdgeRange::iterator at_;
  SnapshotGraph::EdgeRange::iterator end_;
};

bool same_properties(const SnapshotGraph& graph, NodeIndex a, NodeIndex b) {
  PropertyCursor x(graph, a);
  PropertyCursor y(graph, b);
  for (; !x.done() && !y.done(); x.next(), y.next()) {
    if (x.name() != y.name()) {
      return false;
    }
  }
  return x.done() && y.done();
}

std::uint64_t mix(std::uint64_t hash, std::uint32_t name) {
  hash = (hash ^ name) * 0x9E3779B97F4A7C15U;
  return hash ^ (hash >> 29U);
}

/// A hash table of shapes, with open addressing.
class ShapeIndex {
 public:
  explicit ShapeIndex(std::vector<Shape>& shapes) : shapes_(shapes), slots_(1024, kEmpty), hashes_(1024) {}

  std::uint32_t find_or_add(const SnapshotGraph& graph, NodeIndex n, std::uint64_t hash) {
    if ((shapes_.size() + 1) * 2 > slots_.size()) {
      grow();
    }
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t i = hash & mask;; i = (i + 1) & mask) {
      if (slots_[i] == kEmpty) {
        slots_[i] = static_cast<std::uint32_t>(shapes_.size());
        hashes_[i] = hash;
        shapes_.push_back({n, 1});
        return slots_[i];
      }
      if (hashes_[i] == hash && same_properties(graph, shapes_[slots_[i]].first, n)) {
        ++shapes_[slots_[i]].count;
        return slots_[i];
      }
    }
  }

 private:
  static constexpr std::uint32_t kEmpty = UINT32_MAX;

  void grow() {
    std::vector<std::uint32_t> slots(slots_.size() * 2, kEmpty);
    std::vector<std::uint64_t> hashes(slots.size());
    const std::size_t mask = slots.size() - 1;
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      if (slots_[i] == kEmpty) {
        continue;
      }
      std::size_t j = hashes_[i] & mask;
      while (slots[j] != kEmpty) {
        j = (j + 1) & mask;
      }
      slots[j] = slots_[i];
      hashes[j] = hashes_[i];
    }
    slots_.swap(slots);
    hashes_.swap(hashes);
  }

  std::vector<Shape>& shapes_;
  std::vector<std::uint32_t> slots_;
  std::vector<std::uint64_t> hashes_;
};

}  // namespace

Shapes group_by_shape(const SnapshotGraph& graph) {
  Shapes result;
  ShapeIndex index(result.shapes);
  const StringIndex object_name = graph.strings().find(KnownName::object);
  for (std::uint32_t i = 0; i < graph.node_count(); ++i) {
    const NodeIndex n(i);
    if (graph.type(n) != NodeType::object || graph.name_index(n) != object_name) {
      continue;
    }
    std::uint64_t hash = 0x5851F42D4C957F2DU;
    for (PropertyCursor p(graph, n); !p.done(); p.next()) {
      hash = mix(hash, p.name());
    }
    result.objects.emplace_back(n, index.find_or_add(graph, n, hash));
  }
  return result;
}

}  // namespace heapdiff::graph
