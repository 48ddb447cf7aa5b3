// The statement finder: recognises storing operations in the tokens and ranks them by how well they
// fit the hint.

#include "statement_finder.h"

#include <algorithm>
#include <array>
#include <optional>

namespace heapdiff::sites {
namespace {

using Operation = StoreHint::Operation;

constexpr int kDirectRegistration = 70;
constexpr int kPassedThroughMatch = 80;
constexpr int kPassedThrough = 40;
constexpr int kEnclosingCall = 50;
constexpr int kInFunction = 40;
constexpr int kAnywhere = 10;
constexpr int kHolderBonus = 50;
constexpr int kOtherHolder = -30;
constexpr int kEventBonus = 60;
constexpr int kOtherEvent = -100;

bool one_of(std::string_view word, std::initializer_list<std::string_view> words) noexcept {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_listener_method(std::string_view name) noexcept {
  return one_of(
      name, {"on", "addListener", "once", "prependListener", "prependOnceListener", "addEventListener", "subscribe"});
}

bool is_timer_function(std::string_view name) noexcept {
  return one_of(name, {"setInterval", "setTimeout", "setImmediate"});
}

/// Calls that run a callback at once or hold it for a moment only.
bool is_passing_call(std::string_view name) noexcept {
  return one_of(name, {"forEach", "map", "filter", "reduce", "some", "every", "find", "findIndex", "flatMap", "sort",
                       "then", "catch", "finally", "Promise", "bind", "call", "apply", "freeze", "assign"});
}

/// A storing operation: the token that names it and what it works on.
struct Match {
  Operation operation = Operation::any;
  std::size_t anchor = 0;
  std::size_t receiver = kNone;  ///< token of the receiver's last name
  std::size_t argument = kNone;  ///< first token of the arguments of a call
};

/// The last name of the expression that ends at `token`: `b` in `a.b`, `a.b()` and `a.b[c]`.
std::size_t last_name(const CodeModel& code, std::size_t token) {
  for (int steps = 0; steps < 16 && token < code.tokens().size(); ++steps) {
    if (code.is_name(token))
      return token;
    if (!one_of(code.at(token), {")", "]", "!"}) || token == 0)
      return kNone;
    if (code.at(token) == "!") {
      --token;
      continue;
    }
    const std::size_t open = code.partner(token);
    if (open == kNone || open == 0)
      return kNone;
    token = open - 1;
    if (one_of(code.at(token), {"?.", "."}) && token > 0)
      --token;
  }
  return kNone;
}

bool is_assignment(std::string_view text) noexcept { return one_of(text, {"=", "||=", "\?\?=", "&&="}); }

std::optional<Match> match_member(const CodeModel& code, std::size_t i) {
  if (i < 2 || !one_of(code.at(i - 1), {".", "?."}))
    return std::nullopt;
  Match match;
  match.anchor = i;
  match.receiver = last_name(code, i - 2);
  const std::string_view name = code.at(i);
  std::size_t open = i + 1;
  if (code.at(open) == "?.")
    ++open;
  if (code.at(open) == "(") {
    match.argument = open + 1;
    if (is_listener_method(name)) {
      match.operation = Operation::listener;
    } else if (name == "set") {
      match.operation = Operation::map_set;
    } else if (name == "add") {
      match.operation = Operation::set_add;
    } else if (name == "push" || name == "unshift") {
      match.operation = Operation::array_push;
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

std::optional<Match> match_index(const CodeModel& code, std::size_t i) {
  // `a[b] =`: the bracket has to follow a value, else it is a pattern such as `[a, b] =`.
  const std::size_t close = code.partner(i);
  if (i == 0 || close == kNone || close < i || !is_assignment(code.at(close + 1)))
    return std::nullopt;
  const bool value = (code.is_name(i - 1) && !one_of(code.at(i - 1), {"const", "let", "var", "return", "of", "in"})) ||
                     one_of(code.at(i - 1), {")", "]", "?."});
  if (!value)
    return std::nullopt;
  Match match;
  match.operation = Operation::keyed_store;
  match.anchor = i;
  match.receiver = last_name(code, code.at(i - 1) == "?." && i > 1 ? i - 2 : i - 1);
  match.argument = i + 1;
  return match;
}

std::optional<Match> match_construct(const CodeModel& code, std::size_t i, const std::string& constructor) {
  std::size_t name = i + 1;
  if (!code.is_name(name) || constructor.empty())
    return std::nullopt;
  for (int steps = 0; steps < 8 && code.at(name + 1) == "." && code.is_name(name + 2); ++steps)
    name += 2;
  if (code.at(name) != constructor)
    return std::nullopt;
  Match match;
  match.operation = Operation::construct;
  match.anchor = i;
  return match;
}

std::optional<Match> match_at(const CodeModel& code, std::size_t i, const StoreHint& hint) {
  const std::string_view text = code.at(i);
  if (code.is_name(i)) {
    if (text == "new")
      return match_construct(code, i, hint.constructor);
    if (is_timer_function(text) && code.at(i + 1) == "(") {
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
    return match_member(code, i);
  }
  if (text == "[")
    return match_index(code, i);
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
  if (wanted == Operation::any || found == wanted)
    return true;
  return wanted == Operation::array_push && found == Operation::keyed_store;
}

/// Whether a literal can be the event: 1 yes, -1 no, 0 not known.
int literal_fits(const CodeModel& code, std::size_t token, std::string_view event) {
  const Token& literal = code.tokens()[token];
  std::string_view text = literal.text.substr(std::min<std::size_t>(1, literal.text.size()));
  bool open_ended = code.at(token + 1) == "+";
  if (literal.kind == TokenKind::template_chunk && text.size() >= 2 && text.substr(text.size() - 2) == "${") {
    text.remove_suffix(2);
    open_ended = true;
  } else if (!text.empty()) {
    text.remove_suffix(1);
  }
  const std::string_view prefix = event.substr(0, event.find('*'));
  const bool folded = prefix.size() != event.size();
  if (open_ended) {
    if (text.empty() || prefix.empty())
      return 0;
    return prefix.substr(0, text.size()) == text || text.substr(0, prefix.size()) == prefix ? 1 : -1;
  }
  if (text == event)
    return 1;
  if (!folded)
    return -1;
  if (prefix.empty())
    return 0;
  return text.substr(0, prefix.size()) == prefix ? 1 : -1;
}

bool is_literal_start(const CodeModel& code, std::size_t token) {
  if (token >= code.tokens().size())
    return false;
  const Token& found = code.tokens()[token];
  return found.kind == TokenKind::string || (found.kind == TokenKind::template_chunk && found.text.front() == '`');
}

/// The literal a variable is given before `use`, in the same function or one around it; kNone when
/// there is none.
std::size_t initial_literal(const CodeModel& code, std::size_t use) {
  const std::string_view name = code.at(use);
  constexpr std::size_t kReach = 20'000;  // one look back must not walk a whole bundle
  for (std::size_t i = use, steps = 0; i-- > 0 && steps < kReach; ++steps) {
    if (code.at(i) != name || code.at(i + 1) != "=" || !is_literal_start(code, i + 2))
      continue;
    const std::size_t scope = code.owner(i);
    for (std::size_t owner = code.owner(use);; owner = code.functions()[owner].parent) {
      if (owner == scope)
        return i + 2;
      if (owner == kNone)
        break;
    }
  }
  return kNone;
}

/// 1, -1 or 0 as for literal_fits, for the first argument or any literal of a short argument list.
int event_fits(const CodeModel& code, const Match& match, const std::string& event) {
  if (event.empty())
    return 0;
  if (match.operation == Operation::listener && match.argument == kNone) {
    return code.at(match.anchor).substr(2) == event ? 1 : -1;
  }
  if (match.argument == kNone)
    return 0;
  if (is_literal_start(code, match.argument))
    return literal_fits(code, match.argument, event);
  if (code.is_name(match.argument) && one_of(code.at(match.argument + 1), {",", ")", "]"})) {
    const std::size_t literal = initial_literal(code, match.argument);
    if (literal != kNone)
      return literal_fits(code, literal, event);
  }
  return 0;
}

std::string plain_name(std::string_view name) { return std::string(name.substr(name.substr(0, 1) == "#" ? 1 : 0)); }

std::string note_for(const CodeModel& code, const Match& match) {
  const std::string receiver = match.receiver == kNone ? std::string() : std::string(code.at(match.receiver));
  const std::string on = receiver.empty() ? std::string() : " " + receiver;
  switch (match.operation) {
    case Operation::listener:
      return receiver.empty() ? "registers a listener" : "registers a listener on " + receiver;
    case Operation::timer:
      return "starts a timer";
    case Operation::map_set:
    case Operation::set_add:
    case Operation::keyed_store:
    case Operation::array_push:
      return receiver.empty() ? "stores an entry" : "stores into" + on;
    case Operation::string_append:
      return receiver.empty() ? "appends to a string" : "appends to" + on;
    case Operation::construct:
      return "creates the instances";
    default:
      return {};
  }
}

/// Where the statement's expression starts on the anchor's line: `this` in `this.a.b.set(`.
std::size_t chain_start(const CodeModel& code, std::size_t anchor) {
  const std::vector<Token>& tokens = code.tokens();
  std::size_t start = anchor;
  if (one_of(code.at(anchor), {"[", "+="}) && anchor > 0)
    --start;
  for (int steps = 0; steps < 64; ++steps) {
    if (one_of(code.at(start), {")", "]"})) {
      const std::size_t open = code.partner(start);
      if (open == kNone || open == 0 || open > start)
        break;
      // The callee or the indexed value stands before the bracket.
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
  return tokens[start].line == tokens[anchor].line ? start : anchor;
}

class Finder {
 public:
  Finder(const CodeModel& code, const StoreHint& hint) : code_(code), hint_(hint) {}

  /// Matches in [begin, end), leaving out nothing that is nested.
  void range(std::size_t begin, std::size_t end, int base) {
    for (std::size_t i = begin; i < std::min(end, code_.tokens().size()); ++i) {
      const std::optional<Match> match = match_at(code_, i, hint_);
      if (match && fits(match->operation, hint_.operation))
        add(*match, base);
    }
  }

  /// The statement that takes the function as an argument, and what the function it is passed to
  /// does with it.
  void around(std::size_t function, int nearness) {
    const FunctionRange& closure = code_.functions()[function];
    if (closure.is_class)
      return;
    std::size_t open = code_.opener(closure.head);
    for (int levels = 0; levels < 4 && open != kNone; ++levels, open = code_.opener(open)) {
      if (code_.owner(open) != closure.parent)
        return;
      if (closure.parent != kNone && code_.functions()[closure.parent].body == open)
        return;
      if (code_.at(open) == "(" && open > 0 && code_.is_name(open - 1))
        break;
    }
    if (open == kNone || open == 0 || code_.at(open) != "(" || !code_.is_name(open - 1))
      return;
    const std::size_t callee = open - 1;
    const std::string_view name = code_.at(callee);
    if (one_of(name, {"if", "while", "for", "switch", "return", "await", "typeof"}))
      return;
    const std::optional<Match> match = match_at(code_, callee, hint_);
    if (match) {
      if (fits(match->operation, hint_.operation))
        add(*match, kDirectRegistration - nearness);
      return;
    }
    if (is_passing_call(name))
      return;
    const std::size_t before = found_.size();
    for (const FunctionRange& candidate : code_.functions()) {
      if (candidate.name != name || candidate.is_class)
        continue;
      passed_through(candidate, nearness);
    }
    const bool calls_back = hint_.operation == Operation::listener || hint_.operation == Operation::timer;
    if (found_.size() == before && !calls_back)
      return;
    add_token(callee, "passes the closure to " + std::string(name), SiteRole::registration, kEnclosingCall - nearness);
  }

  std::vector<FoundStatement> take() {
    std::stable_sort(found_.begin(), found_.end(), [](const FoundStatement& a, const FoundStatement& b) {
      if (a.score != b.score)
        return a.score > b.score;
      return a.line != b.line ? a.line < b.line : a.column < b.column;
    });
    return std::move(found_);
  }

 private:
  void passed_through(const FunctionRange& function, int nearness) {
    for (std::size_t i = function.body; i < std::min(function.end, code_.tokens().size()); ++i) {
      const std::optional<Match> match = match_at(code_, i, hint_);
      if (!match || !fits(match->operation, hint_.operation))
        continue;
      const bool event = event_fits(code_, *match, hint_.event) > 0;
      add(*match, (event ? kPassedThroughMatch : kPassedThrough) - nearness);
    }
  }

  void add(const Match& match, int base) {
    int score = base;
    if (!hint_.holder_name.empty() && match.receiver != kNone) {
      const bool same = plain_name(code_.at(match.receiver)) == plain_name(hint_.holder_name);
      score += same ? kHolderBonus : kOtherHolder;
    }
    const int event = event_fits(code_, match, hint_.event);
    if (event > 0)
      score += kEventBonus;
    if (event < 0)
      score += kOtherEvent;
    // Appending to a counter is far more common than to a leaking string: only a named one counts.
    if (match.operation == Operation::string_append && score <= base && !hint_.holder_name.empty())
      return;
    if (score <= 0)
      return;
    const SiteRole role = match.operation == Operation::construct ? SiteRole::allocation : SiteRole::registration;
    add_token(match.anchor, note_for(code_, match), role, score);
  }

  void add_token(std::size_t anchor, std::string note, SiteRole role, int score) {
    // A statement seen twice keeps its better score when the caller drops duplicates; this bounds
    // hostile input.
    if (found_.size() >= 10'000)
      return;
    const Token& token = code_.tokens()[chain_start(code_, anchor)];
    FoundStatement statement;
    statement.line = token.line;
    statement.column = token.column;
    statement.function = code_.function_name(anchor);
    statement.note = std::move(note);
    statement.role = role;
    statement.score = score;
    found_.push_back(std::move(statement));
  }

  const CodeModel& code_;
  const StoreHint& hint_;
  std::vector<FoundStatement> found_;
};

}  // namespace

std::vector<FoundStatement> find_statements(const CodeModel& code, const FunctionPosition& position,
                                            const StoreHint& hint, int nearness) {
  Finder finder(code, hint);
  const bool whole = position.evidence == SiteEvidence::context || position.evidence == SiteEvidence::retaining_path;
  std::size_t function = code.function_at(position.line, position.column);
  if (position.evidence == SiteEvidence::constructor) {
    // A constructor stands for its class: methods and field initialisers count too.
    for (std::size_t i = function; i != kNone; i = code.functions()[i].parent) {
      if (!code.functions()[i].is_class)
        continue;
      function = i;
      break;
    }
  }
  if (function != kNone) {
    const FunctionRange& range = code.functions()[function];
    finder.range(range.params, range.end, kInFunction - nearness);
    finder.around(function, nearness);
  }
  if (whole)
    finder.range(0, code.tokens().size(), kInFunction / 2 - nearness);
  return finder.take();
}

std::vector<FoundStatement> find_statements_anywhere(const CodeModel& code, const StoreHint& hint, int nearness) {
  Finder finder(code, hint);
  finder.range(0, code.tokens().size(), kAnywhere - nearness);
  return finder.take();
}

}  // namespace heapdiff::sites
