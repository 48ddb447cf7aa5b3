#include "sites/store_operations.h"

#include "v8/api_names.h"
#include "v8/promises.h"

#include <vector>

namespace heapdiff::sites {
namespace {

/// The last name of the expression that ends at `token`: `b` in `a.b`, `a.b()` and `a.b[c]`.
std::size_t last_name(const CodeModel& code, std::size_t token) {
  for (int steps = 0; steps < 16 && token < code.tokens().size(); ++steps) {
    if (code.is_name(token)) {
      return token;
    }
    if (!one_of(code.at(token), {")", "]", "!"}) || token == 0) {
      return kNone;
    }
    if (code.at(token) == "!") {
      --token;
      continue;
    }
    const std::size_t open = code.partner(token);
    if (open == kNone || open == 0) {
      return kNone;
    }
    token = open - 1;
    if (one_of(code.at(token), {"?.", "."}) && token > 0) {
      --token;
    }
  }
  return kNone;
}

bool is_assignment(std::string_view text) noexcept { return one_of(text, {"=", "||=", "\?\?=", "&&="}); }

std::optional<Match> match_member(const CodeModel& code, std::size_t i) {
  if (i < 2 || !one_of(code.at(i - 1), {".", "?."})) {
    return std::nullopt;
  }
  Match match;
  match.anchor = i;
  match.receiver = last_name(code, i - 2);
  const std::string_view name = code.at(i);
  std::size_t open = i + 1;
  if (code.at(open) == "?.") {
    ++open;
  }
  if (code.at(open) == "(") {
    match.argument = open + 1;
    if (v8::is_listener_method(name)) {
      match.operation = Operation::listener;
    } else if (name == "set") {
      match.operation = Operation::map_set;
    } else if (name == "add") {
      match.operation = Operation::set_add;
    } else if (name == "push" || name == "unshift") {
      match.operation = Operation::array_push;
    } else if (name == "register") {
      match.operation = Operation::any;  // of a FinalizationRegistry
    } else {
      return std::nullopt;
    }
    return match;
  }
  const bool handler_name = name.size() > 2 && name.substr(0, 2) == "on" && name[2] >= 'a' && name[2] <= 'z';
  if (handler_name && code.at(i + 1) == "=") {
    match.operation = Operation::listener;
    return match;
  }
  return std::nullopt;
}

/// The callee in `return poll(n)`, `return await this.poll(n)` and `await poll(n)` where the async function around it
/// has that name; kNone elsewhere. `i` is the first word.
std::size_t self_call_at(const CodeModel& code, std::size_t i) {
  if (!one_of(code.at(i), {"return", "await"}) || code.owner(i) == kNone) {
    return kNone;
  }
  std::size_t callee = code.at(i + 1) == "await" ? i + 2 : i + 1;
  callee += code.at(callee) == "this" && code.at(callee + 1) == "." ? 2U : 0U;
  const FunctionRange& around = code.functions()[code.owner(i)];
  const bool same = code.is_name(callee) && code.at(callee + 1) == "(" && code.at(callee) == around.name;
  bool is_async = false;
  for (std::size_t k = around.head; same && k <= around.params; ++k) {
    is_async |= code.at(k) == "async";  // `static async poll(`
  }
  return is_async && !around.is_class ? callee : kNone;
}

/// `a.then(`, `await a`, `Promise.race([a, b])`: the promise keeps the function that waits for it.
std::optional<Match> match_wait(const CodeModel& code, std::size_t i) {
  const std::string_view name = code.at(i);
  Match match;
  match.operation = Operation::wait;
  match.anchor = i;
  if (const std::size_t callee = self_call_at(code, i); callee != kNone) {
    match.self_call = true;
    match.argument = callee;
    return match;
  }
  if (name == "await" && !one_of(i > 0 ? code.at(i - 1) : std::string_view(), {".", "?.", "for"})) {
    match.argument = i + 1;
    match.awaits_new = code.at(i + 1) == "new" && code.at(i + 2) == v8::kPromiseClass;
    return match;
  }
  if (i < 2 || !one_of(code.at(i - 1), {".", "?."}) || code.at(i + 1) != "(") {
    return std::nullopt;
  }
  match.argument = i + 2;
  if (v8::is_promise_method(name)) {
    match.receiver = last_name(code, i - 2);
    return match;
  }
  return code.at(i - 2) == v8::kPromiseClass && v8::is_promise_combinator(name) ? std::optional(match) : std::nullopt;
}

/// `once(emitter, event)` and `on(emitter, event)` of node:events, also as `events.once`; a bare `addEventListener`.
std::optional<Match> match_events_function(const CodeModel& code, std::size_t i) {
  const std::string_view name = code.at(i);
  if (!one_of(name, {"once", "on", "addEventListener"}) || code.at(i + 1) != "(") {
    return std::nullopt;
  }
  const std::string_view before = i > 0 ? code.at(i - 1) : std::string_view();
  const bool member = one_of(before, {".", "?."});
  if (before == "function" || (member && (i < 2 || name == "addEventListener" || code.at(i - 2) != "events"))) {
    return std::nullopt;
  }
  Match match;
  match.operation = Operation::listener;
  match.anchor = i;
  match.argument = i + 2;
  if (name == "addEventListener") {
    return match;
  }
  constexpr std::size_t kMaxTokens = 64;  // of the expression that names the emitter
  for (std::size_t comma = i + 3; comma < i + kMaxTokens; ++comma) {
    if (code.at(comma) != "," || code.opener(comma) != i + 1) {
      continue;
    }
    match.receiver = last_name(code, comma - 1);
    match.argument = comma + 1;
    return match;
  }
  return std::nullopt;
}

std::optional<Match> match_index(const CodeModel& code, std::size_t i) {
  // In `a[b] =` the bracket follows a value; else it is a pattern such as `[a, b] =`.
  const std::size_t close = code.partner(i);
  if (i == 0 || close == kNone || close < i || !is_assignment(code.at(close + 1))) {
    return std::nullopt;
  }
  const bool value = (code.is_name(i - 1) && !one_of(code.at(i - 1), {"const", "let", "var", "return", "of", "in"})) ||
                     one_of(code.at(i - 1), {")", "]", "?."});
  if (!value) {
    return std::nullopt;
  }
  Match match;
  match.operation = Operation::keyed_store;
  match.anchor = i;
  match.receiver = last_name(code, code.at(i - 1) == "?." && i > 1 ? i - 2 : i - 1);
  match.argument = i + 1;
  return match;
}

/// `performance.mark(`, `AbortSignal.any(`, `diagnostics.channel(`: the runtime keeps what the call makes.
std::optional<Match> match_runtime_call(const CodeModel& code, std::size_t i) {
  const std::string_view name = code.at(i);
  if (code.at(i + 1) != "(") {
    return std::nullopt;
  }
  Match match;
  match.anchor = i;
  match.argument = i + 2;
  const bool member = i >= 2 && one_of(code.at(i - 1), {".", "?."});
  if (v8::is_timeline_method(name) && member && v8::is_performance_object(code.at(i - 2))) {
    match.operation = Operation::performance_mark;
    return match;
  }
  if (name == v8::kCombineSignalsMethod && member && code.at(i - 2) == v8::kAbortSignalObject) {
    match.operation = Operation::abort_signal_any;
    return match;
  }
  const bool declared = i >= 1 && code.at(i - 1) == "function";
  const bool method = code.partner(i + 1) != kNone && code.at(code.partner(i + 1) + 1) == "{";
  if (name == v8::kChannelFunction && !declared && !method && (!member || v8::is_channel_module(code.at(i - 2)))) {
    match.operation = Operation::diagnostics_channel;
    return match;
  }
  return std::nullopt;
}

std::optional<Match> match_construct(const CodeModel& code, std::size_t i, const StoreHint& hint) {
  std::size_t name = i + 1;
  // `new (module.A)()` and `new (module).A()`, as compilers of modules write it.
  if (code.at(name) == "(" && code.partner(name) != kNone && code.partner(name) > name + 1) {
    const std::size_t close = code.partner(name);
    name = code.at(close + 1) == "." ? close + 2 : close - 1;
  }
  if (!code.is_name(name)) {
    return std::nullopt;
  }
  for (int steps = 0; steps < 8 && code.at(name + 1) == "." && code.is_name(name + 2); ++steps) {
    name += 2;
  }
  Match match;
  match.anchor = i;
  if (code.at(name) == v8::kAsyncStorageConstructor && hint.operation == Operation::async_storage) {
    match.operation = Operation::async_storage;
    return match;
  }
  if (hint.constructor.empty() || code.at(name) != hint.constructor) {
    return std::nullopt;
  }
  match.operation = Operation::construct;
  return match;
}

}  // namespace

std::optional<Match> match_at(const CodeModel& code, std::size_t i, const StoreHint& hint) {
  const std::string_view text = code.at(i);
  if (code.is_name(i)) {
    if (text == "new") {
      return match_construct(code, i, hint);
    }
    if (v8::is_timer_function(text) && code.at(i + 1) == "(") {
      const bool method = i >= 2 && one_of(code.at(i - 1), {".", "?."});
      if (method && !one_of(code.at(i - 2), {"globalThis", "window", "global", "self", "timers"}) &&
          code.at(i - 2).find("timers") == std::string_view::npos) {
        return std::nullopt;
      }
      Match match;
      match.operation = Operation::timer;
      match.anchor = i;
      match.argument = i + 2;
      return match;
    }
    if (const auto match = match_runtime_call(code, i)) {
      return match;
    }
    if (const auto match = match_events_function(code, i)) {
      return match;
    }
    if (const auto match = match_wait(code, i)) {
      return match;
    }
    return match_member(code, i);
  }
  if (text == "[") {
    return match_index(code, i);
  }
  if (text == "+=" && i > 0) {
    Match match;
    match.operation = Operation::string_append;
    match.anchor = i;
    match.receiver = last_name(code, i - 1);
    return match;
  }
  return std::nullopt;
}

bool fits(Operation found, Operation wanted) noexcept {
  if (is_runtime_call(found) || is_runtime_call(wanted)) {
    return found == wanted;
  }
  if (found == Operation::wait) {
    return wanted == Operation::wait;
  }
  if (wanted == Operation::any || wanted == Operation::wait || found == wanted) {
    return true;
  }
  return wanted == Operation::array_push && found == Operation::keyed_store;
}

std::string note_for(const CodeModel& code, const Match& match) {
  const std::string receiver = match.receiver == kNone ? std::string() : std::string(code.at(match.receiver));
  const std::string on = receiver.empty() ? std::string() : " `" + receiver + "`";
  switch (match.operation) {
    case Operation::listener:
      return receiver.empty() ? "registers a listener" : "registers a listener on" + on;
    case Operation::timer:
      return "starts a timer";
    case Operation::map_set:
    case Operation::set_add:
    case Operation::keyed_store:
    case Operation::array_push:
      return receiver.empty() ? "adds an entry" : "adds to" + on;
    case Operation::any:
      return "registers with" + on;
    case Operation::string_append:
      return receiver.empty() ? "appends to a string" : "appends to" + on;
    case Operation::wait:
      if (match.self_call) {
        return "waits for a call of itself";
      }
      if (receiver.empty() || v8::is_promise_method(receiver)) {
        return "waits for a promise";
      }
      return code.at(match.receiver + 1) == "(" ? "waits for what " + receiver + " returns" : "waits for" + on;
    case Operation::construct:
      return "creates the instances";
    case Operation::performance_mark:
      return "adds an entry to the performance timeline";
    case Operation::abort_signal_any:
      return "makes a signal that its sources keep";
    case Operation::diagnostics_channel:
      return "asks for a channel by its name";
    case Operation::async_storage:
      return "makes a storage that every asynchronous resource carries";
    default:
      return {};
  }
}

std::size_t chain_begin(const CodeModel& code, std::size_t anchor) {
  std::size_t start = anchor;
  if (one_of(code.at(anchor), {"[", "+="}) && anchor > 0) {
    --start;
  }
  for (int steps = 0; steps < 64; ++steps) {
    if (one_of(code.at(start), {")", "]"})) {
      const std::size_t open = code.partner(start);
      if (open == kNone || open == 0 || open > start) {
        break;
      }
      // The callee or the indexed value is before the bracket.
      if (!code.is_name(open - 1) && !one_of(code.at(open - 1), {")", "]"})) {
        start = open;
        break;
      }
      start = open - 1;
      continue;
    }
    if (start >= 2 && one_of(code.at(start - 1), {".", "?."})) {
      start -= 2;
      continue;
    }
    break;
  }
  return start;
}

std::size_t chain_start(const CodeModel& code, std::size_t anchor) {
  const std::size_t start = chain_begin(code, anchor);
  return code.tokens()[start].line == code.tokens()[anchor].line ? start : anchor;
}

}  // namespace heapdiff::sites
