#include "detectors/detector.h"

namespace heapdiff::detectors {

std::span<const Detector> all() {
  // A listener is a closure too, and the set of a pool is a set too: the more specific detector is asked first.
  static constexpr Detector kAll[] = {
      runtime_collection, detached_dom,   event_listener, timer,      async_context, pool,         buffer, promise,
      generator,          string_slices,  module_cache,   map_growth, set_growth,    array_growth, string, closure,
      object_growth,      class_instance, unknown};
  return kAll;
}

}  // namespace heapdiff::detectors
