#include "heapdiff/reports/suspect_label.h"

#include "compose/report_parts.h"
#include "compose/report_words.h"
#include "heapdiff/diff/class_words.h"
#include "heapdiff/diff/quantity.h"
#include "heapdiff/diff/verdict.h"
#include "heapdiff/reports/redact.h"
#include "heapdiff/snapshot/visible_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace heapdiff {

namespace compose {

namespace {

/// Where the growing class is defined when it has no name: DevTools calls its objects "Object" or by their properties,
/// "{id, rows}", as it calls plain objects. Empty for all others.
std::string nameless_class_words(const Suspect& s, const std::vector<Site>& sites) {
  if (s.constructor != "Object" && !s.constructor.starts_with('{')) {
    return {};
  }
  const auto defined = std::find_if(sites.begin(), sites.end(), [](const Site& site) {
    return site.evidence == SiteEvidence::constructor && site.role == SiteRole::allocation;
  });
  return defined == sites.end()
             ? std::string()
             : fmt::format(" of a class without a name ({}:{})", visible_text(defined->file), defined->line);
}

}  // namespace

std::string accumulation_title(const Suspect& s, const std::vector<Site>& sites) {
  const auto first = [&](AlikeCount::Of of) {
    const auto at = std::find_if(s.alike.begin(), s.alike.end(), [&](const AlikeCount& a) { return a.of == of; });
    return at == s.alike.end() ? nullptr : &*at;
  };
  const bool rooted = s.emitter.empty() && (s.holder.empty() || s.holder[0] == '(');
  std::string holder = rooted ? "the roots of the heap" : s.emitter.empty() ? s.holder : s.emitter;
  if (const AlikeCount* event = first(AlikeCount::Of::event); event != nullptr && s.kind == LeakKind::event_listener) {
    return fmt::format("{} listeners for \"{}\" held by {}", format_count(event->count), event->name, holder);
  }
  if (!s.label.empty()) {
    holder += fmt::format(" \"{}\"", s.label);
  }
  if (const auto collection = collection_words(s.cause); !collection.empty()) {
    holder = collection;
  }
  const std::string what = s.object_count_growth > 1
                               ? fmt::format("{} {}", format_count(s.object_count_growth),
                                             objects_of_class(s.constructor, s.object_count_growth))
                               : "a large " + (s.object_count_growth == 1 ? class_noun(s.constructor, 1) : "store");
  return fmt::format("{}{} held by {}", what, nameless_class_words(s, sites), holder);
}

std::string suspect_title(const Suspect& s, const std::vector<Site>& sites, std::span<const Facts> facts) {
  if (s.retained_bytes > 0) {
    return accumulation_title(s, sites);
  }
  const std::vector<std::int64_t> counts = listener_counts(s, facts);
  const std::int64_t listeners = counts.empty() ? 0 : counts.back() - counts.front();
  if (listeners > 0) {
    return s.event.empty()
               ? fmt::format("{} more listeners held by {}", format_count(listeners), s.emitter)
               : fmt::format("{} more listeners for \"{}\" held by {}", format_count(listeners), s.event, s.emitter);
  }
  if (s.kind == LeakKind::event_listener && s.emitter.empty() && !s.event.empty() && s.object_count_growth > 0 &&
      !s.holder.empty() && s.holder[0] != '(') {
    return fmt::format("{} more listeners for \"{}\" held by {}", format_count(s.object_count_growth), s.event,
                       s.holder);
  }
  const bool rooted = s.emitter.empty() && (s.holder.empty() || s.holder[0] == '(');
  std::string holder = rooted ? "the roots of the heap" : s.emitter.empty() ? s.holder : s.emitter;
  if (const std::string& label = s.emitter.empty() ? s.label : s.event; !label.empty()) {
    // A scope has no name of its own: what holds is its variable.
    const bool is_variable = s.emitter.empty() && s.holder.starts_with("system / Context");
    holder = fmt::format("{} \"{}\"", is_variable ? "the variable" : holder, label);
  }
  if (const auto collection = collection_words(s.cause); !collection.empty()) {
    holder = collection;
  }
  if (s.counted) {
    const bool waiters = s.counted->kind() == FactKind::waiters;
    const bool contexts = s.counted->kind() == FactKind::contexts;
    return fmt::format("{} more {} held by {}", s.counted->text(),
                       waiters    ? "waiters"
                       : contexts ? "contexts of asynchronous work"
                                  : objects_of_class(s.counted->subject(), std::llround(s.counted->value())),
                       holder);
  }
  return s.object_count_growth > 0 ? fmt::format("{} more {}{} held by {}", format_count(s.object_count_growth),
                                                 objects_of_class(s.constructor, s.object_count_growth),
                                                 nameless_class_words(s, sites), holder)
                                   : fmt::format("growing {} held by {}", class_noun(s.constructor, 2), holder);
}

}  // namespace compose

SuspectLabel label_suspect(const Suspect& suspect, const std::vector<Site>& sites, std::span<const Facts> facts) {
  SuspectLabel label;
  label.title = mask_secrets(compose::suspect_title(suspect, sites, facts));
  label.name = label.title;
  if (!sites.empty()) {
    const Site& site = sites.front();
    label.name +=
        " " + compose::place_phrase(mask_secrets(visible_text(site.file)), std::max<std::uint32_t>(site.line, 1),
                                    mask_secrets(visible_text(site.function, 80)), site.precision);
  }
  return label;
}

}  // namespace heapdiff
