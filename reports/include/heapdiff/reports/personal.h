#pragma once
// The filter for data of people, on top of the filter for secrets (redact.h).

#include "heapdiff/reports/rca_report.h"
#include "heapdiff/reports/table_report.h"

#include <optional>
#include <string>
#include <string_view>

namespace heapdiff {

/// How much of the names in a report is masked.
enum class RedactLevel {
  secrets,   ///< what redact() masks
  personal,  ///< also telephone numbers in national forms, IP addresses and dates of birth
};
/// "secrets" or "personal".
[[nodiscard]] std::optional<RedactLevel> parse_redact_level(std::string_view name);

/// The level of a format for which none was chosen: `personal` for what people post (Jira, ADF, Markdown, HTML),
/// `secrets` for the terminal and for what programs read.
[[nodiscard]] RedactLevel usual_redact_level(std::string_view format);

/// `text` without telephone numbers, IP addresses and dates of birth. A version of four parts ("Chrome/120.0.6099.109",
/// "v1.2.3.4") stays. Masking twice changes nothing. O(length of the text).
[[nodiscard]] std::string mask_personal(std::string_view text);

/// Copies in which every text went through mask_personal(). Texts that heapdiff wrote without a name of the heap stay.
[[nodiscard]] RcaReport without_personal_data(RcaReport report);
[[nodiscard]] TableReport without_personal_data(TableReport report);

}  // namespace heapdiff
