// Recognises operations that store a reference in the tokens of a script, and ranks them by how well
// they fit the hint.

#include "sites/statement_finder.h"

#include "sites/event_matcher.h"
#include "sites/holder_words.h"
#include "sites/store_operations.h"

#include <algorithm>
#include <optional>
#include <unordered_map>

namespace heapdiff::sites {
namespace {

constexpr int kDirectRegistration = 70;
constexpr int kPassedThroughMatch = 80;
constexpr int kPassedThrough = 40;
constexpr int kEnclosingCall = 50;
constexpr int kInFunction = 40;
constexpr int kAnywhere = 10;
constexpr int kPassedToUnknown = 32;  // a closure is passed to a function of another script
constexpr int kCallsPackage = 5;      // less than any statement that stores
constexpr int kHolderBonus = 50;
constexpr int kOtherHolder = -30;
constexpr int kOuterHolder = 20;  // the collection that has the growing one as an element
constexpr int kOwnerBonus = 25;
constexpr int kFurtherOwner = 5;
constexpr int kSameForm = 5;
constexpr int kReplaced = -20;  // less than a statement that adds to the holder
constexpr int kEventBonus = 60;
constexpr int kOtherEvent = -100;

/// Calls that do not keep their callback.
bool is_passing_call(std::string_view name) noexcept {
  return one_of(name, {"forEach", "map", "filter", "reduce", "some", "every", "find", "findIndex", "flatMap", "sort",
                       "then", "catch", "finally", "Promise", "bind", "call", "apply", "freeze", "assign"});
}

class Finder {
 public:
  Finder(const CodeModel& code, const StoreHint& hint)
      : code_(code), hint_(hint), event_(code, hint.event), words_(code, hint), holder_(words_.holder()) {}

  /// Adds the matches in [begin, end), with those in nested functions.
  void range(std::size_t begin, std::size_t end, int base) {
    for (std::size_t i = begin; i < std::min(end, code_.tokens().size()); ++i) {
      const std::optional<Match> match = match_at(code_, i, hint_);
      if (match && fits(match->operation, hint_.operation)) {
        add(*match, base);
      }
      if (!match && is_replaced(i)) {
        add_token(i - 1, "replaces " + hint_.holder_name, SiteRole::registration, base + kHolderBonus + kReplaced);
      }
      if (takes_values() && code_.is_name(i) && plain_name(code_.at(i)) == holder_) {
        handed_over(i, base);
      }
    }
  }

  /// Adds the statement that takes the function as an argument, and the statements that store it in
  /// the function that it is passed to.
  void around(std::size_t function, int nearness) {
    const FunctionRange& closure = code_.functions()[function];
    if (closure.is_class) {
      return;
    }
    std::size_t open = code_.opener(closure.head);
    for (int levels = 0; levels < 4 && open != kNone; ++levels, open = code_.opener(open)) {
      if (code_.owner(open) != closure.parent) {
        return;
      }
      if (closure.parent != kNone && code_.functions()[closure.parent].body == open) {
        return;
      }
      if (code_.at(open) == "(" && open > 0 && code_.is_name(open - 1)) {
        break;
      }
    }
    if (open == kNone || open == 0 || code_.at(open) != "(" || !code_.is_name(open - 1)) {
      return;
    }
    const std::size_t callee = open - 1;
    const std::string_view name = code_.at(callee);
    if (one_of(name, {"if", "while", "for", "switch", "return", "await", "typeof"})) {
      return;
    }
    const std::optional<Match> match = match_at(code_, callee, hint_);
    if (match) {
      if (fits(match->operation, hint_.operation)) {
        add(*match, kDirectRegistration - nearness);
      }
      return;
    }
    if (is_passing_call(name)) {
      return;
    }
    const std::size_t before = found_.size();
    for (const FunctionRange& candidate : code_.functions()) {
      if (candidate.name != name || candidate.is_class) {
        continue;
      }
      passed_through(candidate, nearness);
    }
    const bool calls_back = hint_.operation == Operation::listener || hint_.operation == Operation::timer;
    const bool elsewhere = found_.size() == before && !calls_back;
    if (elsewhere && !named(name).empty()) {
      return;  // the function is in this script and stores nothing
    }
    add_token(callee, "passes the closure to " + std::string(name), SiteRole::registration,
              (elsewhere ? kPassedToUnknown : kEnclosingCall) - nearness);
  }

  /// Adds calls of a variable's value: `client.interceptors.request.use(`, `memoized(`.
  void calls(std::size_t begin, std::size_t end, const std::string& variable, int base) {
    for (std::size_t i = begin; i < std::min(end, code_.tokens().size()); ++i) {
      if (!code_.is_name(i) || code_.at(i) != variable || (i > 0 && one_of(code_.at(i - 1), {".", "?.", "function"}))) {
        continue;
      }
      std::size_t last = i;
      while (one_of(code_.at(last + 1), {".", "?."}) && code_.is_name(last + 2)) {
        last += 2;
      }
      if (code_.at(last + 1) == "(") {
        add_token(last, "calls " + variable + ", whose package keeps the objects", SiteRole::registration,
                  base - (code_.owner(i) == kNone ? 10 : 0));
      }
    }
  }

  std::vector<FoundStatement> take() {
    std::stable_sort(found_.begin(), found_.end(), [](const FoundStatement& a, const FoundStatement& b) {
      if (a.score != b.score) {
        return a.score > b.score;
      }
      return a.line != b.line ? a.line < b.line : a.column < b.column;
    });
    return std::move(found_);
  }

 private:
  void passed_through(const FunctionRange& function, int nearness) {
    for (std::size_t i = function.body; i < std::min(function.end, code_.tokens().size()) && budget_ > 0; ++i) {
      --budget_;
      const std::optional<Match> match = match_at(code_, i, hint_);
      if (!match || !fits(match->operation, hint_.operation)) {
        continue;
      }
      const bool event = event_.fits(*match) > 0;
      add(*match, (event ? kPassedThroughMatch : kPassedThrough) - nearness);
    }
  }

  void add(const Match& match, int base) {
    int score = base;
    if (match.operation == Operation::wait) {
      score += words_.waits_for_holder(match) ? kHolderBonus : 0;
    } else if (!hint_.holder_name.empty() && match.receiver != kNone) {
      if (words_.is_holder(match.receiver) || words_.is_holder(words_.symbol_before(match.anchor))) {
        score += hint_.nested && stands_alone(match) ? kOuterHolder : kHolderBonus;
        // When a property and a variable have one name, the retaining path shows which one is meant.
        score += words_.is_member(match.receiver) == hint_.is_property ? kSameForm : 0;
      } else {
        score += is_alias(match.receiver) ? kHolderBonus : kOtherHolder;
      }
    } else if (match.receiver != kNone) {
      const int owners = words_.owners_named(match.receiver);
      score += owners == 0 ? 0 : kOwnerBonus + kFurtherOwner * (owners - 1);
    }
    const int event = event_.fits(match);
    if (event > 0) {
      score += kEventBonus;
    }
    if (event < 0) {
      score += kOtherEvent;
    }
    // Most uses of `+=` add to a number, so only one with the holder's name counts.
    if (match.operation == Operation::string_append && score <= base && !hint_.holder_name.empty()) {
      return;
    }
    if (score <= 0) {
      return;
    }
    const SiteRole role = match.operation == Operation::construct ? SiteRole::allocation : SiteRole::registration;
    add_token(match.anchor, note_for(code_, match), role, score);
  }

  /// Whether token `i` is the `=` that gives the holder a new value: `this.head = node`, `this.undo = [...this.undo,
  /// op]`. Declarations and empty values do not count, because they add nothing.
  [[nodiscard]] bool is_replaced(std::size_t i) {
    if (holder_.empty() || hint_.operation == Operation::listener || hint_.operation == Operation::timer || i == 0 ||
        code_.at(i) != "=" || !words_.is_holder(i - 1)) {
      return false;
    }
    const std::string_view value = code_.at(i + 1);
    const bool empty = (value == "[" && code_.at(i + 2) == "]") || (value == "{" && code_.at(i + 2) == "}") ||
                       (value == "new" && code_.at(i + 3) == "(" && code_.at(i + 4) == ")") ||
                       one_of(value, {"null", "undefined", "void", "0", "''", "\"\""});
    const bool declared = i >= 2 && one_of(code_.at(i - 2), {"const", "let", "var", "static"});
    if (empty || declared || code_.owner(i) == kNone || code_.function_name(i) == "constructor") {
      return false;
    }
    if (!takes_values()) {
      return true;
    }
    // A new collection only adds to the leak when it starts with the elements of the old one.
    for (std::size_t k = i + 1; k < i + 24 && code_.at(k) != ";"; ++k) {
      if (words_.is_holder(k)) {
        return true;
      }
    }
    return false;
  }

  /// Whether the holder itself is stored into: `a.set(` and `a[b] =`, but not `a.get(b).set(` or `a[b][c] =`.
  [[nodiscard]] bool stands_alone(const Match& match) const {
    const std::size_t back = match.operation == Operation::keyed_store ? 1 : 2;
    return match.anchor >= back && match.anchor - back == match.receiver;
  }

  /// Whether a variable has an element of the holder: `inner = byTenant.get(tenant)`, `for (const inner of all)`.
  [[nodiscard]] bool is_alias(std::size_t receiver) {
    constexpr std::size_t kMaxTokens = 32;  // of the expression that is assigned
    if (receiver > 0 && one_of(code_.at(receiver - 1), {".", "?."})) {
      return false;
    }
    const std::string_view name = code_.at(receiver);
    const std::size_t function = code_.owner(receiver);
    const std::size_t first = function == kNone ? 0 : code_.functions()[function].params;
    for (std::size_t i = receiver; i-- > first && budget_ > 0;) {
      --budget_;
      if (code_.at(i) != name || !one_of(code_.at(i + 1), {"=", "of", "||=", "\?\?="})) {
        continue;
      }
      for (std::size_t k = i + 2; k < i + kMaxTokens && k < receiver && code_.at(k) != ";"; ++k) {
        if (code_.is_name(k) && plain_name(code_.at(k)) == holder_) {
          return true;
        }
      }
    }
    return false;
  }

  void add_token(std::size_t anchor, std::string note, SiteRole role, int score) {
    // This bounds hostile input. A statement may be found twice: the caller keeps the one with the
    // better score.
    if (found_.size() >= 10'000) {
      return;
    }
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

  [[nodiscard]] bool takes_values() const noexcept {
    return !holder_.empty() && (hint_.operation == Operation::map_set || hint_.operation == Operation::set_add ||
                                hint_.operation == Operation::array_push || hint_.operation == Operation::keyed_store);
  }

  /// The holder as an argument: `append(recent, entry)` stores into it when `append` stores into that parameter.
  void handed_over(std::size_t holder, int base) {
    const std::size_t open = code_.opener(holder);
    const std::string_view next = code_.at(holder + 1);
    if (open == kNone || open == 0 || code_.at(open) != "(" || !code_.is_name(open - 1) ||
        (next != "," && next != ")")) {
      return;
    }
    std::size_t position = 0;
    for (std::size_t i = open + 1; i < holder && budget_ > 0; ++i, --budget_) {
      position += code_.at(i) == "," && code_.opener(i) == open ? 1U : 0U;
    }
    bool stored = false;
    for (const std::size_t function : named(code_.at(open - 1))) {
      const FunctionRange& range = code_.functions()[function];
      const std::string_view parameter = parameter_at(range, position);
      for (std::size_t i = range.body; !parameter.empty() && i < std::min(range.end, code_.tokens().size()); ++i) {
        if (budget_ == 0) {
          return;
        }
        --budget_;
        const std::optional<Match> match = match_at(code_, i, hint_);
        if (!match || !fits(match->operation, hint_.operation) || match->receiver == kNone ||
            code_.at(match->receiver) != parameter) {
          continue;
        }
        stored = true;
        add_token(match->anchor,
                  note_for(code_, *match) + ", which is " + hint_.holder_name + " for a call in line " +
                      std::to_string(code_.tokens()[holder].line),
                  SiteRole::registration, base + kHolderBonus);
      }
    }
    if (stored) {
      add_token(open - 1, "hands " + hint_.holder_name + " to " + std::string(code_.at(open - 1)),
                SiteRole::registration, base + kHolderBonus - 1);
    }
  }

  /// Functions and methods with a name. The table is made at the first call.
  const std::vector<std::size_t>& named(std::string_view name) {
    if (by_name_.empty()) {
      for (std::size_t i = 0; i < code_.functions().size(); ++i) {
        if (!code_.functions()[i].is_class && !code_.functions()[i].name.empty()) {
          by_name_[code_.functions()[i].name].push_back(i);
        }
      }
    }
    static const std::vector<std::size_t> kNobody;
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? kNobody : found->second;
  }

  /// Name of a parameter; empty for patterns, and when there are fewer parameters.
  [[nodiscard]] std::string_view parameter_at(const FunctionRange& range, std::size_t position) const {
    if (code_.at(range.params) != "(") {
      return position == 0 && code_.is_name(range.params) ? code_.at(range.params) : std::string_view();
    }
    std::size_t seen = 0;
    bool start = true;
    for (std::size_t i = range.params + 1; i < code_.partner(range.params) && i < range.params + 256; ++i) {
      if (code_.opener(i) != range.params) {
        continue;
      }
      if (start && seen == position) {
        return code_.is_name(i) ? code_.at(i) : std::string_view();
      }
      start = code_.at(i) == ",";
      seen += start ? 1U : 0U;
    }
    return {};
  }

  const CodeModel& code_;
  const StoreHint& hint_;
  EventMatcher event_;
  HolderWords words_;
  std::string_view holder_;
  std::unordered_map<std::string_view, std::vector<std::size_t>> by_name_;
  std::size_t budget_ = 4'000'000;  ///< tokens that the searches may look at: bounds hostile input
  std::vector<FoundStatement> found_;
};

}  // namespace

std::vector<FoundStatement> find_statements(const CodeModel& code, const FunctionPosition& position,
                                            const StoreHint& hint, int nearness) {
  Finder finder(code, hint);
  const bool whole = position.evidence == SiteEvidence::context || position.evidence == SiteEvidence::retaining_path;
  std::size_t function = code.function_at(position.line, position.column);
  if (position.evidence == SiteEvidence::constructor) {
    // An instance stands for its whole class, with its methods and field initialisers.
    for (std::size_t i = function; i != kNone; i = code.functions()[i].parent) {
      if (!code.functions()[i].is_class) {
        continue;
      }
      function = i;
      break;
    }
  }
  if (function != kNone) {
    const FunctionRange& range = code.functions()[function];
    finder.range(range.params, range.end, kInFunction - nearness);
    finder.around(function, nearness);
  }
  if (!position.variable.empty()) {
    // The whole script is searched: the call may be outside of the function.
    finder.calls(0, code.tokens().size(), position.variable, kCallsPackage - nearness);
    return finder.take();
  }
  if (whole) {
    finder.range(0, code.tokens().size(), kInFunction / 2 - nearness);
  }
  return finder.take();
}

std::vector<FoundStatement> find_statements_anywhere(const CodeModel& code, const StoreHint& hint, int nearness) {
  Finder finder(code, hint);
  finder.range(0, code.tokens().size(), kAnywhere - nearness);
  return finder.take();
}

}  // namespace heapdiff::sites
