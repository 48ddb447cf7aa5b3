// Modules, or what they computed, cached under keys that never repeat.

#include "detectors/evidence.h"

#include <fmt/format.h>

namespace heapdiff::detectors {

namespace {

/// CommonJS modules that were taken out of require.cache: their parent still lists them.
Finding reloaded(const Case& c) {
  Finding f{"module-cache", StoreHint::Operation::any, {}, {}};
  f.why = fmt::format(
      "{} of a module gained {} Module objects. A file is required again after it was taken out of require.cache: each "
      "time it becomes a new module, and the module that required it lists every one of them. {}",
      holder_text(c), format_count(c.suspect.object_count_growth), cohorts_text(c));
  f.ruled_out.push_back(holders_ruled_out(c));
  return f;
}

}  // namespace

std::optional<Finding> module_cache(const Case& c) {
  const bool modules = c.content.modules > c.content.total / 10;
  const bool cache = c.any_near([](const SuspectStep& s) {
    return (s.edge == "_cache" || s.edge == "_pathCache" || s.edge == "cache") && s.node_type == "object" &&
           s.node == "Object";
  });
  const std::string& holder = c.suspect.holder;
  if (c.suspect.constructor == "Module" && holder == "Array" && c.suspect.label == "children") {
    return reloaded(c);
  }
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
