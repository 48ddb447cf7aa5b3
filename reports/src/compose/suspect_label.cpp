#include "heapdiff/reports/suspect_label.h"

#include "compose/report_parts.h"
#include "compose/report_words.h"
#include "heapdiff/diff/class_words.h"
#include "heapdiff/diff/quantity.h"
#include "heapdiff/diff/verdict.h"
#include "heapdiff/reports/redact.h"
#include "heapdiff/snapshot/detail/ascii.h"
#include "heapdiff/snapshot/visible_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace heapdiff {

namespace compose {

namespace {

/// A name as its authors wrote it, and behind it what the heap has where a minifier changed it: "Redis (s in the
/// heap)".
struct ShownName {
  std::string name;
  std::string in_heap;  ///< " (s in the heap)"; empty where the names are the same
};

ShownName shown_name(const Suspect& s, const std::string& name, bool is_variable = false) {
  const auto at = std::find_if(s.renamed.begin(), s.renamed.end(), [&](const RenamedWord& word) {
    return word.in_heap == name && word.is_variable == is_variable;
  });
  return at == s.renamed.end() ? ShownName{name, {}}
                               : ShownName{at->in_source, is_variable ? fmt::format(" (\"{}\" in the heap)", name)
                                                                      : fmt::format(" ({} in the heap)", name)};
}

std::string shown_class(const Suspect& s, const std::string& name) {
  const ShownName shown = shown_name(s, name);
  return shown.name + shown.in_heap;
}

std::string shown_objects(const Suspect& s) {
  const ShownName shown = shown_name(s, s.constructor);
  return objects_of_class(shown.name, s.object_count_growth) + shown.in_heap;
}

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
  std::string holder = rooted ? "the roots of the heap" : shown_class(s, s.emitter.empty() ? s.holder : s.emitter);
  if (const AlikeCount* event = first(AlikeCount::Of::event); event != nullptr && s.kind == LeakKind::event_listener) {
    return fmt::format("{} listeners for \"{}\" held by {}", format_count(event->count), event->name, holder);
  }
  if (!s.label.empty()) {
    holder += fmt::format(" {}\"{}\"", is_element_of_label(s) ? "in " : "", s.label);
  }
  if (const auto collection = collection_words(s.cause); !collection.empty()) {
    holder = collection;
  } else if (const auto of_runtime = runtime_holder_words(s.holder); !of_runtime.empty() && s.emitter.empty()) {
    holder = of_runtime;
  }
  const std::string what = s.object_count_growth > 1
                               ? fmt::format("{} {}", format_count(s.object_count_growth), shown_objects(s))
                               : "a large " + (s.object_count_growth == 1 ? class_noun(s.constructor, 1) : "store");
  return fmt::format("{}{} held by {}", what, nameless_class_words(s, sites), holder);
}

namespace {

/// What a detached node is called: "removed <tr> elements" of "Detached <tr>". Empty for any other class.
std::string removed_elements(std::string_view constructor) {
  constexpr std::string_view kDetached = "Detached ";
  if (!constructor.starts_with(kDetached)) {
    return {};
  }
  const std::string_view name = constructor.substr(kDetached.size());
  return name.starts_with('<') ? fmt::format("removed {} elements", name) : fmt::format("removed {} nodes", name);
}

/// "Window" of "Window / https://host": the origin of the page is no part of the name.
std::string without_origin(const std::string& holder) {
  return holder.starts_with("system / ") ? holder : holder.substr(0, holder.find(" / "));
}

/// The event that the statement at the first site registers a listener for; empty where it does not, or where the event
/// is no text in the source. Browsers keep no name of it in the heap.
std::string event_in_source(const std::vector<Site>& sites) {
  if (sites.empty() || sites.front().statement.operation != StoreHint::Operation::listener ||
      sites.front().statement.arguments.empty()) {
    return {};
  }
  const std::string& event = sites.front().statement.arguments.front();
  const bool quoted =
      event.size() > 2 && (event.front() == '\'' || event.front() == '"') && event.back() == event.front();
  return quoted ? visible_text(event.substr(1, event.size() - 2), 80) : std::string();
}

/// Whether a class of generators has the name of its function, "rows", and not that of a class, "Promise".
bool is_function_name(std::string_view name) {
  const auto is_part = [](char c) { return ascii::is_alphanumeric(c) || c == '_' || c == '$'; };
  return !name.empty() && name[0] >= 'a' && name[0] <= 'z' && std::all_of(name.begin(), name.end(), is_part);
}

/// The holder with the property, variable or event that it is known by: `Map "items"`, `the variable "deliver"`.
std::string with_label(const std::string& holder, const Suspect& s) {
  const std::string& label = s.emitter.empty() ? s.label : s.event;
  if (label.empty()) {
    return holder;
  }
  // A scope has no name of its own: what holds is its variable.
  const bool is_variable = s.emitter.empty() && s.holder.starts_with("system / Context");
  const ShownName shown = is_variable ? shown_name(s, label, true) : ShownName{label, {}};
  return fmt::format("{}{} \"{}\"{}", is_variable ? "the variable" : holder,
                     s.emitter.empty() && is_element_of_label(s) ? " in" : "", shown.name, shown.in_heap);
}

/// What a suspect consists of.
struct TitleParts {
  std::string count;  ///< "5,700"; empty where it is not known
  std::string what;   ///< "listeners for \"E\"", "User objects"
  std::string holder;
};

TitleParts title_parts(const Suspect& s, const std::vector<Site>& sites, std::span<const Facts> facts) {
  const std::vector<std::int64_t> counts = listener_counts(s, facts);
  const std::int64_t listeners = counts.empty() ? 0 : counts.back() - counts.front();
  if (listeners > 0) {
    return {format_count(listeners), s.event.empty() ? "listeners" : fmt::format("listeners for \"{}\"", s.event),
            shown_class(s, s.emitter)};
  }
  if (s.kind == LeakKind::event_listener && s.emitter.empty() && !s.event.empty() && s.object_count_growth > 0 &&
      !s.holder.empty() && s.holder[0] != '(') {
    return {format_count(s.object_count_growth), fmt::format("listeners for \"{}\"", s.event), s.holder};
  }
  const bool rooted = s.emitter.empty() && (s.holder.empty() || s.holder[0] == '(');
  std::string holder = rooted ? "the roots of the heap" : shown_class(s, s.emitter.empty() ? s.holder : s.emitter);
  holder = without_origin(holder);
  holder = with_label(holder, s);
  if (const auto collection = collection_words(s.cause); !collection.empty()) {
    holder = collection;
  } else if (const auto of_runtime = runtime_holder_words(s.holder); !of_runtime.empty() && s.emitter.empty()) {
    holder = of_runtime;
  }
  if (const std::string elements = removed_elements(s.constructor); !elements.empty() && s.object_count_growth > 0) {
    const std::string event = event_in_source(sites);
    return {format_count(s.object_count_growth), elements,
            event.empty() ? holder : fmt::format("listeners for \"{}\" on {}", event, holder)};
  }
  if (s.counted) {
    const bool waiters = s.counted->kind() == FactKind::waiters;
    const bool contexts = s.counted->kind() == FactKind::contexts;
    const bool cells = s.counted->kind() == FactKind::cells;
    return {s.counted->text(),
            waiters    ? "waiters"
            : contexts ? "contexts of asynchronous work"
            : cells    ? "registrations"
                       : objects_of_class(s.counted->subject(), std::llround(s.counted->value())),
            holder};
  }
  if (s.object_count_growth <= 0) {
    return {"", class_noun(s.constructor, 2), holder};
  }
  if (s.kind == LeakKind::generator && is_function_name(s.constructor)) {
    return {format_count(s.object_count_growth), fmt::format("{}() generators", s.constructor), holder};
  }
  return {format_count(s.object_count_growth), shown_objects(s) + nameless_class_words(s, sites), holder};
}

}  // namespace

std::string suspect_title(const Suspect& s, const std::vector<Site>& sites, std::span<const Facts> facts) {
  if (s.retained_bytes > 0) {
    return accumulation_title(s, sites);
  }
  const TitleParts parts = title_parts(s, sites, facts);
  return fmt::format("{} {} held by {}", parts.count.empty() ? "growing" : parts.count + " more", parts.what,
                     parts.holder);
}

}  // namespace compose

SuspectLabel label_suspect(const Suspect& suspect, const std::vector<Site>& sites, std::span<const Facts> facts) {
  SuspectLabel label;
  label.title = mask_secrets(compose::suspect_title(suspect, sites, facts));
  std::string place;
  if (!sites.empty()) {
    const Site& site = sites.front();
    place = " " + compose::place_phrase(mask_secrets(visible_text(site.file)), std::max<std::uint32_t>(site.line, 1),
                                        mask_secrets(visible_text(site.function, 80)), site.precision);
  }
  label.name = label.title + place;
  const compose::TitleParts parts = compose::title_parts(suspect, sites, facts);
  label.subject = mask_secrets(fmt::format("{} held by {}", parts.what, parts.holder)) + place;
  return label;
}

}  // namespace heapdiff
