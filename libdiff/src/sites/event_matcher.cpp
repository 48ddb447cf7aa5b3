#include "sites/event_matcher.h"

#include <algorithm>

namespace heapdiff::sites {
namespace {

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
    if (text.empty() || prefix.empty()) {
      return 0;
    }
    return prefix.substr(0, text.size()) == text || text.substr(0, prefix.size()) == prefix ? 1 : -1;
  }
  if (text == event) {
    return 1;
  }
  if (!folded) {
    return -1;
  }
  if (prefix.empty()) {
    return 0;
  }
  return text.substr(0, prefix.size()) == prefix ? 1 : -1;
}

bool is_literal_start(const CodeModel& code, std::size_t token) {
  if (token >= code.tokens().size()) {
    return false;
  }
  const Token& found = code.tokens()[token];
  return found.kind == TokenKind::string || (found.kind == TokenKind::template_chunk && found.text.front() == '`');
}

}  // namespace

std::size_t EventMatcher::initial_literal(std::size_t use) {
  const CodeModel& code = code_;
  const std::string_view name = code.at(use);
  constexpr std::size_t kMaxReach = 20'000;  // tokens: one search must not walk a whole bundle
  for (std::size_t i = use, steps = 0; i-- > 0 && steps < kMaxReach && budget_ > 0; ++steps, --budget_) {
    if (code.at(i) != name || code.at(i + 1) != "=" || !is_literal_start(code, i + 2)) {
      continue;
    }
    const std::size_t scope = code.owner(i);
    for (std::size_t owner = code.owner(use);; owner = code.functions()[owner].parent) {
      if (owner == scope) {
        return i + 2;
      }
      if (owner == kNone) {
        break;
      }
    }
  }
  return kNone;
}

int EventMatcher::fits(const Match& match) {
  const CodeModel& code = code_;
  const std::string& event = event_;
  if (event.empty()) {
    return 0;
  }
  if (match.operation == Operation::listener && match.argument == kNone) {
    return code.at(match.anchor).substr(2) == event ? 1 : -1;
  }
  if (match.argument == kNone) {
    return 0;
  }
  if (is_literal_start(code, match.argument)) {
    return literal_fits(code, match.argument, event);
  }
  if (code.is_name(match.argument) && one_of(code.at(match.argument + 1), {",", ")", "]"})) {
    const std::size_t literal = initial_literal(match.argument);
    if (literal != kNone) {
      return literal_fits(code, literal, event);
    }
  }
  return 0;
}

}  // namespace heapdiff::sites
