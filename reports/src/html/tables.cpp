// The tables of the page. Each cell has its plain value as an attribute, for the script that sorts.

#include "compose/report_words.h"
#include "heapdiff/reports/quantity.h"
#include "html/markup.h"
#include "html/sections.h"

#include <fmt/format.h>

#include <algorithm>

namespace heapdiff::html {

namespace {

constexpr std::size_t kSnapshots = 400;

std::string number(std::int64_t value, const std::string& shown, std::string_view extra = "") {
  return fmt::format("<td class=\"num{}\" data-value=\"{}\">{}</td>", extra, value, shown);
}

std::string open_table(std::string_view caption, std::string_view css_class) {
  return fmt::format(
      "<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"{0}\"><table "
      "class=\"{1}\">\n<caption>{0}</caption>\n",
      text(caption), css_class);
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as the tree, three levels
void tree_rows(std::string& out, const ReportGrowthNode& node, std::int64_t all, std::size_t depth) {
  if (node.kind == GrowthKind::step || depth > 3) {
    return;
  }
  out +=
      fmt::format("<tr class=\"depth-{}\"><th scope=\"row\">{}</th>{}{}<td class=\"wide\">{}</td></tr>\n", depth,
                  text(node.name, 200), number(node.bytes, format_bytes(static_cast<double>(node.bytes))),
                  number(node.bytes, fmt::format("{:.1f} %", 100.0 * static_cast<double>(node.bytes) /
                                                                 static_cast<double>(std::max<std::int64_t>(all, 1)))),
                  bar(static_cast<double>(node.bytes) / static_cast<double>(std::max<std::int64_t>(all, 1))));
  for (std::size_t i = 0; i < std::min<std::size_t>(node.children.size(), 12); ++i) {
    tree_rows(out, node.children[i], all, depth + 1);
  }
}

}  // namespace

std::string growth_table(const ReportGrowthNode& tree) {
  std::string out = open_table("Growth since the first snapshot, by what holds it", "tree");
  out +=
      "<thead><tr><th scope=\"col\">Part</th><th scope=\"col\" class=\"num\">Bytes</th><th scope=\"col\" "
      "class=\"num\">Share</th><th scope=\"col\" class=\"wide\">Share as a bar</th></tr></thead>\n<tbody>\n";
  tree_rows(out, tree, tree.bytes, 0);
  return out + "</tbody></table></div>\n";
}

std::string growth_rows(const std::vector<ReportGrowthRow>& rows, std::string_view caption,
                        std::string_view name_heading, Columns columns) {
  if (rows.empty()) {
    return {};
  }
  const bool sizes = columns != Columns::counts;
  const bool of_classes = columns == Columns::class_sizes;
  std::string out = open_table(caption, "sortable");
  out += fmt::format("<thead><tr><th scope=\"col\">{}</th>", name_heading);
  const auto heading = [&](std::string_view label, std::string_view extra) {
    out += fmt::format("<th scope=\"col\" class=\"num{}\">{}</th>", extra, label);
  };
  const std::string_view inner = sizes ? " mid" : "";
  heading("Before", inner);
  heading("After", inner);
  heading("# Delta", "");
  if (sizes) {
    heading("Size Delta", " wide");
    heading("Retained size", " wide");
    heading("Retained Delta", "");
  }
  out += "</tr></thead>\n<tbody>\n";
  std::int64_t most = 1;
  for (const ReportGrowthRow& r : rows) {
    most = std::max(most, sizes ? r.retained_after - r.retained_before : r.count_after - r.count_before);
  }
  for (const ReportGrowthRow& r : rows) {
    out += fmt::format("<tr{}><th scope=\"row\"><span class=\"name\">{}</span>{}</th>",
                       of_classes ? fmt::format(" data-open=\"class:{}\"", text(r.name, 160)) : std::string(),
                       text(r.name, 160),
                       r.place.empty() ? "" : fmt::format("<span class=\"meta place\">{}</span>", text(r.place, 200)));
    const std::int64_t more = r.count_after - r.count_before;
    const std::int64_t bytes = r.retained_after - r.retained_before;
    out += number(r.count_before, format_count(r.count_before), inner) +
           number(r.count_after, format_count(r.count_after), inner) +
           number(more, signed_count(more) +
                            (sizes ? std::string() : bar(static_cast<double>(more) / static_cast<double>(most))));
    if (sizes) {
      out += number(r.self_after - r.self_before, signed_bytes(r.self_after - r.self_before), " wide") +
             number(r.retained_after, format_bytes(static_cast<double>(r.retained_after)), " wide") +
             number(bytes, signed_bytes(bytes) + bar(static_cast<double>(bytes) / static_cast<double>(most)));
    }
    out += "</tr>\n";
  }
  return out + "</tbody></table></div>\n";
}

std::string snapshot_table(const RcaReport& report) {
  std::string out = open_table("Heap at each snapshot", "sortable");
  out +=
      "<thead><tr><th scope=\"col\">Captured (UTC)</th><th scope=\"col\" class=\"num\">Shallow size</th><th "
      "scope=\"col\" "
      "class=\"num\">Change</th><th scope=\"col\" class=\"num wide\">Of it off-heap</th><th scope=\"col\" class=\"num "
      "wide\">Nodes</th></tr></thead>\n<tbody>\n";
  std::int64_t last = 0;
  for (std::size_t i = 0; i < std::min(report.snapshots.size(), kSnapshots); ++i) {
    const ReportSnapshot& s = report.snapshots[i];
    const auto bytes = static_cast<std::int64_t>(s.self_size_bytes);
    out += fmt::format("<tr><th scope=\"row\" data-value=\"{}\">{}</th>", i, time_of(s)) +
           number(bytes, format_bytes(static_cast<double>(bytes))) +
           number(i == 0 ? 0 : bytes - last, i == 0 ? "–" : signed_bytes(bytes - last)) +
           number(static_cast<std::int64_t>(s.off_heap_bytes), format_bytes(static_cast<double>(s.off_heap_bytes)),
                  " wide") +
           number(static_cast<std::int64_t>(s.node_count), format_count(static_cast<std::int64_t>(s.node_count)),
                  " wide") +
           "</tr>\n";
    last = bytes;
  }
  return out + "</tbody></table></div>\n";
}

std::string inputs(const RcaReport& report) {
  std::string out = "<ol class=\"inputs\">\n";
  for (std::size_t i = 0; i < std::min(report.snapshots.size(), kSnapshots); ++i) {
    const ReportSnapshot& s = report.snapshots[i];
    out += fmt::format(
        "<li><code>{}</code><span class=\"meta\">{}, {} nodes, {} edges, time from {}, {}XXH3-128 "
        "<code>{}</code></span></li>\n",
        text(s.path, 200), text(compose::file_size_words(s)), format_count(static_cast<std::int64_t>(s.node_count)),
        format_count(static_cast<std::int64_t>(s.edge_count)), text(s.captured_at_source, 20),
        s.allocation_traces ? "allocation traces, " : "", text(s.digest, 40));
  }
  if (report.snapshots.size() > kSnapshots) {
    out += fmt::format("<li>and {} more snapshots</li>\n", report.snapshots.size() - kSnapshots);
  }
  return out + "</ol>\n";
}

}  // namespace heapdiff::html
