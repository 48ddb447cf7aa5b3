#include "sites/holder_flow.h"

#include <algorithm>

namespace heapdiff::sites {

bool HolderFlow::takes_values() const noexcept {
  return !words_.holder().empty() &&
         (hint_.operation == Operation::map_set || hint_.operation == Operation::set_add ||
          hint_.operation == Operation::array_push || hint_.operation == Operation::keyed_store);
}

std::vector<HolderUse> HolderFlow::handed_over(std::size_t holder) {
  std::vector<HolderUse> found;
  const std::size_t open = code_.opener(holder);
  const std::string_view next = code_.at(holder + 1);
  if (open == kNone || open == 0 || code_.at(open) != "(" || !code_.is_name(open - 1) || (next != "," && next != ")")) {
    return found;
  }
  std::size_t position = 0;
  for (std::size_t i = open + 1; i < holder && budget_ > 0; ++i, --budget_) {
    position += code_.at(i) == "," && code_.opener(i) == open ? 1U : 0U;
  }
  for (const std::size_t function : functions_.named(code_.at(open - 1))) {
    const FunctionRange& range = code_.functions()[function];
    const std::string_view parameter = functions_.parameter_at(range, position);
    for (std::size_t i = range.body; !parameter.empty() && i < std::min(range.end, code_.tokens().size()); ++i) {
      if (budget_ == 0) {
        return found;
      }
      --budget_;
      const std::optional<Match> match = match_at(code_, i, hint_);
      if (!match || !fits(match->operation, hint_.operation) || match->receiver == kNone ||
          code_.at(match->receiver) != parameter) {
        continue;
      }
      found.push_back({match->anchor, match, Trait::fills_parameter,
                       note_for(code_, *match) + ", which is " + hint_.holder_name + " for a call in line " +
                           std::to_string(code_.tokens()[holder].line)});
    }
  }
  if (!found.empty()) {
    found.push_back({open - 1, std::nullopt, Trait::hands_holder_over,
                     "hands " + hint_.holder_name + " to " + std::string(code_.at(open - 1))});
  }
  return found;
}

bool HolderFlow::is_element(std::size_t receiver) {
  constexpr std::size_t kMaxTokens = 32;  // of the expression that is assigned
  if (words_.holder().empty() || (receiver > 0 && one_of(code_.at(receiver - 1), {".", "?."}))) {
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
      if (code_.is_name(k) && words_.is_holder(k)) {
        return true;
      }
    }
  }
  return false;
}

bool HolderFlow::is_replaced(std::size_t i) {
  if (words_.holder().empty() || hint_.operation == Operation::listener || hint_.operation == Operation::timer ||
      is_runtime_call(hint_.operation) || i == 0 || code_.at(i) != "=" || !words_.is_holder(i - 1)) {
    return false;
  }
  const std::string_view value = code_.at(i + 1);
  const bool empty = (value == "[" && code_.at(i + 2) == "]") || (value == "{" && code_.at(i + 2) == "}") ||
                     (value == "new" && code_.at(i + 3) == "(" && code_.at(i + 4) == ")") ||
                     one_of(value, {"null", "undefined", "void", "0", "''", "\"\""});
  const bool declared = i >= 2 && one_of(code_.at(i - 2), {"const", "let", "var", "static"});
  if (empty || declared || code_.owner(i) == kNone || code_.is_in_constructor(i)) {
    return false;
  }
  if (!takes_values()) {
    return true;
  }
  // A new collection only adds to the leak when it starts with the elements of the old one.
  constexpr std::size_t kMaxTokens = 24;
  for (std::size_t k = i + 1; k < i + kMaxTokens && code_.at(k) != ";"; ++k) {
    if (words_.is_holder(k)) {
      return true;
    }
  }
  return false;
}

bool HolderFlow::stands_alone(const Match& match) const noexcept {
  const std::size_t back = match.operation == Operation::keyed_store ? 1 : 2;
  return match.anchor >= back && match.anchor - back == match.receiver;
}

}  // namespace heapdiff::sites
