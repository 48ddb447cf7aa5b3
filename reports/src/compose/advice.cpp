#include "heapdiff/reports/build_report.h"

#include <map>
#include <optional>

namespace heapdiff {

namespace {

/// Advice on a cause; none for causes that the kind tells well enough.
std::optional<KindAdvice> advice_on(LeakCause cause) {
  switch (cause) {
    case LeakCause::performance_timeline:
      return KindAdvice{
          "Marks and measures are added to the performance timeline, which Node keeps for the life of the process.",
          "Call `performance.clearMarks(name)` and `performance.clearMeasures(name)` when a measure was read, and "
          "`performance.clearResourceTimings()` for resources; or measure with `performance.now()`, which keeps "
          "nothing."};
    case LeakCause::abort_dependants:
      return KindAdvice{
          "Signals are made again and again from one that lives as long as the process, and Node notes each of them.",
          "Make the combined signal once where that is possible; else use the long-lived signal itself, with a "
          "listener "
          "that is removed when the work is done. Newer versions of Node free what belongs to signals that are "
          "gone: compare a run on the latest release."};
    case LeakCause::async_storages:
      return KindAdvice{
          "AsyncLocalStorage objects are made again and again, and Node lists each of them from its first use on.",
          "Make one AsyncLocalStorage for the module, and give each request its store with `run(store, callback)`; "
          "call "
          "`disable()` on one that is done with."};
    case LeakCause::timers_by_number:
      return KindAdvice{
          "Timers are turned into numbers, and Node keeps a table of those, so that `clearTimeout(number)` finds them.",
          "Keep the Timeout object and give that to `clearTimeout`, in place of a number. Some versions of Node leave "
          "timers "
          "that fired in the table, and `clearTimeout` does not take those out any more: compare a run on the latest "
          "release; until then call it in the callback."};
    case LeakCause::finalization_cells:
      return KindAdvice{
          "Values are registered with a FinalizationRegistry, which keeps each until its target is collected.",
          "Register a held value that does not refer to the target, not even through other objects; call "
          "`unregister(token)` when the target is closed by hand."};
    case LeakCause::living_targets:
      return KindAdvice{
          "Values are registered again and again with a FinalizationRegistry for targets that stay, and it keeps each "
          "value until its target is collected.",
          "Register once for each target: at the place where the target is made. Call `unregister(token)` before the "
          "same target is registered again, and look for what keeps the targets where they should go."};
    case LeakCause::channel_names:
      return KindAdvice{
          "Channels get names that do not repeat, such as one for each request, and Node keeps a table of the names.",
          "Give channels names from a fixed list, and pass what varies in the message. Some versions of Node leave the "
          "entry in the table when the channel is gone: compare a run on the latest release."};
    case LeakCause::kept_timers:
      return KindAdvice{
          "Timers fired or were cleared, and the program keeps their objects, each with its callback and all that the "
          "callback's scope can see.",
          "Remove the handle from where it is kept as soon as its timer fired, and after `clearTimeout`; clearing a "
          "timer that fired frees nothing."};
    case LeakCause::diagnostics_channel:
      return KindAdvice{
          "Subscribers are added to a diagnostics channel and not removed.",
          "Subscribe once when the program starts, or call `unsubscribe(name, subscriber)` with the same function when "
          "its owner is done; give channels names from a fixed list."};
    case LeakCause::http_agent:
      return KindAdvice{"Requests or sockets pile up in an http.Agent.",
                        "Set a time limit on requests (`timeout`, an AbortSignal), read or destroy every response, "
                        "raise `maxSockets` "
                        "where requests wait, and share one agent."};
    case LeakCause::request_context:
      return KindAdvice{
          "What belongs to a request stays with a piece of asynchronous work that never ends: a promise that does not "
          "settle, a timer, a listener, a resource in a list.",
          "End that work, or start it outside of the request: `asyncLocalStorage.exit(callback)` or "
          "`run(undefined, callback)` around what outlives the request."};
    case LeakCause::string_parts:
      return KindAdvice{
          "Texts are put together (`+`, template literals) and stored. V8 does not copy the parts: the text refers to "
          "them, so that each part stays as an object of its own.",
          "Copy the text before it is stored, `Buffer.from(text).toString()`, or store a number or a hash in its "
          "place."};
    case LeakCause::string_slices:
      return KindAdvice{
          "Short pieces are cut out of long texts (`slice`, `substring`, `split`, a match of a regular expression). V8 "
          "makes a slice that refers to the whole text, so that the text stays as long as the piece.",
          "Copy the piece before it is stored: `Buffer.from(piece).toString()`, or `(' ' + piece).slice(1)`; the long "
          "text can be freed then."};
    case LeakCause::promise_waiters:
      return KindAdvice{
          "One promise stays pending, and again and again something begins to wait for it: each `then`, `await` and "
          "`Promise.race` adds a reaction that the promise keeps until it settles.",
          "Do not race again and again against a promise that lives long: let it settle, or listen to an event or an "
          "AbortSignal once, and remove that listener when the race is over."};
    case LeakCause::promise_chain:
      return KindAdvice{
          "Promises wait for one another in a row, and the one at the head of the row does not settle: it keeps all "
          "that wait for it.",
          "Start each piece of work from a promise that is settled, not from the one before, and give the one that all "
          "wait for an end (an answer, a time limit). An async function that returns a call of itself does better as a "
          "loop: its promise waits for all rounds to come."};
    case LeakCause::runtime_timers:
      return KindAdvice{
          "Node starts timers for the program, one for each `AbortSignal.timeout()`, each time limit of a request, a "
          "socket or a query, and each wait of `timers/promises`, and they stay until their time is over.",
          "Ask for a time limit that is near the time that the work takes, or make one signal for the work instead of "
          "one for each call; or use an AbortController and a `setTimeout` that is cleared when the work is done."};
    case LeakCause::event_target:
      return KindAdvice{
          "A listener is added again and again to a target that lives as long as the process or the page, and nothing "
          "removes it. The target holds each listener, and each listener's closure holds the variables of the call "
          "that made it.",
          "Add it once, or keep the function and call `removeEventListener(type, listener)` when its owner is done. "
          "`{ signal }` in the options removes it when that signal is aborted, `{ once: true }` when the event came."};
    case LeakCause::none:
      break;
  }
  return std::nullopt;
}

}  // namespace

KindAdvice advice_for(const std::string& kind, LeakCause cause) {
  if (const auto advice = advice_on(cause)) {
    return *advice;
  }
  static const std::map<std::string, KindAdvice> advice_of = {
      {"event-listener",
       {"A listener is registered again and again on an emitter that lives as long as the process, and nothing removes "
        "it. "
        "The emitter holds each listener, and each listener's closure holds the variables of the call that made it.",
        "Register once, outside of the code that runs each time; or keep the function and call `off(event, listener)` "
        "when its owner is done."}},
      {"closure",
       {"Functions are created and stored in a place that outlives them; each keeps the whole scope in which it was "
        "written.",
        "Release the function when its work is done. Functions that are made in one call share one scope: make the one "
        "that stays in a function of its own, so that it keeps only what it needs."}},
      {"timer",
       {"Timers are started and not stopped. Until a timer is cleared the event loop holds it, its callback, and all "
        "that "
        "the callback's scope (often `this`) can see.",
        "Keep the handle and call `clearInterval` or `clearTimeout` when the owner of the timer ends; `unref()` alone "
        "frees nothing."}},
      {"map-growth",
       {"Entries are added to a Map and none is deleted, so that every key and value stays for the life of the "
        "process.",
        "Delete entries when they are done with or expire, or bound the map (an LRU with a size or an age)."}},
      {"set-growth",
       {"Members are added to a Set and none is deleted.",
        "Delete members when they are done, or bound the set; where nothing goes through its members, a WeakSet "
        "serves, "
        "too."}},
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
       {"Resources are taken from a pool and do not come back, so that the pool makes new ones and keeps a list of "
        "all.",
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
        "Copy the small part that is kept (`Buffer.from(slice)`) so that the large buffer can be freed."}},
      {"detached-dom",
       {"DOM nodes were taken out of the document, but JavaScript still refers to them.",
        "Remove the references to its nodes when a component goes away, and its listeners and observers."}},
      {"async-context",
       {"Values stored for asynchronous work stay with resources that never end.",
        "End the resource, or clear the store with `exit()` or `run(undefined, ...)`."}},
      {"class-instance",
       {"Instances are created and stored where nothing removes them.",
        "Find the owner on the retaining path and remove the instance there when it is done."}},
  };
  static const KindAdvice unknown{
      "Objects are added under one holder at every step, and none is removed.",
      "Look at the retaining path: the last program-owned step decides how long these objects live."};
  const auto at = advice_of.find(kind);
  return at == advice_of.end() ? unknown : at->second;
}

}  // namespace heapdiff
