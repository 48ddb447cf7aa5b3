// Graphs for Graphviz: names from a heap are never syntax.

#include "heapdiff/reports/table_report.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace heapdiff;

namespace {

/// Whether quotes pair up as Graphviz reads them, with nothing outside them but what the writer itself puts there.
bool is_closed(const std::string& dot) {
  bool quoted = false;
  for (std::size_t i = 0; i < dot.size(); ++i) {
    if (quoted && dot[i] == '\\') {
      ++i;
    } else if (dot[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && dot[i] == '<') {
      return false;
    }
  }
  return !quoted;
}

}  // namespace

TEST_CASE("dot: quotes, backslashes, entities, control characters and markup stay text") {
  for (const std::string& name : std::vector<std::string>{"ends in \\", "\"];\nevil [label=\"x", "<b>html</b>", "&lt;",
                                                          "\\N\\G\\l", "a\nb\x1b[31m", "\xff\xfe", "", "{x|y}"}) {
    CAPTURE(name);
    TableReport report;
    report.title = name;
    report.graph.nodes = {{{name, "1 B"}, false, true}, {{name}, true, false}};
    report.graph.edges = {{0, 1, name, true, false}, {0, 1, name, false, true}};
    const std::string dot = render_tables(report, "dot", {});
    CHECK(is_closed(dot));
    CHECK(dot.find('\x1b') == std::string::npos);
    CHECK(dot.find("&lt;") == std::string::npos);
  }
}
