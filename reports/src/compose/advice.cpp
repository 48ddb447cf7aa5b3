#include "heapdiff/reports/build_report.h"

#include <map>

namespace heapdiff {

KindAdvice advice_for(const std::string& kind) {
  static const std::map<std::string, KindAdvice> kAdvice = {
      {"event-listener",
       {"A listener is registered again and again on an emitter that lives as long as the process, and nothing removes "
        "it. "
        "The emitter holds each listener, and each listener's closure holds the variables of the call that made it.",
        "Register once, or keep the function and call `off(event, listener)` (`removeListener`, an AbortSignal, "
        "`once`) when "
        "its owner is done; on a shared connection, count the users of a channel and let the last one remove the "
        "listener."}},
      {"closure",
       {"Functions are created and stored in a place that outlives them; each keeps the whole scope in which it was "
        "written.",
        "Release the function when its work is done, or let it capture only the values that it needs."}},
      {"timer",
       {"Timers are started and not stopped. Until a timer is cleared the event loop holds it, its callback, and all "
        "that "
        "the callback's scope (often `this`) can see.",
        "Keep the handle and call `clearInterval` or `clearTimeout` when the owner goes away; `unref()` alone frees "
        "nothing."}},
      {"map-growth",
       {"Entries are added to a Map and none is deleted, so that every key and value stays for the life of the "
        "process.",
        "Delete entries when they expire, or bound the map (an LRU with a size or an age); use a WeakMap when keys are "
        "objects."}},
      {"set-growth",
       {"Members are added to a Set and none is deleted.",
        "Delete members when they are done, bound the set, or use a WeakSet for objects."}},
      {"array-growth",
       {"Items are appended to an array that nobody empties.",
        "Remove items when they were handled, or bound the array (a ring buffer)."}},
      {"object-growth",
       {"Properties are added to an object that serves as a dictionary, and none is deleted.",
        "Bound the dictionary: use a Map with eviction by size or age."}},
      {"module-cache",
       {"Modules or their products are cached under keys that never repeat.",
        "Make the key stable, or bound the cache."}},
      {"pool",
       {"Resources are taken from a pool and do not come back, so that the pool makes new ones and keeps book of all.",
        "Give every resource back on every path: `try { ... } finally { release() }`; set a maximum and a time limit "
        "for taking."}},
      {"promise",
       {"Promises are made that never settle; whoever waits, and what the waiting function can see, stays.",
        "Settle every promise: add a time limit or an AbortSignal, and remove the waiter when it is given up."}},
      {"generator",
       {"Generators or async functions are suspended and never go on; each keeps its frame.",
        "Finish or return() the generator; settle what the async function awaits."}},
      {"string",
       {"A string grows by appending and is never reset.",
        "Write it out and start again, or keep a bounded list of the latest pieces."}},
      {"buffer",
       {"Buffers are kept alive; their memory lies outside the JavaScript heap. A small slice keeps the whole buffer.",
        "Copy the small part that is kept (`Buffer.from(slice)`) and let the large buffer go."}},
      {"detached-dom",
       {"DOM nodes were taken out of the document, but JavaScript still refers to them.",
        "Drop the references when a component goes away; remove its listeners and observers."}},
      {"async-context",
       {"Values stored for asynchronous work stay with resources that never end.",
        "End the resource, or clear the store with `exit()` or `run(undefined, ...)`."}},
      {"class-instance",
       {"Instances are created and stored where nothing lets them go.",
        "Find the owner on the retaining path and remove the instance there when it is done."}},
  };
  static const KindAdvice kUnknown{
      "Objects are added under one holder at every step, and none goes away.",
      "Look at the retaining path: the last program-owned step decides how long these objects live."};
  const auto at = kAdvice.find(kind);
  return at == kAdvice.end() ? kUnknown : at->second;
}

}  // namespace heapdiff
