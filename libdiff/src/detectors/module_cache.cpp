// Modules, or what they computed, cached under keys that never repeat.

#include "evidence.h"

#include <fmt/format.h>

namespace heapdiff::detectors {

std::optional<Finding> module_cache(const Case& c) {
  const bool modules = c.content.modules > c.content.total / 10;
  const bool cache = c.any_near([](const SuspectStep& s) {
    return (s.edge == "_cache" || s.edge == "_pathCache" || s.edge == "cache") && s.node_type == "object" &&
           s.node == "Object";
  });
  const std::string& holder = c.suspect.holder;
  const bool dictionary = holder == "Object" || holder.starts_with("{") || holder.starts_with("(object");
  if (!modules && !(cache && dictionary)) {
    return std::nullopt;
  }
  Finding f{"module-cache", StoreHint::Operation::keyed_store, {}, {}};
  f.why = fmt::format(
      "{} gained {} {} under keys that did not exist before. {} A key that is made anew at each call "
      "(a time, a counter, a request) never hits.",
      holder_text(c), format_count(c.suspect.object_count_growth), c.suspect.constructor, cohorts_text(c));
  f.ruled_out.push_back(holders_ruled_out(c));
  return f;
}

}  // namespace heapdiff::detectors
