#pragma once
// Writing HTML: the escapers, and the elements that every section uses.

#include "heapdiff/reports/rca_report.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heapdiff::html {

/// Text for element content and quoted attributes: visible_text(), cut to `max_columns` code points, markup escaped.
[[nodiscard]] std::string text(std::string_view raw, std::size_t max_columns = 2000);

/// Our own advice, never words of a heap: text() in which `words` between backticks become code.
[[nodiscard]] std::string prose(std::string_view raw);

/// text() of a rate, kept from breaking between a number and its percent sign.
[[nodiscard]] std::string rate(const std::optional<RateValue>& rate);

/// JSON in which `<`, `>` and `&` are \u escapes: nothing in it can end a script element or open a comment.
[[nodiscard]] std::string data_block(const std::string& ascii_json);

/// A growth, with its sign: "+3.4 MB", "−12 kB".
[[nodiscard]] std::string signed_bytes(std::int64_t bytes);
[[nodiscard]] std::string signed_count(std::int64_t count);

/// Bullet list of escaped items; long lists are cut, and say so.
[[nodiscard]] std::string list(const std::vector<std::string>& items);
/// Steps in order, each prose().
[[nodiscard]] std::string steps(const std::vector<std::string>& items);

/// "2026-03-02 01:00:30" as a time element; "time not known" without one.
[[nodiscard]] std::string time_of(const ReportSnapshot& snapshot);

/// A bar of `share` (0 to 1) of its cell, for eyes only.
[[nodiscard]] std::string bar(double share);

}  // namespace heapdiff::html
