#include "kinds.h"

#include <algorithm>
#include <string_view>

namespace heapdiff {

namespace {

bool contains_word(std::string_view text, std::string_view word) {
  const auto same = [](char a, char b) { return (a | 0x20) == (b | 0x20); };
  return std::search(text.begin(), text.end(), word.begin(), word.end(), same) != text.end();
}

/// What the new objects of a group are, in bytes.
struct Content {
  std::int64_t total = 0;
  std::int64_t native = 0;
  std::int64_t strings = 0;
  std::int64_t promises = 0;
  std::int64_t generators = 0;
  std::int64_t detached = 0;
};

Content content_of(const Heap& last, const Accumulation& group) {
  Content content;
  for (const auto& [constructor, bytes] : group.class_bytes) {
    const std::string_view name = last.classes.info(ClassIndex(constructor)).name;
    content.total += bytes;
    content.native +=
        name.find("ArrayBufferData") != std::string_view::npos || name == "ArrayBuffer" || name == "Buffer" ? bytes : 0;
    content.strings += name == "(string)" || name == "(concatenated string)" || name == "(sliced string)" ? bytes : 0;
    content.promises += name.find("Promise") != std::string_view::npos ? bytes : 0;
    content.generators +=
        name.find("Generator") != std::string_view::npos || name.find("AsyncFunction") != std::string_view::npos ? bytes
                                                                                                                 : 0;
    content.detached += name.substr(0, 9) == "Detached " ? bytes : 0;
  }
  return content;
}

struct Rule {
  const char* kind;
  StoreHint::Operation operation;
};

Rule kind_of(const Suspect& suspect, const Content& content, std::size_t holder_at) {
  using Operation = StoreHint::Operation;
  const auto& path = suspect.path;
  const auto any_from = [&](std::size_t first, auto&& test) {
    return std::any_of(path.begin() + static_cast<std::ptrdiff_t>(std::min(first, path.size())), path.end(), test);
  };
  const std::size_t near = holder_at < 3 ? 0 : holder_at - 3;
  if (content.detached > content.total / 10) {
    return {"detached-dom", Operation::any};
  }
  if (any_from(near, [](const SuspectStep& s) {
        return s.edge == "_events" || s.edge.find("Symbol(events)") != std::string::npos ||
               s.edge.find("kEvents") != std::string::npos || s.node == "Listener" || s.node == "V8EventListener" ||
               s.node == "EventListener";
      })) {
    return {"event-listener", Operation::listener};
  }
  if (any_from(near, [](const SuspectStep& s) {
        return s.node == "Timeout" || s.node == "TimersList" || s.node == "Immediate" || s.node == "ImmediateList";
      })) {
    return {"timer", Operation::timer};
  }
  if (any_from(near, [](const SuspectStep& s) {
        return s.node == "AsyncContextFrame" || s.node == "AsyncLocalStorage" ||
               s.edge.find("kResourceStore") != std::string::npos;
      })) {
    return {"async-context", Operation::any};
  }
  const std::string& holder = suspect.holder;
  const bool pool = any_from(near, [](const SuspectStep& s) {
    return (contains_word(s.node, "pool") && s.node_type == "object") || contains_word(s.edge, "pool");
  });
  if (pool) {
    return {"pool", Operation::any};
  }
  if (content.native > content.total / 2) {
    return {"buffer", holder == "Array" ? Operation::array_push
                      : holder == "Map" ? Operation::map_set
                                        : Operation::any};
  }
  const auto top_is = [&](std::string_view name) { return suspect.constructor == name; };
  if (top_is("Promise") || top_is("PromiseReaction") || content.promises > content.total / 2) {
    return {"promise", Operation::any};
  }
  if (content.generators > content.total / 3) {
    return {"generator", Operation::any};
  }
  if (holder == "Map" || holder == "WeakMap") {
    return {"map-growth", Operation::map_set};
  }
  if (holder == "Set" || holder == "WeakSet") {
    return {"set-growth", Operation::set_add};
  }
  if (holder == "Array") {
    return {"array-growth", Operation::array_push};
  }
  if (content.strings > content.total * 9 / 10 && suspect.hint.holder_name.find('*') == std::string::npos &&
      (suspect.new_objects < 2 * static_cast<std::int64_t>(suspect.levels.size()) ||
       suspect.constructor == "(concatenated string)")) {
    return {"string", Operation::string_append};
  }
  if (suspect.constructor == "Function" || suspect.constructor == "(closure)" ||
      suspect.constructor.find("system / Context") == 0) {
    return {"closure", Operation::any};
  }
  if (holder == "Object" || (!holder.empty() && holder[0] == '{') || holder.find("(object") == 0) {
    return {any_from(near, [](const SuspectStep& s) { return s.edge == "cache" && s.node_type == "object"; })
                ? "module-cache"
                : "object-growth",
            Operation::keyed_store};
  }
  if (holder.find("system / Context") == 0) {
    return {"closure", Operation::any};
  }
  return {"class-instance", Operation::construct};
}

}  // namespace

void classify(Suspect& suspect, const Heap& last, const Accumulation& group, std::size_t holder_at) {
  const Rule rule = kind_of(suspect, content_of(last, group), holder_at);
  suspect.kind = rule.kind;
  suspect.hint.operation = rule.operation;
  if (suspect.kind != "event-listener") {
    suspect.emitter.clear();
  } else {
    for (std::size_t i = 1; i + 1 < suspect.path.size(); ++i) {
      if (suspect.path[i].edge == "_events") {
        suspect.event = fold_data(suspect.path[i + 1].edge);
      }
    }
    if (suspect.event.empty()) {
      suspect.emitter.clear();
    }
    suspect.hint.event = suspect.event;
    suspect.hint.holder_name.clear();
  }
  static constexpr std::string_view kPlain[] = {"Object", "Array", "Function", "Map", "Set", "Promise", "Timeout"};
  const bool named = !suspect.constructor.empty() && suspect.constructor[0] != '(' && suspect.constructor[0] != '{' &&
                     suspect.constructor.find(' ') == std::string::npos &&
                     std::find(std::begin(kPlain), std::end(kPlain), suspect.constructor) == std::end(kPlain);
  suspect.hint.constructor = named ? suspect.constructor : std::string();
}

}  // namespace heapdiff
