// What one file cannot show, and what was told apart from accumulations in it.

#include "compose/report_parts.h"
#include "heapdiff/reports/quantity.h"

#include <fmt/format.h>

namespace heapdiff::compose {

void add_limits_of_one_file(RcaReport& report, const Findings& findings) {
  report.ruled_out.push_back(fmt::format(
      "Not listed: {} of compiled code, type feedback, hidden classes and scripts, which V8 makes to run the program "
      "and which nothing of the program alone holds.",
      format_bytes(static_cast<double>(findings.overhead_bytes))));
  if (findings.module_count > 0) {
    report.ruled_out.push_back(fmt::format(
        "Not listed: {} loaded modules. Each was loaded once; what piles up inside one of them is listed by its own "
        "holder.",
        format_count(findings.module_count)));
  }
  if (findings.dismissed_bytes > 0) {
    report.ruled_out.push_back(fmt::format(
        "Not listed: {} in tables that the runtime builds for itself: only its own functions reach them, and they hold "
        "nothing of the program.",
        format_bytes(static_cast<double>(findings.dismissed_bytes))));
  }
  report.ruled_out.emplace_back(
      "Not listed: methods, exports and builtins. An object has many of these, but each is a function of its own; many "
      "closures of one function are listed.");
  report.limits_of_evidence.emplace_back(
      "One file does not show what grows. A cache or a table that is meant to be large looks like a leak that is large "
      "already, and a leak that has just begun is too small to be seen.");
  if (findings.unattributed_bytes > 0) {
    report.limits_of_evidence.push_back(fmt::format("Smaller accumulations keep {} more.",
                                                    format_bytes(static_cast<double>(findings.unattributed_bytes))));
  }
}

}  // namespace heapdiff::compose
