// A short example of each kind of leak and of its fix.

#include "kit/idioms.h"

#include "formats/code_lines.h"
#include "kit/fix_pattern.h"
#include "kit/template_text.h"

#include <algorithm>
#include <array>

namespace heapdiff::kit {

using namespace formats;

namespace {

constexpr std::size_t kColumns = 84;  // the width that tickets and reviews show without scrolling

struct Template {
  std::string_view kind;
  const char* pattern;
  const char* after;
};

constexpr Template kEventTarget{"event-listener", "Take the listener off when its owner is done: a signal does it.",
                                R"(const done = new AbortController();
{{emitter}}.addEventListener({{event}}, listener, { once: true, signal: done.signal });
try {
  await work();
} finally {
  done.abort(); // takes the listener off, also when the event never came
}
)"};

constexpr Template kSharedScope{"closure", "Make the function that stays in a scope of its own.",
                                R"(const makeLast = () => () => 'small'; // in the module: its scope holds nothing else
function {{function}}() {
  const large = load();
  const first = () => large.length;
  {{kept}} = { last: makeLast() };
}
// A loop of such scopes (each keeps the one before) needs the variable emptied as well: large = null
)"};

constexpr Template kModules{"module-cache", "Load each version once: modules are never unloaded.",
                            R"(const loaded = new Map(); // one entry per version, not per call
function {{function}}(version) {
  if (!loaded.has(version)) {
    loaded.set(version, import(`./plugin.mjs?v=${version}`));
  }
  return loaded.get(version);
}
// Code that really changes while the process runs belongs into a Worker: its modules end with it.
)"};

constexpr Template kInterval{"timer", "Keep the handle, and clear it where the owner ends.",
                             R"(function {{function}}() {
  const timer = setInterval(() => work(), 60_000);
  return () => clearInterval(timer);
}
const stop = {{function}}();
try {
  await untilTheOwnerEnds();
} finally {
  stop();
}
// unref() lets the process end, and frees nothing while it runs.
)"};

constexpr Template kWaiters{"promise", "Do not wait for a promise that outlives the work: give the work a signal.",
                            R"(// in place of {{kept}}: abort() it where that was settled
const ended = new AbortController();
function {{function}}(request) {
  ended.signal.throwIfAborted();
  return work(request, { signal: ended.signal }); // work() takes its listener off when it is done
}
)"};

constexpr Template kKeptTimer{"timer", "Remove the handle of a timer that fired or was cleared from where it is kept.",
                              ""};

constexpr Template kRuntimeTimer{"timer", "Give the work a time limit that is taken back when the work is done.",
                                 R"(const limit = new AbortController();
const timer = setTimeout(() => limit.abort(), 10_000);
try {
  await work({ signal: limit.signal });
} finally {
  clearTimeout(timer);
}
)"};

constexpr Template kAgent{
    "pool", "Read or destroy every answer: the agent gives its socket to the next request then.",
    R"(request.on('response', (response) => response.resume()); // also an answer that nobody needs
request.setTimeout(10_000, () => request.destroy(new Error('no answer in time')));
)"};

constexpr Template kChain{"promise",
                          "Let no promise wait for the next one: a loop, or a new chain from a settled promise.", ""};

constexpr Template kChannels{"object-growth",
                             "Give channels names from a fixed list, and pass in the message what varies.", ""};

constexpr Template kRegistrations{"class-instance",
                                  "Register each target once, or unregister it before it is registered again.", ""};

constexpr std::array kTemplates = {
    Template{"event-listener", "Register once, or remove the listener when its owner is done.",
             R"(function {{function}}(id, listener) {
  {{emitter}}.on({{event}}, listener);
  return () => {{emitter}}.off({{event}}, listener); // off() wants the very function that on() got
}
const stop = {{function}}(7, listener);
try {
  await work();
} finally {
  stop(); // on every path on which the owner ends
}
// For one answer: await once({{emitter}}, {{event}}, { signal }) of node:events removes itself, also when aborted.
// Raising setMaxListeners() hides the warning and not the leak.
)"},
    Template{
        "closure", "Release the function with its owner, and let it capture values, not scopes.",
        R"(const forId = (id) => () => use(id); // in the module: the function's scope holds the id, and nothing else
const {{instance}} = forId(request.id);
{{store}};
try {
  await work();
} finally {
  {{remove}};
}
)"},
    Template{"timer", "Keep the handle, one per owner, and clear it where the owner ends.",
             R"(const timers = new Map(); // one timer per key, not one per call
function {{function}}(key, delay) {
  clearTimeout(timers.get(key));
  timers.set(key, setTimeout(() => {
    timers.delete(key);
    expire(key);
  }, delay));
}
function close() {
  timers.forEach((timer) => clearTimeout(timer));
  timers.clear();
}
// unref() lets the process end, and frees nothing while it runs.
)"},
    Template{"map-growth", "Bound the map, or delete entries when they expire.",
             R"(const MOST = 10_000; // entries, times the bytes of one, is what this cache may cost
{{kept}}.delete(key); // a Map keeps the order of insertion: what is set now is the youngest
{{kept}}.set(key, value);
if ({{kept}}.size > MOST) {
  {{kept}}.delete({{kept}}.keys().next().value); // the oldest
}
// Entries that belong to an object: new WeakMap(), with the object as key. By age as well: lru-cache, with a ttl.
)"},
    Template{"set-growth", "Delete members when they are done; for objects use a WeakSet.",
             R"({{kept}}.add(item);
try {
  await work(item);
} finally {
  {{kept}}.delete(item);
}
// Marks on objects ("seen"): new WeakSet(), which frees a member with its last other reference.
)"},
    Template{"array-growth", "Take items out when they were handled, or bound the array.",
             R"(// A history: the latest ones.
const MOST = 1_000;
{{kept}}.push(item);
if ({{kept}}.length > MOST) {
  {{kept}}.splice(0, {{kept}}.length - MOST);
}
// A queue: the consumer empties it, and the producer waits while it is long.
for (const next of {{kept}}.splice(0)) {
  await work(next);
}
)"},
    Template{"object-growth", "Use a Map with a bound instead of an object as dictionary.",
             R"(const MOST = 10_000;
const {{collection}} = new Map(); // instead of {}: it knows its size and its oldest entry
function {{function}}(key, value) {
  {{collection}}.delete(key); // what is set now is the youngest
  {{collection}}.set(key, value);
  if ({{collection}}.size > MOST) {
    {{collection}}.delete({{collection}}.keys().next().value);
  }
}
)"},
    Template{"module-cache", "Make the cache key from what the result depends on, and bound the cache.",
             R"(const MOST = 1_000;
const {{collection}} = new Map();
function {{function}}(query) {
  const key = `${query.table}:${query.columns}`; // only what the result depends on
  if (!{{collection}}.has(key)) {
    {{collection}}.set(key, compute(query));
    if ({{collection}}.size > MOST) {
      {{collection}}.delete({{collection}}.keys().next().value);
    }
  }
  return {{collection}}.get(key);
}
)"},
    Template{"pool", "Give every resource back on every path.", ""},
    Template{"promise", "Let every promise settle, and forget the waiter when it does.",
             R"(function {{function}}(id, ms = 5_000) {
  let timer;
  return new Promise((resolve, reject) => {
    {{collection}}.set(id, resolve);
    timer = setTimeout(() => reject(new Error('no answer in time')), ms);
  }).finally(() => {
    clearTimeout(timer);
    {{collection}}.delete(id);
  });
}
// Promise.race([longLived, work]) adds a reaction to longLived at every call: give the work a signal instead.
)"},
    Template{"generator", "Finish what was started: return() the generator, settle what it awaits.",
             R"(const rows = {{function}}();
try {
  const { value } = await rows.next();
  use(value);
} finally {
  await rows.return(); // runs its finally blocks and frees its frame
}
// for await (const row of rows) does it at break, return and throw. return() of an async generator waits for the
// await it stands at: give that a signal or a time limit, or nothing ends.
)"},
    Template{"string", "Write it out instead of keeping it.",
             R"(// const out = createWriteStream(path, { flags: 'a' });
if (!out.write(line)) {
  await once(out, 'drain'); // else the stream's own buffer grows instead
}
// Only the end is wanted: keep lines in an array, and splice() the oldest away. A slice() of a long string keeps it all.
)"},
    Template{
        "buffer", "Copy the small part that is kept.",
        R"(const own = Buffer.allocUnsafeSlow(16); // memory of its own; Buffer.from() would cut it from a shared slab
chunk.copy(own, 0, 0, 16);
{{kept}}.push(own); // and bound the collection, when it grows as well
)"},
    Template{"detached-dom", "Drop every reference when the component goes away.",
             R"(const gone = new AbortController(); // one per component
{{store}};
window.addEventListener('resize', () => layout({{instance}}), { signal: gone.signal });
function unmount() { // disconnectedCallback(), or where the framework says so
  gone.abort(); // takes off all listeners that got its signal
  {{remove}};
  {{instance}}.remove();
}
// Data about an element: new WeakMap(), with the element as key.
)"},
    Template{"async-context", "End the context with the work.",
             R"(await storage.run(store, () => {{function}}()); // ends with the work
storage.run(undefined, () => startBackgroundWork()); // what lives longer does not inherit the store
)"},
    Template{"class-instance", "Remove the instance where its work ends.",
             R"({{store}};
try {
  await work({{instance}});
} finally {
  {{remove}};
}
)"},
    Template{"unknown", "Find the owner on the retaining path, and remove there what is done.",
             R"({{store}};
try {
  await work({{instance}});
} finally {
  {{remove}};
}
)"},
};

/// The template of a cause; none for causes that need none of their own.
const Template* template_of_cause(LeakCause cause) {
  switch (cause) {
    case LeakCause::kept_timers:
      return &kKeptTimer;
    case LeakCause::runtime_timers:
      return &kRuntimeTimer;
    case LeakCause::http_agent:
      return &kAgent;
    case LeakCause::promise_chain:
      return &kChain;
    case LeakCause::channel_names:
      return &kChannels;
    case LeakCause::living_targets:
      return &kRegistrations;
    default:
      return nullptr;
  }
}

const Template& template_for(const KitNames& n) {
  if (const Template* own = template_of_cause(n.cause)) {
    return *own;
  }
  if (n.kind == "event-listener" && n.event_target) {
    return kEventTarget;
  }
  if (n.kind == "timer" && n.repeats) {
    return kInterval;
  }
  if (n.kind == "promise" && n.holder == "Promise") {
    return kWaiters;
  }
  if (n.kind == "closure" && n.shared_scope) {
    return kSharedScope;
  }
  if (n.kind == "module-cache" && n.modules) {
    return kModules;
  }
  // The operation fits the collection, whatever made the growth noticeable.
  std::string_view kind = n.kind;
  if (kind == "map-growth" || kind == "set-growth" || kind == "array-growth" || kind == "object-growth") {
    kind = n.holder == "Map" || n.holder == "WeakMap"   ? "map-growth"
           : n.holder == "Set" || n.holder == "WeakSet" ? "set-growth"
           : n.holder == "Array"                        ? "array-growth"
           : n.holder == "Object"                       ? "object-growth"
                                                        : kind;
  }
  const auto* const at =
      std::find_if(kTemplates.begin(), kTemplates.end(), [&](const Template& t) { return kind == t.kind; });
  return at == kTemplates.end() ? kTemplates.back() : *at;
}

/// Whether an example would do something with the holder that its class does not know, or with a collection of a name
/// that the program does not have. A reader would look for both in vain.
bool is_invented(std::string_view example, const KitNames& n) {
  const auto has = [&](std::string_view part) { return example.find(part) != std::string_view::npos; };
  if (n.store.empty() && (has("{{store}}") || has("{{remove}}"))) {
    return true;
  }
  const bool declared = has("const {{collection}}");
  const bool map = n.holder == "Map" || n.holder == "WeakMap";
  const bool set = n.holder == "Set" || n.holder == "WeakSet";
  if (!declared && ((!map && (has("{{collection}}.set(") || has("{{kept}}.set("))) || (!set && has("{{kept}}.add(")) ||
                    (n.holder != "Array" && has("{{kept}}.push(")))) {
    return true;
  }
  const bool refers = has("{{collection}}") || has("{{kept}}") || has("{{store}}") || has("{{remove}}");
  return refers && n.collection == "collection" && !declared;
}

}  // namespace

Idiom idiom_for(const KitNames& n) {
  if (std::optional<Idiom> own = fix_of_statement(n)) {
    own->after = fold_comments(own->after, kColumns);
    return std::move(*own);
  }
  const Template& text = template_for(n);
  // The comments are laid out before the names are filled in, so that names do not change the number of lines.
  const auto filled = [&](const char* part) {
    return fill(fold_comments(part, kColumns), {{"function", "example"},  // a function of the program looks otherwise
                                                {"collection", n.collection},
                                                {"kept", n.kept},
                                                {"store", n.store},
                                                {"remove", n.remove},
                                                {"instance", n.instance},
                                                {"class", n.constructor},
                                                {"holder", n.holder},
                                                {"emitter", n.emitter},
                                                {"event", n.event}});
  };
  Idiom idiom{text.pattern, {}, is_invented(text.after, n) ? std::string() : filled(text.after)};
  // Only the program's own statement is shown as what leaks: an example would be taken for it.
  if (!n.statement.text.empty()) {
    idiom.before = (n.place.empty() ? std::string() : "// " + n.place + "\n") + n.statement.text + ";\n";
  }
  return idiom;
}

}  // namespace heapdiff::kit
