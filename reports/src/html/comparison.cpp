// The tables of a comparison as HTML.

#include "compose/report_words.h"
#include "heapdiff/reports/quantity.h"
#include "html/markup.h"
#include "html/sections.h"

#include <fmt/format.h>

#include <algorithm>

namespace heapdiff::html {

using namespace compose;

namespace {

constexpr std::size_t kMaxRows = 100;

std::string cell(std::int64_t value, const std::string& shown) {
  return fmt::format("<td class=\"num\" data-value=\"{}\">{}</td>", value, text(shown));
}

std::string bytes_cells(std::int64_t difference, std::int64_t base, std::int64_t now) {
  return cell(difference, format_change(static_cast<double>(difference))) +
         cell(base, format_bytes(static_cast<double>(base))) + cell(now, format_bytes(static_cast<double>(now)));
}

std::string head_of(std::string_view caption, std::string_view name) {
  return fmt::format(
      "<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"{0}\"><table "
      "class=\"sortable\">\n<caption>{0}</caption>\n<thead><tr><th scope=\"col\">{1}</th><th scope=\"col\" "
      "class=\"num\">Difference</th><th scope=\"col\" class=\"num\">Base</th><th scope=\"col\" "
      "class=\"num\">New</th></tr></thead>\n<tbody>\n",
      text(caption), name);
}

}  // namespace

std::string comparison_rows(const ReportComparison& c) {
  std::string out = head_of(c.of_profiles ? "Functions by difference, then what is in no row"
                                          : "Places by difference, then what is in no row",
                            c.of_profiles ? "Function" : "Place");
  std::int64_t left = c.unexplained_bytes;
  for (std::size_t i = 0; i < c.rows.size(); ++i) {
    const ReportCompareRow& row = c.rows[i];
    if (i >= kMaxRows) {
      left += row.difference();
      continue;
    }
    const std::string place = compare_place(row);
    const std::string name = text(compare_words(row) + compare_mark(row), 300);
    const std::string more =
        compare_interval(row) + (row.per_operation ? fmt::format(" {}/op", format_change(*row.per_operation)) : "");
    out += fmt::format("<tr><th scope=\"row\"><span class=\"name\">{}</span>{}{}</th>{}</tr>\n",
                       row.suspect ? fmt::format("<a href=\"#suspect-{}\">{}</a>", *row.suspect + 1, name) : name,
                       place.empty() ? "" : fmt::format("<span class=\"meta place\">{}</span>", text(place, 200)),
                       more.empty() ? "" : fmt::format("<span class=\"meta\">{}</span>", text(more, 120)),
                       bytes_cells(row.difference(), row.base_bytes, row.new_bytes));
  }
  out += fmt::format("<tr><th scope=\"row\">unexplained and smaller rows</th>{}<td></td><td></td></tr>\n",
                     cell(left, format_change(static_cast<double>(left))));
  out += fmt::format("<tr><th scope=\"row\"><strong>{}</strong></th>{}</tr>\n",
                     c.of_profiles ? "all sampled bytes" : "the whole heap",
                     bytes_cells(c.difference(), c.base_bytes, c.new_bytes));
  return out + "</tbody></table></div>\n";
}

std::string comparison_totals(const std::vector<ReportCompareTotal>& totals, std::string_view caption,
                              std::string_view name_heading, bool of_classes) {
  if (totals.empty()) {
    return {};
  }
  std::string out = head_of(caption, name_heading);
  for (const ReportCompareTotal& total : totals) {
    out += fmt::format("<tr{}><th scope=\"row\"><span class=\"name\">{}</span></th>{}</tr>\n",
                       of_classes ? fmt::format(" data-open=\"class:{}\"", text(total.name, 160)) : std::string(),
                       text(total.version.empty() ? total.name : total.name + " " + total.version, 200),
                       bytes_cells(total.difference(), total.base_bytes, total.new_bytes));
  }
  return out + "</tbody></table></div>\n";
}

std::string owner_rows(const std::vector<ReportOwner>& owners) {
  if (owners.empty()) {
    return {};
  }
  std::int64_t all = 0;
  for (const ReportOwner& owner : owners) {
    all += owner.bytes;
  }
  std::string out =
      "<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"Owners\"><table "
      "class=\"sortable\">\n<caption>Bytes of the last snapshot by who made the code</caption>\n<thead><tr><th "
      "scope=\"col\">Owner</th><th scope=\"col\" class=\"num\">Bytes</th><th scope=\"col\" "
      "class=\"num\">Share</th></tr></thead>\n<tbody>\n";
  for (std::size_t i = 0; i < std::min(owners.size(), kMaxRows); ++i) {
    const ReportOwner& owner = owners[i];
    out += fmt::format(
        "<tr><th scope=\"row\"><span class=\"name\">{}</span></th>{}{}</tr>\n",
        text(owner.version.empty() ? owner.name : owner.name + " " + owner.version, 200),
        cell(owner.bytes, format_bytes(static_cast<double>(owner.bytes))),
        cell(owner.bytes, fmt::format("{:.1f} %", 100.0 * static_cast<double>(owner.bytes) /
                                                      static_cast<double>(std::max<std::int64_t>(all, 1)))));
  }
  return out + "</tbody></table></div>\n";
}

}  // namespace heapdiff::html
