#include "sites/closure_flow.h"

#include <algorithm>

namespace heapdiff::sites {
namespace {

constexpr int kMaxLevels = 4;  // of brackets between a call and the closure in its arguments
constexpr int kMaxDepth = 3;   // of functions that hand a parameter on
constexpr std::size_t kMaxFound = 200;
constexpr std::size_t kMaxNames = 8;  // of variables that hold the closure

/// Calls that do not keep their callback.
bool is_passing_call(std::string_view name) noexcept {
  return one_of(name, {"forEach",
                       "map",
                       "filter",
                       "reduce",
                       "some",
                       "every",
                       "find",
                       "findIndex",
                       "flatMap",
                       "sort",
                       "then",
                       "catch",
                       "finally",
                       "bind",
                       "call",
                       "apply",
                       "Promise",
                       "freeze",
                       "assign",
                       "entries",
                       "create",
                       "defineProperty",
                       "defineProperties"});
}

bool is_statement_word(std::string_view name) noexcept {
  return one_of(name, {"if", "while", "for", "switch", "return", "await", "typeof"});
}

}  // namespace

std::vector<ClosureUse> ClosureFlow::uses_of(std::size_t function) {
  found_.clear();
  const FunctionRange& closure = code_.functions()[function];
  if (closure.is_class) {
    return {};
  }
  if (const std::size_t open = enclosing_call(closure); open != kNone) {
    const std::size_t callee = open - 1;
    const std::string_view name = code_.at(callee);
    const std::optional<Match> match = match_at(code_, callee, hint_);
    if (match) {
      // A method of the program may have the name of one of the runtime: `subscribe(key, listener) { bus.on(...) }`.
      follow(name, argument_position(open, closure.head), 0);
      const bool passed = std::any_of(found_.begin(), found_.end(),
                                      [](const ClosureUse& use) { return use.trait == Trait::registers_parameter; });
      if (!passed) {
        found_.clear();
      }
      if (fits(match->operation, hint_.operation)) {
        found_.push_back({callee, match, passed ? Trait::hands_closure_on : Trait::registers_closure, {}});
      }
    } else if (!is_passing_call(name)) {
      follow(name, argument_position(open, closure.head), 0);
      const bool calls_back = hint_.operation == Operation::listener || hint_.operation == Operation::timer;
      if (!found_.empty() || calls_back) {
        found_.push_back({callee, std::nullopt, Trait::hands_closure_on, "passes the closure to " + std::string(name)});
      } else if (functions_.named(name).empty()) {
        found_.push_back(
            {callee, std::nullopt, Trait::hands_closure_away, "passes the closure to " + std::string(name)});
      }
    }
  }
  find_by_name(closure);
  return std::move(found_);
}

std::size_t ClosureFlow::enclosing_call(const FunctionRange& closure) const {
  std::size_t open = code_.opener(closure.head);
  for (int levels = 0; levels < kMaxLevels && open != kNone; ++levels, open = code_.opener(open)) {
    const bool in_parent = code_.owner(open) == closure.parent &&
                           (closure.parent == kNone || code_.functions()[closure.parent].body != open);
    if (!in_parent) {
      return kNone;
    }
    if (code_.at(open) == "(" && open > 0 && code_.is_name(open - 1)) {
      return is_statement_word(code_.at(open - 1)) ? kNone : open;
    }
  }
  return kNone;
}

std::size_t ClosureFlow::argument_position(std::size_t open, std::size_t token) {
  std::size_t position = 0;
  for (std::size_t i = open + 1; i < token && budget_ > 0; ++i, --budget_) {
    position += code_.at(i) == "," && code_.opener(i) == open ? 1U : 0U;
  }
  return position;
}

void ClosureFlow::follow(std::string_view name, std::size_t position, int depth) {
  for (const std::size_t function : functions_.named(name)) {
    const FunctionRange& range = code_.functions()[function];
    follow_parameter(range, functions_.parameter_at(range, position), depth);
  }
}

void ClosureFlow::follow_parameter(const FunctionRange& function, std::string_view parameter, int depth) {
  for (std::size_t i = function.body; i < std::min(function.end, code_.tokens().size()); ++i) {
    if (budget_ == 0 || found_.size() >= kMaxFound) {
      return;
    }
    --budget_;
    const std::optional<Match> match = match_at(code_, i, hint_);
    if (match && fits(match->operation, hint_.operation)) {
      const bool exact = !parameter.empty() && stores(*match, parameter);
      found_.push_back({i, match, exact ? Trait::registers_parameter : Trait::stores_in_callee, {}});
      continue;
    }
    const std::size_t open = code_.opener(i);
    const bool handed_on = !match && !parameter.empty() && depth < kMaxDepth && code_.at(i) == parameter &&
                           open != kNone && open > function.body && code_.at(open) == "(" && code_.is_name(open - 1) &&
                           one_of(code_.at(i + 1), {",", ")"});
    if (handed_on && !is_passing_call(code_.at(open - 1)) && code_.at(open - 1) != function.name) {
      follow(code_.at(open - 1), argument_position(open, i), depth + 1);
    }
  }
}

bool ClosureFlow::stores(const Match& match, std::string_view variable) const {
  constexpr std::size_t kMaxTokens = 128;  // of the arguments
  const bool call = match.argument != kNone && match.operation != Operation::keyed_store;
  if (!call) {
    // `a[k] = f`, `x.onload = f`
    const std::size_t close = match.operation == Operation::keyed_store ? code_.partner(match.anchor) : match.anchor;
    return close != kNone && code_.at(close + 2) == variable && !one_of(code_.at(close + 3), {".", "("});
  }
  const std::size_t open = match.argument - 1;
  const std::size_t close = code_.partner(open);
  for (std::size_t k = match.argument; k < std::min(match.argument + kMaxTokens, code_.tokens().size()) && k != close;
       ++k) {
    if (code_.at(k) != variable || !code_.is_name(k)) {
      continue;
    }
    const std::size_t around = code_.opener(k);
    const bool argument =
        around == open || (around != kNone && one_of(code_.at(around), {"{", "["}) && code_.opener(around) == open);
    const bool member = one_of(code_.at(k - 1), {".", "?."}) && code_.at(k - 2) != "this";
    const bool whole =
        one_of(code_.at(k + 1), {",", ")", "}", "]"}) || (code_.at(k + 1) == "." && code_.at(k + 2) == "bind");
    if (argument && whole && !member) {
      return true;
    }
  }
  return false;
}

bool ClosureFlow::is_function_named(std::size_t value, std::string_view name) const {
  if (code_.at(value) == "this" && one_of(code_.at(value + 1), {".", "?."})) {
    value += 2;
  }
  return code_.at(value) == name && code_.at(value + 1) != "(" &&
         (code_.at(value + 1) != "." || code_.at(value + 2) == "bind");
}

void ClosureFlow::find_by_name(const FunctionRange& closure) {
  // One or two letters are what a minifier gives to many functions.
  constexpr std::size_t kShortest = 3;
  if (closure.name.size() < kShortest) {
    return;
  }
  struct Variable {
    std::string_view name;
    std::size_t end;  ///< of the function that declares it
  };
  std::vector<Variable> names = {{closure.name, code_.tokens().size()}};
  const bool method = closure.parent == kNone || code_.functions()[closure.parent].is_class;
  const std::size_t begin = method ? 0 : code_.functions()[closure.parent].body;
  const std::size_t end = method ? code_.tokens().size() : code_.functions()[closure.parent].end;
  for (std::size_t i = begin; i < std::min(end, code_.tokens().size()) && budget_ > 0; ++i, --budget_) {
    // `const callback = this.#refresh.bind(this);`
    if (code_.is_name(i) && code_.at(i + 1) == "=" && is_function_named(i + 2, closure.name) &&
        names.size() < kMaxNames) {
      const std::size_t owner = code_.owner(i);
      names.push_back({code_.at(i), owner == kNone ? code_.tokens().size() : code_.functions()[owner].end});
    }
    const std::optional<Match> match = match_at(code_, i, hint_);
    const bool stored = match && fits(match->operation, hint_.operation) && found_.size() < kMaxFound &&
                        std::any_of(names.begin(), names.end(), [&](const Variable& variable) {
                          return i < variable.end && stores(*match, variable.name);
                        });
    if (stored) {
      found_.push_back({i, match, Trait::registers_closure, {}});
    }
  }
}

}  // namespace heapdiff::sites
