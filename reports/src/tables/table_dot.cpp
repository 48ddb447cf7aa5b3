// A report's graph for Graphviz, written by Boost.Graph. Names come from a heap: Boost's own quoting leaves backslashes
// alone, so a name that ends in one would break out of its string. Labels are quoted here.

#include "heapdiff/snapshot/visible_text.h"
#include "tables/table_cells.h"

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/graphviz.hpp>

#include <ostream>
#include <sstream>

namespace heapdiff {

namespace {

constexpr std::size_t kMostColumns = 60;

/// The inside of a quoted label: no character of `text` is syntax, an escape or an entity.
std::string dot_text(std::string_view text) {
  std::string out;
  for (const char c : visible_text(text, kMostColumns)) {
    if (c == '"' || c == '\\') {
      out += '\\';
    }
    out += c == '&' ? std::string("&amp;") : std::string(1, c);
  }
  return out;
}

using DotGraph =
    boost::adjacency_list<boost::vecS, boost::vecS, boost::bidirectionalS, boost::no_property, std::size_t>;

}  // namespace

std::string render_graph_dot(const ReportGraph& graph, const std::string& title) {
  DotGraph g(graph.nodes.size());
  for (std::size_t e = 0; e < graph.edges.size(); ++e) {
    boost::add_edge(graph.edges[e].source, graph.edges[e].target, e, g);
  }
  const auto write_node = [&](std::ostream& out, std::size_t n) {
    const ReportGraph::Node& node = graph.nodes[n];
    out << " [label=\"";
    for (std::size_t i = 0; i < node.lines.size(); ++i) {
      out << (i == 0 ? "" : "\\n") << dot_text(node.lines[i]);
    }
    out << '"' << (node.marked ? ", style=filled, fillcolor=\"#ffd9b3\"" : "") << (node.dominates ? ", penwidth=2" : "")
        << "]";
  };
  const auto write_edge = [&](std::ostream& out, const DotGraph::edge_descriptor& e) {
    const ReportGraph::Edge& edge = graph.edges[g[e]];
    out << " [label=\"" << dot_text(edge.label) << '"' << (edge.main ? ", penwidth=2" : "")
        << (edge.weak ? ", style=dashed" : "") << "]";
  };
  const auto write_all = [&](std::ostream& out) {
    out << "label=\"" << dot_text(title) << "\";\nlabelloc=t;\nnode [shape=box, fontname=\"sans-serif\"];\n"
        << "edge [fontname=\"sans-serif\", fontsize=10];\n";
  };
  std::ostringstream out;
  boost::write_graphviz(out, g, write_node, write_edge, write_all);
  return out.str();
}

}  // namespace heapdiff
