// Modules, or what was computed from them, in a cache whose keys never repeat.

#include "detectors/evidence.h"
#include "v8/collections.h"
#include "v8/modules.h"

#include <fmt/format.h>

namespace heapdiff::detectors {

namespace {

/// CommonJS modules that were removed from require.cache and loaded again. Their parent still lists them.
Finding reloaded(const Candidate& candidate) {
  Finding f{LeakKind::module_cache, StoreHint::Operation::any, {}, {}};
  f.why = fmt::format(
      "{} of a module gained {} Module objects. A file is required again after it was taken out of require.cache: each "
      "time it becomes a new module, and the module that required it lists every one of them. {}",
      holder_text(candidate), format_count(candidate.suspect.object_count_growth), cohorts_text(candidate));
  f.ruled_out.push_back(holders_ruled_out(candidate));
  return f;
}

}  // namespace

std::optional<Finding> module_cache(const Candidate& candidate) {
  const bool modules = candidate.content.modules > candidate.content.total / 10;
  const bool cache = candidate.any_near([](const SuspectStep& s) {
    return v8::is_module_cache_property(s.edge) && s.node_type == NodeType::object && s.node == v8::kObjectClass;
  });
  const std::string& holder = candidate.suspect.holder;
  if (candidate.suspect.constructor == v8::kModuleClass && holder == v8::kArrayClass &&
      candidate.suspect.label == v8::kModuleChildren) {
    return reloaded(candidate);
  }
  const bool dictionary = v8::is_plain_object_class(holder);
  if (!modules && !(cache && dictionary)) {
    return std::nullopt;
  }
  Finding f{LeakKind::module_cache, StoreHint::Operation::keyed_store, {}, {}};
  f.why = fmt::format(
      "{} gained {} {} under keys that did not exist before. {} A key that is made anew at each call "
      "(a time, a counter, a request) never hits.",
      holder_text(candidate), format_count(candidate.suspect.object_count_growth), candidate.suspect.constructor,
      cohorts_text(candidate));
  f.ruled_out.push_back(holders_ruled_out(candidate));
  return f;
}

}  // namespace heapdiff::detectors
