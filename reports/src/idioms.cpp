// One leak and its repair per kind, as short as they can be.

#include "idioms.h"

#include <algorithm>
#include <array>

namespace heapdiff {

namespace {

constexpr std::array kIdioms = {
    Idiom{"event-listener", "Register once, or remove the listener when its owner is done.",
          R"(function watch(handler) {
  emitter.on('{{event}}', handler); // one listener more at every call
}
)",
          R"(function watch(handler, signal) {
  emitter.on('{{event}}', handler);
  const stop = () => emitter.removeListener('{{event}}', handler);
  signal?.addEventListener('abort', stop, { once: true });
  return stop; // the owner calls it in its own close()
}
// For a single answer: emitter.once('{{event}}', handler)
)"},
    Idiom{"closure", "Release the function with its owner, and let it capture values, not scopes.",
          R"({{collection}}.push(() => use(request)); // keeps the whole request
)",
          R"(const { id } = request; // the only thing that is needed later
const task = () => use(id);
{{collection}}.add(task);
try {
  await done;
} finally {
  {{collection}}.delete(task);
}
)"},
    Idiom{"timer", "Keep the handle and clear it where the owner ends.",
          R"(setInterval(() => this.refresh(), 1000); // nobody can stop it
)",
          R"(this.timer = setInterval(() => this.refresh(), 1000);
// in close(), and on every path that drops the owner:
clearInterval(this.timer);
// one delay that ends with its signal: await timers.setTimeout(1000, undefined, { signal })
)"},
    Idiom{"map-growth", "Bound the map, or delete entries when they expire.",
          R"({{collection}}.set(key, value); // never deleted
)",
          R"(const MOST = 10_000;
{{collection}}.delete(key); // a Map keeps insertion order: the oldest entry comes first
{{collection}}.set(key, value);
if ({{collection}}.size > MOST) {
  {{collection}}.delete({{collection}}.keys().next().value);
}
// keys that are objects: a WeakMap lets an entry go with its key
)"},
    Idiom{"set-growth", "Delete members when they are done; for objects use a WeakSet.",
          R"({{collection}}.add(item); // never deleted
)",
          R"({{collection}}.add(item);
try {
  await handle(item);
} finally {
  {{collection}}.delete(item);
}
)"},
    Idiom{"array-growth", "Take items out when they were handled, or bound the array.",
          R"({{collection}}.push(item); // nobody takes it out
)",
          R"(const MOST = 1_000;
{{collection}}.push(item);
if ({{collection}}.length > MOST) {
  {{collection}}.splice(0, {{collection}}.length - MOST);
}
)"},
    Idiom{"object-growth", "Use a Map with a bound instead of an object as dictionary.",
          R"({{collection}}[key] = value; // never deleted
)",
          R"(const MOST = 10_000;
const {{collection}} = new Map();
{{collection}}.set(key, value);
if ({{collection}}.size > MOST) {
  {{collection}}.delete({{collection}}.keys().next().value);
}
)"},
    Idiom{"module-cache", "Make the cache key stable, and bound the cache.",
          R"(await import(`./plugin.mjs?update=${Date.now()}`); // a new module each time, for ever
)",
          R"(const loaded = new Map(); // one entry per version, not per call
function load(version) {
  if (!loaded.has(version)) {
    loaded.set(version, import(`./plugin.mjs?v=${version}`));
  }
  return loaded.get(version);
}
)"},
    Idiom{"pool", "Give every resource back on every path.",
          R"(const connection = await pool.acquire();
const rows = await connection.query(text); // throws: the connection never comes back
pool.release(connection);
)",
          R"(const connection = await pool.acquire();
try {
  return await connection.query(text);
} finally {
  pool.release(connection);
}
)"},
    Idiom{"promise", "Let every promise settle: a time limit or an AbortSignal.",
          R"(await new Promise((resolve) => waiting.set(id, resolve)); // the answer may never come
)",
          R"(const { promise, resolve, reject } = withResolvers();
const timer = setTimeout(reject, 5000, new Error('no answer'));
waiting.set(id, resolve);
try {
  return await promise;
} finally {
  clearTimeout(timer);
  waiting.delete(id);
}
)"},
    Idiom{"generator", "Finish what was started: return() the generator, settle what it awaits.",
          R"(const rows = stream();
const first = await rows.next(); // suspended for ever, with its frame
)",
          R"(for await (const row of stream()) {
  use(row);
  break; // leaving the loop calls return()
}
)"},
    Idiom{"string", "Write it out and start again.",
          R"({{collection}} += line; // only grows
)",
          R"(pieces.push(line);
if (pieces.length >= 1000) {
  await file.appendFile(pieces.join(''));
  pieces.length = 0;
}
)"},
    Idiom{"buffer", "Copy the small part that is kept.",
          R"({{collection}}.push(chunk.subarray(0, 16)); // keeps all of chunk
)",
          R"({{collection}}.push(Buffer.from(chunk.subarray(0, 16))); // keeps 16 bytes
)"},
    Idiom{"detached-dom", "Drop the references when the component goes away.",
          R"(const cells = new Map();
cells.set(id, element); // still here after element.remove()
)",
          R"(const cells = new WeakMap(); // keyed by the element's owner
cells.set(owner, element);
// in disconnectedCallback(): controller.abort() removes the listeners that took its signal
)"},
    Idiom{"async-context", "End the context with the work.",
          R"(storage.enterWith(request); // stays with whatever this call starts
)",
          R"(storage.run(request, () => handle(request));
storage.exit(() => startBackgroundWork()); // does not inherit the request
)"},
    Idiom{"class-instance", "Remove the instance where its work ends.",
          R"({{collection}}.push(new {{class}}()); // stays for ever
)",
          R"(const instance = new {{class}}();
{{collection}}.add(instance);
try {
  await instance.run();
} finally {
  {{collection}}.delete(instance);
}
)"},
};

constexpr Idiom kUnknown{"unknown", "Find the owner on the retaining path, and remove there what is done.",
                         R"(keep(item); // nothing lets it go
)",
                         R"(const release = keep(item);
try {
  await use(item);
} finally {
  release();
}
)"};

}  // namespace

const Idiom& idiom_for(std::string_view kind) {
  const auto* const at =
      std::find_if(kIdioms.begin(), kIdioms.end(), [&](const Idiom& idiom) { return kind == idiom.kind; });
  return at == kIdioms.end() ? kUnknown : *at;
}

}  // namespace heapdiff
