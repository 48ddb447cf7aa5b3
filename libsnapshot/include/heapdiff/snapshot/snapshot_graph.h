#pragma once
// One heap snapshot as an immutable graph: columns for the nodes, compressed rows for the edges, names.

#include "heapdiff/snapshot/detail/graph_columns.h"
#include "heapdiff/snapshot/index.h"
#include "heapdiff/snapshot/locations.h"
#include "heapdiff/snapshot/meta.h"
#include "heapdiff/snapshot/string_table.h"

#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace heapdiff {

namespace graph {
class GraphAccess;  // how the library itself fills a graph and frees parts of it
}

/// Whether a DOM node is part of a document, as V8 recorded it.
enum class Detachedness : std::uint8_t { unknown = 0, attached = 1, detached = 2 };

/// One heap snapshot. Made by `load_snapshot`, and immutable for its user: there is no way to change one.
///
/// Parts: kinds, sizes and ids of nodes; edges; edge names; texts; positions and traces. A graph from `load_snapshot`
/// has all of them. `compute_heap` frees those that HeapOptions does not keep; `has_edges` and `has_edge_names` tell
/// which edges are left. Reading a part that was freed is undefined.
/// Memory: 17 bytes per node, 6 per edge (4 without edge names), and the texts.
/// Lifetime: views, spans, ranges and iterators are valid as long as the graph is neither moved from nor destroyed.
/// Threads: any number may read one graph at the same time. All accessors are O(1) unless stated.
class SnapshotGraph {
 public:
  struct Edge {
    EdgeIndex index;
    EdgeType type;
    NodeIndex target;
  };

  /// Edges of one node, in file order. Valid as long as its graph.
  class EdgeRange {
   public:
    class iterator {
     public:
      using iterator_category = std::input_iterator_tag;
      using value_type = Edge;
      using difference_type = std::ptrdiff_t;
      using pointer = const Edge*;
      using reference = Edge;
      iterator(const std::uint32_t* targets, std::uint32_t at) noexcept : targets_(targets), at_(at) {}
      Edge operator*() const noexcept {
        const std::uint32_t raw = targets_[at_];
        return {EdgeIndex(at_), static_cast<EdgeType>(raw >> GraphColumns::kTargetBits),
                NodeIndex(raw & GraphColumns::kTargetMask)};
      }
      iterator& operator++() noexcept {
        ++at_;
        return *this;
      }
      bool operator==(const iterator& other) const noexcept { return at_ == other.at_; }

     private:
      const std::uint32_t* targets_;
      std::uint32_t at_;
    };
    EdgeRange(const std::uint32_t* targets, std::uint32_t first, std::uint32_t last) noexcept
        : targets_(targets), first_(first), last_(last) {}
    [[nodiscard]] iterator begin() const noexcept { return {targets_, first_}; }
    [[nodiscard]] iterator end() const noexcept { return {targets_, last_}; }
    [[nodiscard]] std::size_t size() const noexcept { return last_ - first_; }
    [[nodiscard]] bool empty() const noexcept { return first_ == last_; }

   private:
    const std::uint32_t* targets_;
    std::uint32_t first_;
    std::uint32_t last_;
  };

  /// An empty graph, to be assigned to.
  SnapshotGraph() = default;

  [[nodiscard]] std::uint32_t node_count() const noexcept { return static_cast<std::uint32_t>(c_.node_count); }
  [[nodiscard]] std::uint64_t edge_count() const noexcept { return c_.edge_count; }
  [[nodiscard]] static constexpr NodeIndex root() noexcept { return NodeIndex(0); }

  [[nodiscard]] NodeType type(NodeIndex n) const noexcept {
    return static_cast<NodeType>(c_.kind[n.get()] & GraphColumns::kTypeMask);
  }
  [[nodiscard]] std::string_view type_name(NodeIndex n) const noexcept;
  [[nodiscard]] Detachedness detachedness(NodeIndex n) const noexcept {
    return static_cast<Detachedness>(c_.kind[n.get()] >> GraphColumns::kDetachedShift);
  }
  [[nodiscard]] StringIndex name_index(NodeIndex n) const noexcept { return StringIndex(c_.name[n.get()]); }
  /// As in the file, without the "Detached " that DevTools adds. Empty for strings whose text was not kept.
  [[nodiscard]] std::string_view name(NodeIndex n) const noexcept { return strings_[name_index(n)]; }
  [[nodiscard]] std::uint64_t id(NodeIndex n) const noexcept { return c_.id[n.get()]; }
  /// In bytes. As in the file after loading; after `compute_heap` as DevTools shows it, where the size of a store
  /// that has one owner counts for the owner.
  [[nodiscard, gnu::always_inline]] std::uint64_t self_size(NodeIndex n) const noexcept {
    return c_.self_size[n.get()];
  }
  /// Sum of all self sizes, in bytes. `compute_heap` does not change it.
  [[nodiscard]] std::uint64_t total_self_size() const noexcept { return total_self_size_; }
  /// 0 when the node has no allocation trace.
  [[nodiscard]] std::uint32_t trace_id(NodeIndex n) const noexcept {
    return c_.trace_id.empty() ? 0 : c_.trace_id[n.get()];
  }

  [[nodiscard]] EdgeRange edges(NodeIndex n) const noexcept {
    return {c_.edge_target.data(), c_.first_edge[n.get()], c_.first_edge[n.get() + 1]};
  }
  [[nodiscard]] bool has_edges() const noexcept { return !c_.edge_target.empty() || c_.edge_count == 0; }
  [[nodiscard]] bool has_edge_names() const noexcept { return !c_.edge_name.empty() || c_.edge_count == 0; }
  [[nodiscard]] static bool is_numbered(EdgeType type) noexcept {
    return type == EdgeType::element || type == EdgeType::hidden;
  }
  /// String index of a named edge, or the number of an element or hidden edge.
  [[nodiscard]] std::uint32_t edge_name_raw(const Edge& e) const noexcept {
    return c_.edge_name.get(e.index.get(), is_numbered(e.type));
  }
  /// Empty for element and hidden edges.
  [[nodiscard]] std::string_view edge_name(const Edge& e) const noexcept {
    return is_numbered(e.type) ? std::string_view() : strings_[StringIndex(edge_name_raw(e))];
  }
  /// Whether an edge may have a name whose string index passes `test`. False: none has, so that the edges need not be
  /// looked at. O(different names).
  template <class Test>
  [[nodiscard]] bool may_have_edge_named(Test test) const {
    return c_.edge_name.may_have(test);
  }
  /// The name, or the number in decimal: what DevTools prints.
  [[nodiscard]] std::string edge_label(const Edge& e) const;
  /// First edge of `n` of this type and name, in file order. O(edges of `n`).
  [[nodiscard]] std::optional<Edge> find_edge(NodeIndex n, EdgeType type, std::string_view name) const;
  /// Target of `find_edge`, or none.
  [[nodiscard]] NodeIndex find_target(NodeIndex n, EdgeType type, std::string_view name) const;

  [[nodiscard]] const StringTable& strings() const noexcept { return strings_; }
  [[nodiscard]] const SnapshotMeta& meta() const noexcept { return meta_; }
  [[nodiscard]] const Locations& locations() const noexcept { return locations_; }
  [[nodiscard]] bool has_detachedness() const noexcept { return meta_.node_detachedness != SnapshotMeta::kAbsent; }
  [[nodiscard]] bool has_allocation_traces() const noexcept { return !locations_.trace_nodes.empty(); }
  /// Whether a string is the name of a WeakMap entry's edges. O(log names).
  [[nodiscard]] bool is_ephemeron_name(std::uint32_t string) const noexcept;
  [[nodiscard]] bool has_ephemerons() const noexcept { return !ephemeron_names_.empty(); }
  /// The strings that name edges of WeakMap entries, ascending.
  [[nodiscard]] std::span<const std::uint32_t> ephemeron_names() const noexcept { return ephemeron_names_; }

 private:
  friend class graph::GraphAccess;
  SnapshotGraph(SnapshotMeta meta, GraphColumns columns, StringTable strings, Locations locations);

  SnapshotMeta meta_;
  GraphColumns c_;
  StringTable strings_;
  Locations locations_;
  std::vector<std::uint32_t> ephemeron_names_;  // sorted string indices
  std::uint64_t total_self_size_ = 0;
};

}  // namespace heapdiff
