#include "kit/fix_pattern.h"

#include "kit/template_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace heapdiff::kit {

namespace {

using Operation = StoreHint::Operation;

constexpr std::size_t kMaxInline = 60;  // characters of an argument that is written twice

/// Whether an expression may be written twice: a name, a property of one, or a literal. Others may have effects, or
/// another value the second time.
bool is_repeatable(std::string_view text) {
  constexpr std::string_view kMarks = "_$.#'\"-?[]";
  return !text.empty() && text.size() <= kMaxInline && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           kMarks.find(c) != std::string_view::npos;
  });
}

/// A statement that is put together, with variables for what may not be written twice.
class Rewrite {
 public:
  explicit Rewrite(const SiteStatement& statement) : statement_(statement) {}

  /// An argument as an expression that may be written twice; empty when there is no such argument.
  std::string argument(std::size_t i, std::string_view variable) {
    return i < statement_.arguments.size() ? once(statement_.arguments[i], variable) : std::string();
  }
  /// The receiver in the same way.
  std::string receiver(std::string_view variable) { return once(statement_.receiver, variable); }

  [[nodiscard]] std::string text(const std::string& code) const { return variables_ + code; }

 private:
  std::string once(const std::string& text, std::string_view variable) {
    if (text.empty() || is_repeatable(text)) {
      return text;
    }
    variables_ += fmt::format("const {} = {};\n", variable, text);
    return std::string(variable);
  }

  const SiteStatement& statement_;
  std::string variables_;
};

std::string with_semicolon(std::string text) {
  if (!text.empty() && text.back() != ';' && text.back() != '}') {
    text += ';';
  }
  return text + "\n";
}

std::string joined(const std::vector<std::string>& arguments, std::size_t from) {
  std::string out;
  for (std::size_t i = from; i < arguments.size(); ++i) {
    out += ", " + arguments[i];
  }
  return out;
}

/// What a bound collection is: a map, a set, an array or a dictionary.
Idiom bounded(const KitNames& n) {
  const SiteStatement& s = n.statement;
  Rewrite code(s);
  switch (s.operation) {
    case Operation::map_set: {
      const std::string map = code.receiver("map");
      const std::string key = code.argument(0, "key");
      const std::string value = s.arguments.size() > 1 ? s.arguments[1] : "undefined";
      return {"Bound the map, or delete entries when they expire.",
              {},
              code.text(fmt::format("const MOST = 10_000; // entries, times the bytes of one, is what this may cost\n"
                                    "{0}.delete({1}); // a Map keeps the order of insertion: what is set now is the "
                                    "youngest\n"
                                    "{0}.set({1}, {2});\n"
                                    "if ({0}.size > MOST) {{\n"
                                    "  {0}.delete({0}.keys().next().value); // the oldest\n"
                                    "}}\n"
                                    "// Where an entry is done: {0}.delete({1}). Entries that belong to an object: a "
                                    "WeakMap, with the object as key.\n",
                                    map, key, value))};
    }
    case Operation::set_add: {
      const std::string set = code.receiver("set");
      const std::string item = code.argument(0, "item");
      return {"Delete members when they are done, or bound the set.",
              {},
              code.text(fmt::format("const MOST = 10_000;\n"
                                    "{0}.add({1});\n"
                                    "if ({0}.size > MOST) {{\n"
                                    "  {0}.delete({0}.values().next().value); // the oldest\n"
                                    "}}\n"
                                    "// Where a member is done: {0}.delete({1}). Marks on objects: a WeakSet, which "
                                    "frees a member with its last other reference.\n",
                                    set, item))};
    }
    case Operation::array_push: {
      const std::string list = code.receiver("list");
      const bool front = s.method == "unshift";
      return {"Take items out when they were handled, or bound the array.",
              {},
              code.text(fmt::format(
                  "const MOST = 1_000;\n"
                  "{0}.{1}({2});\n"
                  "if ({0}.length > MOST) {{\n"
                  "  {3}; // a history: the latest ones\n"
                  "}}\n"
                  "// A queue: who handles the items takes them out, {0}.splice(0), and who adds "
                  "them waits while it is long.\n",
                  list, s.method, joined(s.arguments, 0).substr(s.arguments.empty() ? 0 : 2),
                  front ? list + ".length = MOST" : fmt::format("{0}.splice(0, {0}.length - MOST)", list)))};
    }
    default: {  // a[k] = v
      const std::string object = code.receiver("entries");
      const std::string key = code.argument(0, "key");
      const std::string value = s.arguments.size() > 1 ? s.arguments[1] : "undefined";
      return {"Delete keys when they are done, or use a Map with a bound in place of the object.",
              {},
              code.text(fmt::format("// {0} made as new Map(), which knows its size and its oldest entry\n"
                                    "const MOST = 10_000;\n"
                                    "{0}.set({1}, {2});\n"
                                    "if ({0}.size > MOST) {{\n"
                                    "  {0}.delete({0}.keys().next().value);\n"
                                    "}}\n"
                                    "// As it is: delete {0}[{1}] where an entry is done.\n",
                                    object, key, value))};
    }
  }
}

/// The statement, and the one that takes back what it stored.
Idiom with_removal(const KitNames& n, const char* pattern) {
  const SiteStatement& s = n.statement;
  Rewrite code(s);
  std::string store;
  std::string remove;
  if (s.operation == Operation::map_set || s.operation == Operation::keyed_store) {
    const bool map = s.operation == Operation::map_set;
    const std::string holder = code.receiver(map ? "map" : "entries");
    const std::string key = code.argument(0, "key");
    const std::string value = s.arguments.size() > 1 ? s.arguments[1] : "undefined";
    store =
        map ? fmt::format("{}.set({}, {});\n", holder, key, value) : fmt::format("{}[{}] = {};\n", holder, key, value);
    remove = map ? fmt::format("{}.delete({});\n", holder, key) : fmt::format("delete {}[{}];\n", holder, key);
  } else {
    const bool set = s.operation == Operation::set_add;
    const std::string holder = code.receiver(set ? "set" : "list");
    const std::string item = code.argument(0, "item");
    store = fmt::format("{}.{}({});\n", holder, s.method, item);
    // `>>> 0` turns an index of -1 into one beyond the end, so that nothing else is removed.
    remove = set ? fmt::format("{}.delete({});\n", holder, item)
                 : fmt::format("{0}.splice({0}.indexOf({1}) >>> 0, 1);\n", holder, item);
  }
  return {pattern, {}, code.text(store + "// where its work ends, on every path:\n" + remove)};
}

std::optional<Idiom> listener(const KitNames& n) {
  const SiteStatement& s = n.statement;
  const char* const kRegisterOnce = "Register once, or remove the listener when its owner is done.";
  if (s.receiver.empty()) {
    if (s.arguments.size() < 2 || (s.method != "once" && s.method != "on")) {
      return std::nullopt;
    }
    return Idiom{
        kRegisterOnce,
        {},
        fmt::format("const ended = new AbortController(); // abort() it where the owner ends\n"
                    "{}({}, {}, {{ signal: ended.signal }}); // removes itself then, also when the event never "
                    "came\n",
                    s.method, s.arguments[0], s.arguments[1])};
  }
  Rewrite code(s);
  if (s.arguments.size() < 2 || s.method == "subscribe") {
    return Idiom{"Register once, or take it back when its owner is done.",
                 {},
                 with_semicolon(s.text) +
                     "// where its owner ends, on every path: undo it, with the very function that was registered\n"};
  }
  const std::string emitter = code.receiver("emitter");
  const std::string event = code.argument(0, "event");
  if (s.method == "addEventListener") {
    return Idiom{"Take the listener off when its owner is done: a signal does it.",
                 {},
                 code.text(fmt::format("const done = new AbortController();\n"
                                       "{}{}addEventListener({}, {}, {{ signal: done.signal }});\n"
                                       "// where its owner ends, on every path:\n"
                                       "done.abort(); // takes the listener off, also when the event never came\n",
                                       emitter, s.optional ? "?." : ".", event, s.arguments[1]))};
  }
  const std::string function = code.argument(1, "listener");
  return Idiom{kRegisterOnce,
               {},
               code.text(fmt::format("{0}.{1}({2}, {3}{4});\n"
                                     "// where its owner ends, on every path:\n"
                                     "{0}.off({2}, {3}); // off() wants the very function that {1}() got\n"
                                     "// Raising setMaxListeners() hides the warning and not the leak.\n",
                                     emitter, s.method, event, function, joined(s.arguments, 2)))};
}

/// The handle stays where it is kept, also when the timer fired.
Idiom kept_timer(const KitNames& n) {
  const SiteStatement& s = n.statement;
  const std::size_t call = s.text.find(" = " + s.method + "(");
  const std::string handle = call == std::string::npos ? std::string() : s.text.substr(0, call);
  const std::string remove = is_repeatable(handle) && handle.ends_with(']') ? fmt::format("delete {};\n", handle)
                             : is_repeatable(handle) && handle.find(' ') == std::string::npos
                                 ? fmt::format("{} = undefined;\n", handle)
                                 : std::string();
  return {"Remove the handle of a timer that fired or was cleared from where it is kept.",
          {},
          remove.empty()
              ? std::string()
              : "// first in the callback, and after " +
                    std::string(s.method == "setInterval" ? "clearInterval" : "clearTimeout") + "():\n" + remove};
}

Idiom timer(const KitNames& n) {
  const SiteStatement& s = n.statement;
  if (n.cause == LeakCause::kept_timers) {
    return kept_timer(n);
  }
  const bool repeats = s.method == "setInterval";
  const std::string clear = repeats ? "clearInterval" : s.method == "setImmediate" ? "clearImmediate" : "clearTimeout";
  // `this.timer = setInterval(...)`: the handle is kept already.
  const std::size_t call = s.text.find(s.method + "(");
  std::string handle = call == std::string::npos ? std::string() : s.text.substr(0, call);
  if (handle.ends_with(" = ")) {
    handle.resize(handle.size() - 3);
    handle.erase(0, handle.rfind(' ') == std::string::npos ? 0 : handle.rfind(' ') + 1);
  } else {
    handle.clear();
  }
  const bool kept = is_repeatable(handle);
  const std::string start = kept ? with_semicolon(s.text)
                                 : fmt::format("const timer = {}({});\n", s.method,
                                               s.arguments.empty() ? std::string() : joined(s.arguments, 0).substr(2));
  return {"Keep the handle, and clear it where the owner ends.",
          {},
          start + "// where its owner ends, and before another one is started for it:\n" +
              fmt::format("{}({});\n", clear, kept ? handle : "timer") +
              "// unref() lets the process end, and frees nothing while it runs.\n"};
}

Idiom text_append(const KitNames& n) {
  const SiteStatement& s = n.statement;
  const std::string value = s.arguments.empty() ? std::string("text") : s.arguments.front();
  return {"Write it out instead of keeping it, or keep the end only.",
          {},
          fmt::format("// const out = createWriteStream(path, {{ flags: 'a' }});\n"
                      "if (!out.write({})) {{\n"
                      "  await once(out, 'drain'); // else the stream's own buffer grows instead\n"
                      "}}\n"
                      "// Only the end is wanted: keep the pieces in an array, and splice() the oldest away.\n",
                      value)};
}

Idiom wait(const KitNames& n) {
  if (n.cause == LeakCause::promise_chain) {
    return {
        "Let no promise wait for the next one: a loop in place of a call of itself, or a new chain from a settled "
        "promise.",
        {},
        {}};
  }
  const std::string kept = n.collection == "collection" ? std::string("the long-lived promise") : n.collection;
  return {"Do not wait for a promise that outlives the work: give the work a signal.",
          {},
          fmt::format("// Each call leaves a reaction on {}, until that settles. In its place, made once:\n"
                      "const ended = new AbortController(); // abort() it where the promise was settled\n"
                      "// and for each call, with nothing left behind:\n"
                      "ended.signal.throwIfAborted();\n"
                      "await work({{ signal: ended.signal }}); // work() takes its listener off when it is done\n",
                      kept)};
}

Idiom timeline(const KitNames& n) {
  const SiteStatement& s = n.statement;
  Rewrite code(s);
  const std::string name = code.argument(0, "name");
  const bool measure = s.method == "measure";
  return {"Clear what was measured: the timeline keeps every entry.",
          {},
          code.text(fmt::format("performance.{}({}{});\n// when it was read:\nperformance.{}({});\n", s.method,
                                name.empty() ? "name" : name, joined(s.arguments, 1),
                                measure ? "clearMeasures" : "clearMarks", name.empty() ? "name" : name))};
}

/// The first element of `[shutdown.signal, AbortSignal.timeout(ms)]` that a program has a name for; empty when there is
/// none. The one that lives long has a name.
std::string named_signal(std::string_view list) {
  if (!list.starts_with('[') || !list.ends_with(']')) {
    return {};
  }
  std::string_view rest = list.substr(1, list.size() - 2);
  int depth = 0;
  std::size_t start = 0;
  for (std::size_t i = 0; i <= rest.size(); ++i) {
    const char c = i < rest.size() ? rest[i] : ',';
    depth += c == '(' || c == '[' || c == '{' ? 1 : c == ')' || c == ']' || c == '}' ? -1 : 0;
    if (c != ',' || depth != 0) {
      continue;
    }
    std::string_view element = rest.substr(start, i - start);
    element.remove_prefix(std::min(element.find_first_not_of(" \n\t"), element.size()));
    element = element.substr(0, element.find_last_not_of(" \n\t") + 1);
    if (is_repeatable(element)) {
      return std::string(element);
    }
    start = i + 1;
  }
  return {};
}

std::string with_own_signal(const std::string& source) {
  return fmt::format(
      "const own = new AbortController();\n"
      "const stop = () => own.abort({0}.reason);\n"
      "{0}.addEventListener('abort', stop);\n"
      "try {{\n"
      "  await work({{ signal: own.signal }});\n"
      "}} finally {{\n"
      "  {0}.removeEventListener('abort', stop); // nothing of this call stays with the signal\n"
      "}}\n",
      source);
}

Idiom combined_signal(const KitNames& n) {
  const std::string first = n.statement.arguments.empty() ? std::string() : n.statement.arguments.front();
  const std::string source = named_signal(first);
  const char* const kPattern =
      "Listen to the long-lived signal while the work lasts, in place of a combined signal for each call.";
  if (source.empty()) {
    return {kPattern, {}, {}};
  }
  return {kPattern, {}, with_own_signal(source)};
}

Idiom storage() {
  return {"Make the storage once, in the module; run() gives each piece of work its own store.",
          {},
          "const storage = new AsyncLocalStorage(); // in the module, not in a function\n"
          "await storage.run(store, () => work());\n"};
}

Idiom copied_part(const KitNames& n) {
  const SiteStatement& s = n.statement;
  Rewrite code(s);
  const std::string holder = code.receiver("kept");
  const std::size_t at = s.operation == Operation::map_set && s.arguments.size() > 1 ? 1 : 0;
  std::string call = fmt::format("{}.{}({}own);\n", holder, s.method, at == 1 ? s.arguments[0] + ", " : "");
  return {"Copy the small part that is kept.",
          {},
          code.text(fmt::format("const part = {};\n"
                                "const own = Buffer.allocUnsafeSlow(part.length); // memory of its own; Buffer.from() "
                                "would cut it from a shared slab\n"
                                "part.copy(own);\n"
                                "{}// and bound the collection, when it grows as well\n",
                                s.arguments[at], call))};
}

Idiom finalization(const KitNames& n) {
  const SiteStatement& s = n.statement;
  Rewrite code(s);
  const std::string registry = code.receiver("registry");
  const std::string target = code.argument(0, "target");
  return {"Keep out of the held value whatever leads to its target.",
          {},
          code.text(fmt::format("// held: what the cleanup needs, and nothing that refers to {1}\n"
                                "{0}.register({1}, held, {1});\n"
                                "// where it is released by hand, on every path:\n"
                                "{0}.unregister({1});\n",
                                registry, target))};
}

constexpr const char* kRegisterTargetOnce =
    "Register each target once, or unregister it before it is registered again.";

std::string registered_once(const KitNames& n) {
  const SiteStatement& s = n.statement;
  Rewrite code(s);
  const std::string registry = code.receiver("registry");
  const std::string target = code.argument(0, "target");
  const std::string held = code.argument(1, "held");
  return code.text(
      fmt::format("{0}.unregister({1}); // what was registered for it before\n"
                  "{0}.register({1}, {2}, {1}); // the third argument is what unregister() asks for\n",
                  registry, target, held));
}

/// A slice of a text keeps all of it: the statement, with a copy of what it stores.
Idiom copied_text(const KitNames& n) {
  const SiteStatement& s = n.statement;
  Rewrite code(s);
  const std::string holder = code.receiver("kept");
  const std::size_t at = s.arguments.size() > 1 && s.operation != Operation::array_push ? 1 : 0;
  const std::string piece = code.argument(at, "piece");
  const std::string copy = fmt::format("Buffer.from({}).toString()", piece);
  const std::string key = at == 1 ? s.arguments[0] : std::string();
  return {"Copy the piece that is kept, so that the long text can go.",
          {},
          code.text(s.operation == Operation::keyed_store
                        ? fmt::format("{}[{}] = {};\n", holder, key, copy)
                        : fmt::format("{}.{}({}{});\n", holder, s.method, key.empty() ? "" : key + ", ", copy)) +
              "// and bound the collection, when it grows as well\n"};
}

bool is_collection_store(Operation operation) {
  return operation == Operation::map_set || operation == Operation::set_add || operation == Operation::array_push ||
         operation == Operation::keyed_store;
}

std::optional<Idiom> made(const KitNames& n) {
  const SiteStatement& s = n.statement;
  switch (s.operation) {
    case Operation::listener:
      return listener(n);
    case Operation::timer:
      return timer(n);
    case Operation::string_append:
      return text_append(n);
    case Operation::wait:
      return wait(n);
    case Operation::performance_mark:
      return timeline(n);
    case Operation::abort_signal_any:
      return combined_signal(n);
    case Operation::async_storage:
      return storage();
    default:
      break;
  }
  if (s.method == "register" && !s.receiver.empty() && s.arguments.size() > 1) {
    return n.cause == LeakCause::living_targets ? Idiom{kRegisterTargetOnce, {}, registered_once(n)} : finalization(n);
  }
  if (!is_collection_store(s.operation) || s.receiver.empty() || s.arguments.empty()) {
    return std::nullopt;
  }
  if (n.kind == "pool") {
    return std::nullopt;  // fixed by its callers
  }
  if (n.kind == "string") {
    return copied_text(n);
  }
  if (n.kind == "buffer" && s.operation != Operation::keyed_store) {
    return copied_part(n);
  }
  if (n.kind == "class-instance" || n.kind == "closure" || n.kind == "detached-dom" || n.kind == "unknown" ||
      n.kind == "promise" || n.kind == "generator" || n.kind == "async-context") {
    return with_removal(n, n.kind == "detached-dom" ? "Drop every reference when the component goes away."
                                                    : "Remove it where its work ends.");
  }
  return bounded(n);
}

}  // namespace

std::optional<Idiom> fix_of_statement(const KitNames& n) {
  if (n.statement.text.empty()) {
    return std::nullopt;
  }
  std::optional<Idiom> idiom = made(n);
  if (idiom) {
    idiom->before = (n.place.empty() ? std::string() : "// " + n.place + "\n") + with_semicolon(n.statement.text);
  }
  return idiom;
}

}  // namespace heapdiff::kit
