#pragma once
// The escapers for HTML, and the elements that every section uses.

#include "heapdiff/reports/rca_report.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heapdiff::html {

/// Text for element content and quoted attributes: visible_text(), cut to `max_columns` code points, markup escaped.
[[nodiscard]] std::string text(std::string_view raw, std::size_t max_columns = 2000);

/// text() of heapdiff's own advice, in which words between backticks become code. Not for names of a heap.
[[nodiscard]] std::string prose(std::string_view raw);

/// text() of a sentence of heapdiff; where it names one thing of the program between backticks, the name becomes code.
[[nodiscard]] std::string named(std::string_view raw);

/// text() of a rate that does not break between a number and its percent sign.
[[nodiscard]] std::string growth_rate(const std::optional<RateValue>& per_hour,
                                      const std::optional<RateValue>& per_step);

/// JSON with \u escapes for `<`, `>` and `&`, so that it cannot end a script element or open a comment.
[[nodiscard]] std::string data_block(const std::string& ascii_json);

/// A change in bytes with its sign: "+3.4 MB", "−12 kB".
[[nodiscard]] std::string signed_bytes(std::int64_t bytes);
[[nodiscard]] std::string signed_count(std::int64_t count);

/// A bullet list of escaped items. A long list is cut, and says how many items are missing.
[[nodiscard]] std::string list(const std::vector<std::string>& items);
/// A numbered list of steps, each prose().
[[nodiscard]] std::string steps(const std::vector<std::string>& items);

/// "2026-03-02 01:00:30" as a time element; "time not known" without one.
[[nodiscard]] std::string time_of(const ReportSnapshot& snapshot);

/// A bar of `share` (0 to 1) of its cell, hidden from screen readers.
[[nodiscard]] std::string bar(double share);

}  // namespace heapdiff::html
