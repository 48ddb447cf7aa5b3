// Writes the graph of a report for Graphviz. Labels are quoted so that no character of a heap name is syntax.

#include "heapdiff/snapshot/visible_text.h"
#include "tables/table_cells.h"

#include <fmt/format.h>

#include <iterator>
#include <string>

namespace heapdiff::tables {

namespace {

constexpr std::size_t kMaxColumns = 60;

/// `text` for a quoted label, in which no character is syntax, an escape or an entity.
std::string dot_text(std::string_view text) {
  std::string out;
  for (const char c : visible_text(text, kMaxColumns)) {
    if (c == '"' || c == '\\') {
      out += '\\';
    }
    out += c == '&' ? std::string("&amp;") : std::string(1, c);
  }
  return out;
}

}  // namespace

std::string render_graph_dot(const ReportGraph& graph, const std::string& title) {
  std::string dot = fmt::format(
      "digraph G {{\nlabel=\"{}\";\nlabelloc=t;\nnode [shape=box, fontname=\"sans-serif\"];\n"
      "edge [fontname=\"sans-serif\", fontsize=10];\n",
      dot_text(title));
  const auto out = std::back_inserter(dot);
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    const ReportGraph::Node& node = graph.nodes[n];
    std::string label;
    for (const std::string& line : node.lines) {
      label += (&line == &node.lines.front() ? "" : "\\n") + dot_text(line);
    }
    fmt::format_to(out, "{} [label=\"{}\"{}{}];\n", n, label,
                   node.marked ? ", style=filled, fillcolor=\"#ffd9b3\"" : "", node.dominates ? ", penwidth=2" : "");
  }
  for (const ReportGraph::Edge& edge : graph.edges) {
    fmt::format_to(out, "{}->{}  [label=\"{}\"{}{}];\n", edge.source, edge.target, dot_text(edge.label),
                   edge.main ? ", penwidth=2" : "", edge.weak ? ", style=dashed" : "");
  }
  dot += "}\n";
  return dot;
}

}  // namespace heapdiff::tables
