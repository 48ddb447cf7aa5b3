// Modules, or what was computed from them, in a cache whose keys never repeat.

#include "detectors/evidence.h"
#include "v8/collections.h"
#include "v8/modules.h"

namespace heapdiff::detectors {

namespace {

/// CommonJS modules that were removed from require.cache and loaded again. Their parent still lists them.
Finding reloaded(const Candidate& candidate, const HeapChecks& checks) {
  Finding f{LeakKind::module_cache, StoreHint::Operation::any, {}};
  say_growth(candidate, checks, f.reasons);
  if (const auto one_file = checks.modules_of_one_file()) {
    Sentence sentence;
    sentence << *one_file << " of them are of one file: it is required again after it was taken out of require.cache. "
             << "Each time it becomes a new module, and the module that required it lists every one of them.";
    f.reasons.say(sentence);
  }
  rule_out_new_holders(candidate, checks, f.reasons);
  return f;
}

}  // namespace

std::optional<Finding> module_cache(const Candidate& candidate) {
  const bool modules = candidate.content.modules > candidate.content.total / 10;
  const bool cache = candidate.any_near([](const SuspectStep& s) {
    return v8::is_module_cache_property(s.edge) && s.node_type == NodeType::object && s.node == v8::kObjectClass;
  });
  const HeapChecks& checks = *candidate.checks;
  const std::string& holder = candidate.suspect.holder;
  if (candidate.suspect.constructor == v8::kModuleClass && holder == v8::kArrayClass &&
      candidate.suspect.label == v8::kModuleChildren) {
    return reloaded(candidate, checks);
  }
  const bool dictionary = v8::is_plain_object_class(holder);
  if (!modules && !(cache && dictionary)) {
    return std::nullopt;
  }
  Finding f{LeakKind::module_cache, StoreHint::Operation::keyed_store, {}};
  say_growth(candidate, checks, f.reasons);
  if (const auto held = checks.items_with_keys(); held && dictionary) {
    Sentence sentence;
    sentence << *held << " objects that came are each under a key of their own. A key that is new at each call (a "
             << "time, a counter, a request) never hits.";
    f.reasons.say(sentence);
  }
  rule_out_new_holders(candidate, checks, f.reasons);
  return f;
}

}  // namespace heapdiff::detectors
