#pragma once
// An adapter of the snapshot graph for Boost.Graph. It reads the same columns and copies nothing.
//
// Models IncidenceGraph and VertexListGraph; `WithInEdges` adds BidirectionalGraph with a reverse index. The free
// functions are hidden friends, found by argument-dependent lookup. Included by few files: Boost's headers are heavy.

#include "graph/graph_access.h"
#include "heapdiff/snapshot/detail/column.h"
#include "heapdiff/snapshot/snapshot_graph.h"

#include <boost/graph/graph_traits.hpp>
#include <boost/iterator/counting_iterator.hpp>
#include <boost/iterator/iterator_facade.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>

namespace heapdiff::algorithms {

/// An edge: its row, and the node that it leaves.
struct EdgeDescriptor {
  std::uint32_t edge = UINT32_MAX;
  std::uint32_t source = UINT32_MAX;
  friend bool operator==(const EdgeDescriptor&, const EdgeDescriptor&) = default;
};

/// Keeps a pointer to the graph, which has to outlive it.
class BoostGraph {
 public:
  explicit BoostGraph(const SnapshotGraph& graph) noexcept : graph_(&graph) {}
  [[nodiscard]] const SnapshotGraph& graph() const noexcept { return *graph_; }

  class OutEdgeIterator
      : public boost::iterator_facade<OutEdgeIterator, EdgeDescriptor, boost::random_access_traversal_tag,
                                      EdgeDescriptor, std::ptrdiff_t> {
   public:
    OutEdgeIterator() = default;
    OutEdgeIterator(std::uint32_t edge, std::uint32_t source) noexcept : at_{edge, source} {}

   private:
    friend class boost::iterator_core_access;
    [[nodiscard]] EdgeDescriptor dereference() const noexcept { return at_; }
    [[nodiscard]] bool equal(const OutEdgeIterator& o) const noexcept { return at_.edge == o.at_.edge; }
    void increment() noexcept { ++at_.edge; }
    void decrement() noexcept { --at_.edge; }
    void advance(std::ptrdiff_t n) noexcept { at_.edge = static_cast<std::uint32_t>(at_.edge + n); }
    [[nodiscard]] std::ptrdiff_t distance_to(const OutEdgeIterator& o) const noexcept {
      return static_cast<std::ptrdiff_t>(o.at_.edge) - static_cast<std::ptrdiff_t>(at_.edge);
    }
    EdgeDescriptor at_;
  };
  using VertexIterator = boost::counting_iterator<std::uint32_t>;

  friend std::pair<VertexIterator, VertexIterator> vertices(const BoostGraph& g) {
    return {VertexIterator(0), VertexIterator(g.graph_->node_count())};
  }
  friend std::uint32_t num_vertices(const BoostGraph& g) { return g.graph_->node_count(); }
  friend std::pair<OutEdgeIterator, OutEdgeIterator> out_edges(std::uint32_t v, const BoostGraph& g) {
    const auto& first = graph::GraphAccess::columns(*g.graph_).first_edge;
    return {OutEdgeIterator(first[v], v), OutEdgeIterator(first[v + std::size_t{1}], v)};
  }
  friend std::size_t out_degree(std::uint32_t v, const BoostGraph& g) { return g.graph_->edges(NodeIndex(v)).size(); }
  friend std::uint32_t source(const EdgeDescriptor& e, const BoostGraph&) { return e.source; }
  friend std::uint32_t target(const EdgeDescriptor& e, const BoostGraph& g) {
    return graph::GraphAccess::columns(*g.graph_).edge_target[e.edge] & GraphColumns::kTargetMask;
  }

 private:
  const SnapshotGraph* graph_;
};

/// Also knows the edges that enter each node. 4 bytes per node, 8 per edge.
class WithInEdges : public BoostGraph {
 public:
  explicit WithInEdges(const SnapshotGraph& graph)
      : BoostGraph(graph),
        first_(std::size_t{graph.node_count()} + 1),
        edges_(static_cast<std::size_t>(graph.edge_count())) {
    const std::uint32_t n = graph.node_count();
    for (std::uint32_t v = 0; v < n; ++v) {
      for (const SnapshotGraph::Edge e : graph.edges(NodeIndex(v))) {
        ++first_[e.target.get() + std::size_t{1}];
      }
    }
    for (std::uint32_t v = 0; v < n; ++v) {
      first_[v + std::size_t{1}] += first_[v];
    }
    Column<std::uint32_t> next(n);
    for (std::uint32_t v = 0; v < n; ++v) {
      for (const SnapshotGraph::Edge e : graph.edges(NodeIndex(v))) {
        const std::uint32_t to = e.target.get();
        edges_[first_[to] + next[to]++] = {static_cast<std::uint32_t>(e.index.get()), v};
      }
    }
  }

  using InEdgeIterator = const EdgeDescriptor*;
  friend std::pair<InEdgeIterator, InEdgeIterator> in_edges(std::uint32_t v, const WithInEdges& g) {
    return {g.edges_.data() + g.first_[v], g.edges_.data() + g.first_[v + std::size_t{1}]};
  }
  friend std::size_t in_degree(std::uint32_t v, const WithInEdges& g) {
    return g.first_[v + std::size_t{1}] - g.first_[v];
  }
  friend std::size_t degree(std::uint32_t v, const WithInEdges& g) { return in_degree(v, g) + out_degree(v, g); }

 private:
  Column<std::uint32_t> first_;
  Column<EdgeDescriptor> edges_;
};

}  // namespace heapdiff::algorithms

namespace boost {

template <>
struct graph_traits<heapdiff::algorithms::BoostGraph> {
  struct traversal_category : virtual incidence_graph_tag, virtual vertex_list_graph_tag {};
  using vertex_descriptor = std::uint32_t;
  using edge_descriptor = heapdiff::algorithms::EdgeDescriptor;
  using directed_category = directed_tag;
  using edge_parallel_category = allow_parallel_edge_tag;
  using vertex_iterator = heapdiff::algorithms::BoostGraph::VertexIterator;
  using out_edge_iterator = heapdiff::algorithms::BoostGraph::OutEdgeIterator;
  using in_edge_iterator = void;
  using edge_iterator = void;
  using adjacency_iterator = void;
  using vertices_size_type = std::uint32_t;
  using edges_size_type = std::uint64_t;
  using degree_size_type = std::size_t;
  static vertex_descriptor null_vertex() { return UINT32_MAX; }
};

template <>
struct graph_traits<heapdiff::algorithms::WithInEdges> : graph_traits<heapdiff::algorithms::BoostGraph> {
  struct traversal_category : virtual bidirectional_graph_tag, virtual vertex_list_graph_tag {};
  using directed_category = bidirectional_tag;
  using in_edge_iterator = heapdiff::algorithms::WithInEdges::InEdgeIterator;
};

}  // namespace boost
