#pragma once
// The filter for secrets in names, keys, events, URLs, paths, code and messages.
//
// A mask is a short word in brackets ("[e-mail]") that says what was there. Masking a masked text again changes
// nothing. The filter knows forms and not meanings: it finds a password that looks like a word only by the name before
// it
// ("password=") or by its place (the user of a URL, a value of a query, a key of a dictionary).

#include "heapdiff/reports/rca_report.h"

#include <string>
#include <string_view>

namespace heapdiff {

/// `text` without secrets. All that is shown goes through it: reports, warnings, errors, the command line. It masks
/// tokens and keys of known forms, JWTs, private keys, values after `password=` and similar names, credentials and
/// query values of URLs, e-mail addresses, card, bank and telephone numbers, UUIDs, and long random runs. A home
/// directory becomes `~`. The result is visible_text(). O(length of the text).
[[nodiscard]] std::string mask_secrets(std::string_view text);

/// Compiles the patterns of the filter, which takes some milliseconds. Without this call the first text waits for it.
/// Thread-safe.
void prepare_secret_filter();

/// The name of a property or a key: mask_secrets(), and data in it is folded ("customer:28" -> "customer:*"). A plain
/// identifier ("_events", "utf8") stays.
[[nodiscard]] std::string mask_key(std::string_view name);

/// A line of source: secrets in literals are masked; an expression such as `password = read()` stays.
[[nodiscard]] std::string mask_code(std::string_view line);

/// Puts every text of the report through the filter that suits it (report_texts.h). build_report() calls it once;
/// whoever fills a report in another way has to call it before render().
void redact(RcaReport& report);

}  // namespace heapdiff
