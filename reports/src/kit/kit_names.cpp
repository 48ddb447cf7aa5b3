#include "kit/kit_names.h"

#include "heapdiff/reports/personal.h"
#include "heapdiff/reports/redact.h"
#include "heapdiff/snapshot/visible_text.h"
#include "kit/template_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace heapdiff::kit {

namespace {

/// Classes whose listeners are added with addEventListener().
bool is_event_target(std::string_view name) {
  static constexpr std::string_view kTargets[] = {"EventTarget", "AbortSignal", "MessagePort",    "BroadcastChannel",
                                                  "WebSocket",   "Performance", "XMLHttpRequest", "MediaQueryList",
                                                  "ShadowRoot",  "Navigation",  "ServiceWorker"};
  return name.starts_with("Window") || name.starts_with("Document") || name.starts_with("HTML") ||
         name.starts_with("SVG") || name.ends_with("EventTarget") ||
         std::find(std::begin(kTargets), std::end(kTargets), name) != std::end(kTargets);
}

/// "Window / https://host" -> "Window"
std::string first_word(const std::string& name) { return name.substr(0, name.find(' ')); }

std::string last_part(const std::string& function) { return function.substr(function.rfind('.') + 1); }

/// The statements that add to and remove from the collection, by its class.
void set_statements(KitNames& out, const std::string& holder) {
  if (holder == "Map" || holder == "WeakMap") {
    out.store = fmt::format("{}.set(id, {})", out.kept, out.instance);
    out.remove = fmt::format("{}.delete(id)", out.kept);
  } else if (holder == "Array") {
    out.store = fmt::format("{}.push({})", out.kept, out.instance);
    // `>>> 0` turns an index of -1 into one beyond the end, so that nothing else is removed.
    out.remove = fmt::format("{0}.splice({0}.indexOf({1}) >>> 0, 1)", out.kept, out.instance);
  } else if (holder == "Object" || holder.starts_with("{")) {
    out.store = fmt::format("{}[id] = {}", out.kept, out.instance);
    out.remove = fmt::format("delete {}[id]", out.kept);
  } else if (holder == "Set" || holder == "WeakSet") {
    out.store = fmt::format("{}.add({})", out.kept, out.instance);
    out.remove = fmt::format("{}.delete({})", out.kept, out.instance);
  }
}

/// A variable or property as a statement names it: "subscriber", "this.#entries". Empty for any other expression.
std::string reference_or_empty(const std::string& text) {
  constexpr std::size_t kMaxReference = 80;
  const bool good = !text.empty() && text.size() <= kMaxReference && !(text[0] >= '0' && text[0] <= '9') &&
                    text.front() != '.' && std::all_of(text.begin(), text.end(), [](char c) {
                      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                             c == '$' || c == '.' || c == '#';
                    });
  return good ? text : std::string();
}

/// A kit goes to files that are posted, whatever the format of the report is.
std::string masked_name(const std::string& name) { return mask_personal(mask_secrets(name)); }

/// Source text of several lines, as it may be shown: secrets masked, nothing but text.
std::string masked_text(const std::string& code) {
  constexpr std::size_t kTab = 2;
  std::string out;
  std::size_t start = 0;
  while (start < code.size()) {
    const std::size_t end = std::min(code.find('\n', start), code.size());
    std::string line;
    for (const char c : code.substr(start, end - start)) {
      line += c == '\t' ? std::string(kTab, ' ') : std::string(1, c);
    }
    out += (start == 0 ? "" : "\n") + mask_personal(mask_code(visible_text(line)));
    start = end + 1;
  }
  return out;
}

SiteStatement masked_statement(SiteStatement statement) {
  for (std::string* text : {&statement.text, &statement.receiver, &statement.method}) {
    *text = masked_text(*text);
  }
  for (std::string& text : statement.arguments) {
    text = masked_text(text);
  }
  return statement;
}

}  // namespace

KitNames kit_names(const LeakNames& names) {
  KitNames out;
  const std::string constructor = masked_name(names.constructor);
  const std::string holder = masked_name(names.holder);
  const std::string emitter = first_word(masked_name(names.emitter));
  out.kind = safe_name(names.kind);
  out.cause = names.cause;
  out.signature = safe_name(names.signature);
  out.place = safe_place(masked_name(names.place));
  out.plain_place = safe_name(masked_name(names.place));
  out.statement = masked_statement(names.statement);
  out.owner = safe_name(masked_name(names.owner));
  out.module = js_string(names.module.empty() ? "fill-in-the-module.js" : masked_name(names.module));
  out.function = identifier_or(last_part(masked_name(names.function)), "operation");
  out.collection = identifier_or(mask_key(names.label), "collection");
  if (out.function == out.collection) {
    out.function = "operation";
  }
  const bool known = out.collection != "collection";
  out.kept = names.label_is_property && known ? "this." + out.collection : out.collection;
  out.constructor = identifier_or(constructor, "Item");
  out.instance = variable_or(constructor, "item");
  if (out.instance == out.collection || out.instance == out.constructor || out.instance == out.function) {
    out.instance = "item";
  }
  out.holder = safe_name(holder.empty() || holder[0] == '(' ? constructor : holder);
  out.emitter = variable_or(emitter, "emitter");
  if (out.emitter == out.function) {
    out.emitter = "emitter";
  }
  out.event_target = is_event_target(emitter);
  const std::string event = mask_key(names.event);
  out.event_text = safe_name(event.empty() ? "event" : event);
  out.event = js_event(event.empty() ? "event" : event);
  out.repeats = names.repeats;
  out.shared_scope = holder.starts_with("system / Context");
  out.modules =
      constructor.find("Module") != std::string::npos || out.collection == "_cache" || out.collection == "_pathCache";
  set_statements(out, holder);
  switch (out.statement.operation) {
    case StoreHint::Operation::listener:
    case StoreHint::Operation::map_set:
    case StoreHint::Operation::set_add:
    case StoreHint::Operation::array_push:
    case StoreHint::Operation::keyed_store:
    case StoreHint::Operation::string_append:
      out.stored_in = reference_or_empty(out.statement.receiver);
      break;
    default:
      break;
  }
  return out;
}

}  // namespace heapdiff::kit
