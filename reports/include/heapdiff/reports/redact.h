#pragma once
// What a report may not tell: one filter for secrets in names, keys, events, URLs, paths, code and messages.
//
// Masks are short words in brackets ("[e-mail]"), so that a reader sees what stood there. Filtering twice changes
// nothing. The filter knows forms, not meanings: a password that looks like a word is hidden only where its name
// ("password=") or its place (a URL's user, a query value, a dictionary key) gives it away.

#include "heapdiff/reports/rca_report.h"

#include <string>
#include <string_view>

namespace heapdiff {

/// `text` without secrets, for anything that is shown: reports, warnings, errors, the command line. Masked are tokens
/// and keys of known forms, JWTs, private keys, `password=` and the like, credentials and query values of URLs, e-mail
/// addresses, card, bank and telephone numbers, UUIDs, long random runs; a home directory becomes `~`. The result is
/// visible_text(). Linear in the text.
[[nodiscard]] std::string mask_secrets(std::string_view text);

/// Makes ready what the filter needs, some milliseconds of work; else the first text pays for it. Any thread may call
/// it.
void prepare_secret_filter();

/// The name of a property, dictionary key or event: mask_secrets(), and data folded ("customer:28" -> "customer:*").
/// A plain identifier ("_events", "utf8") stays.
[[nodiscard]] std::string mask_key(std::string_view name);

/// A line of source: literal secrets are masked; `password = read()` is code and stays.
[[nodiscard]] std::string mask_code(std::string_view line);

/// Puts every text of the report through the filter that suits it (report_texts.h). build_report() calls it once;
/// whoever fills a report in another way has to call it before render().
void redact(RcaReport& report);

}  // namespace heapdiff
