#include "heapdiff/reports/suspect_label.h"

#include "compose/report_parts.h"
#include "heapdiff/diff/quantity.h"
#include "heapdiff/diff/verdict.h"
#include "heapdiff/reports/redact.h"
#include "heapdiff/snapshot/visible_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace heapdiff {

namespace compose {

std::string suspect_title(const Suspect& s, std::span<const Facts> facts) {
  const std::vector<std::int64_t> counts = listener_counts(s, facts);
  const std::int64_t listeners = counts.empty() ? 0 : counts.back() - counts.front();
  if (listeners > 0) {
    return s.event.empty()
               ? fmt::format("{} more listeners held by {}", format_count(listeners), s.emitter)
               : fmt::format("{} more listeners for \"{}\" held by {}", format_count(listeners), s.event, s.emitter);
  }
  const bool rooted = s.emitter.empty() && (s.holder.empty() || s.holder[0] == '(');
  const std::string holder = rooted ? "the roots of the heap" : s.emitter.empty() ? s.holder : s.emitter;
  const std::string label = s.emitter.empty() ? s.label : s.event;
  const std::string count = s.object_count_growth > 0 ? format_count(s.object_count_growth) + " more" : "growing";
  // "(string)" and "system / Context" are not names of classes, and need no "objects" after them.
  const bool is_class = s.object_count_growth > 0 && s.constructor.find_first_of("(/") == std::string::npos;
  return fmt::format("{} {}{} held by {}{}", count, s.constructor, is_class ? " objects" : "", holder,
                     label.empty() ? "" : fmt::format(" \"{}\"", label));
}

}  // namespace compose

SuspectLabel label_suspect(const Suspect& suspect, const std::vector<Site>& sites, std::span<const Facts> facts) {
  SuspectLabel label;
  label.title = mask_secrets(compose::suspect_title(suspect, facts));
  label.name = label.title;
  if (!sites.empty()) {
    const Site& site = sites.front();
    label.name +=
        fmt::format(" at {}:{}", mask_secrets(visible_text(site.file)), std::max<std::uint32_t>(site.line, 1));
  }
  return label;
}

}  // namespace heapdiff
