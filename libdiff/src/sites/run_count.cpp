#include "sites/run_count.h"

#include "sites/store_operations.h"
#include "v8/api_names.h"

namespace heapdiff::sites {

RunCount::RunCount(const CodeModel& code) : code_(code) {
  find_loops();
  find_drained();
}

bool RunCount::is_loop(std::size_t open) const {
  if (open == 0 || open == kNone) {
    return false;
  }
  if (code_.at(open) == "(") {
    return one_of(code_.at(open - 1), {"while", "for"}) ||
           (open >= 2 && code_.at(open - 1) == "await" && code_.at(open - 2) == "for");
  }
  return code_.at(open) == "{" && starts_loop_body(open);
}

bool RunCount::starts_loop_body(std::size_t token) const {
  if (token == 0) {
    return false;
  }
  if (code_.at(token - 1) == "do") {
    return true;
  }
  const std::size_t head = code_.at(token - 1) == ")" ? code_.partner(token - 1) : kNone;
  return head != kNone && head < token && is_loop(head);
}

void RunCount::find_loops() {
  const std::size_t count = code_.tokens().size();
  in_loop_.assign(count, false);
  std::size_t bare_end = 0;  // end of the body of a loop without braces
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t open = code_.opener(i);
    const std::size_t owner = code_.owner(i);
    // What is written in a function runs when the function is called, not when the loop around it runs.
    const bool enters_function = open != kNone && owner != kNone && code_.owner(open) == owner &&
                                 (code_.functions()[owner].body == open || code_.functions()[owner].params == open);
    const bool arrow = open == kNone || (owner != kNone && code_.owner(open) != owner);
    if (code_.at(i) != "{" && starts_loop_body(i)) {
      bare_end = i;
      while (bare_end < count && code_.at(bare_end) != ";" && bare_end < i + 256) {
        const std::size_t close = code_.partner(bare_end);
        bare_end = close != kNone && close > bare_end ? close + 1 : bare_end + 1;
      }
    }
    const bool around = open != kNone && !enters_function && !arrow && (in_loop_[open] || is_loop(open));
    in_loop_[i] = around || (i < bare_end && !enters_function && !arrow) || (i < bare_end && open == kNone);
    if (in_loop_[i] && code_.is_name(i) && code_.at(i + 1) == "(") {
      called_in_loop_.insert(code_.at(i));
    }
  }
}

void RunCount::find_drained() {
  for (std::size_t i = 0; i + 2 < code_.tokens().size(); ++i) {
    if (!code_.is_name(i)) {
      continue;
    }
    if (code_.at(i + 1) == ".") {
      const std::string_view member = code_.at(i + 2);
      const std::string_view next = code_.at(i + 3);
      const bool takes = one_of(member, {"shift", "pop", "splice"}) && next == "(";
      const bool cuts = member == "length" && next == "=" && code_.at(i + 4) == "0";
      if (takes || cuts) {
        drained_.insert(code_.at(i));
      }
      continue;
    }
    const bool declared = i > 0 && one_of(code_.at(i - 1), {"const", "let", "var"});
    if (!declared && code_.at(i + 1) == "=" && code_.at(i + 2) == "[" && code_.at(i + 3) == "]" &&
        code_.owner(i) != kNone && !code_.is_in_constructor(i)) {
      drained_.insert(code_.at(i));
    }
  }
}

std::size_t RunCount::function_around(std::size_t token) const {
  std::size_t function = code_.owner(token);
  while (function != kNone && code_.functions()[function].is_class) {
    function = code_.functions()[function].parent;
  }
  return function;
}

bool RunCount::is_loop_callback(std::size_t function) const {
  const std::size_t open = code_.opener(code_.functions()[function].head);
  if (open == kNone || open == 0 || code_.at(open) != "(") {
    return false;
  }
  return one_of(code_.at(open - 1), {"forEach", "map", "flatMap", "reduce", "filter"}) ||
         v8::is_interval_function(code_.at(open - 1));
}

bool RunCount::runs_again(std::size_t token) const {
  if (token >= in_loop_.size()) {
    return false;
  }
  if (in_loop_[token]) {
    return true;
  }
  const std::size_t function = function_around(token);
  if (function == kNone) {
    return false;
  }
  const FunctionRange& range = code_.functions()[function];
  return (!range.name.empty() && called_in_loop_.count(range.name) != 0) || is_loop_callback(function);
}

bool RunCount::is_called_in_place(std::size_t function) const {
  const FunctionRange& range = code_.functions()[function];
  const std::string_view before = range.head > 0 ? code_.at(range.head - 1) : std::string_view();
  const bool expression = one_of(before, {"(", "=", "!", "+", "-", "~", "void", ",", ":", "return", "=>", "await"});
  if (!expression) {
    return false;
  }
  // `(function () {})()`, `(() => {})()`, `!function () {}()`.
  // The brackets of a call are none: `debounce(() => {})()` calls what debounce returns, as often as that likes.
  const bool call =
      range.head >= 2 && ((code_.is_name(range.head - 2) && !is_operator_word(code_.at(range.head - 2))) ||
                          one_of(code_.at(range.head - 2), {")", "]"}));
  const bool wrapped =
      before == "(" && !call && code_.at(range.end) == ")" && code_.partner(range.end) == range.head - 1;
  const std::size_t after = wrapped ? range.end + 1 : range.end;
  const bool arrow_bare = !wrapped && code_.at(range.params) != "(";
  if (code_.at(after) == "(" && !arrow_bare) {
    return true;
  }
  if (code_.at(after) == "." && one_of(code_.at(after + 1), {"call", "apply"}) && code_.at(after + 2) == "(") {
    return true;
  }
  // `(function (root, factory) {})(this, function () {})`: the argument of a function that is called in place.
  const std::size_t open = code_.opener(range.head);
  if (open != kNone && open > 0 && code_.at(open) == "(") {
    const std::size_t callee = code_.at(open - 1) == ")" && open > 1 ? open - 2 : open - 1;
    const std::size_t body = code_.at(callee) == "}" ? code_.partner(callee) : kNone;
    const std::size_t owner = body == kNone || body == callee ? kNone : code_.owner(body);
    if (owner != kNone && code_.functions()[owner].body == body) {
      return true;
    }
    return code_.at(open - 1) == "define";
  }
  // `123: function (module, exports, require) {}` and `"./a.js": (module) => {}` of a bundler.
  if (before == ":" && range.head >= 2) {
    const Token& key = code_.tokens()[range.head - 2];
    return key.kind == TokenKind::number ||
           (key.kind == TokenKind::string && key.text.find('/') != std::string_view::npos);
  }
  return false;
}

bool RunCount::runs_once(std::size_t token) const {
  constexpr int kMaxCallDepth = 16;
  for (int depth = 0; depth < kMaxCallDepth && token < in_loop_.size() && !in_loop_[token]; ++depth) {
    const std::size_t function = code_.owner(token);
    if (function == kNone) {
      return true;
    }
    // What is written in a class and in none of its methods gives its instances their fields.
    if (code_.functions()[function].is_class || !is_called_in_place(function)) {
      return false;
    }
    token = code_.functions()[function].head;
  }
  return false;
}

bool RunCount::follows_new_value(std::size_t use, std::string_view name) const {
  if (name.empty() || use >= in_loop_.size()) {
    return false;
  }
  constexpr std::size_t kMaxReach = 4'000;  // tokens
  const std::size_t function = code_.owner(use);
  for (std::size_t i = use, steps = 0; i-- > 0 && steps < kMaxReach; ++steps) {
    if (code_.at(i) != name || code_.at(i + 1) != "=" || i == 0 || code_.owner(i) != function ||
        !one_of(code_.at(i - 1), {"const", "let", "var", ","})) {
      continue;
    }
    if (!one_of(code_.at(i + 2), {"[", "{", "new", "''", "\"\""})) {
      return false;
    }
    for (std::size_t open = code_.opener(use); open != kNone && open > i; open = code_.opener(open)) {
      if (is_loop(open)) {
        return false;
      }
    }
    return true;
  }
  return false;
}

}  // namespace heapdiff::sites
