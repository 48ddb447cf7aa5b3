#include "detectors/detector.h"

namespace heapdiff::detectors {

std::span<const Detector> all() {
  // A listener's closure is also a closure, and a pool's set also a set: the more specific kind speaks first.
  static constexpr Detector kAll[] = {detached_dom,   event_listener, timer,     async_context, pool,
                                      buffer,         promise,        generator, module_cache,  map_growth,
                                      set_growth,     array_growth,   string,    closure,       object_growth,
                                      class_instance, unknown};
  return kAll;
}

}  // namespace heapdiff::detectors
