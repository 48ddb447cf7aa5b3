#include "sites/holder_words.h"

#include "v8/strings.h"

#include <algorithm>
#include <string>

namespace heapdiff::sites {

std::string_view plain_name(std::string_view name) noexcept {
  constexpr std::string_view kSymbol = v8::kSymbolPrefix;
  if (name.substr(0, kSymbol.size()) == kSymbol && name.back() == '>') {
    return name.substr(kSymbol.size(), name.size() - kSymbol.size() - 1);
  }
  return name.substr(name.substr(0, 1) == "#" ? 1 : 0);
}

bool HolderWords::is_member(std::size_t token) const { return token > 0 && one_of(code_.at(token - 1), {".", "?."}); }

bool HolderWords::is_holder(std::size_t token) {
  if (plain_name(code_.at(token)) == holder_) {
    return true;
  }
  if (hint_.holder_name.substr(0, 1) != "<" || token >= code_.tokens().size()) {
    return false;
  }
  if (symbols_.empty()) {
    symbols_.insert(std::string_view());
    for (std::size_t i = 0; i + 5 < code_.tokens().size(); ++i) {
      if (!code_.is_name(i) || code_.at(i + 1) != "=" || code_.at(i + 2) != "Symbol") {
        continue;
      }
      const std::size_t open = code_.at(i + 4) == "for" ? i + 5 : i + 3;  // Symbol.for('x')
      const std::string_view text = code_.at(open) == "(" ? code_.at(open + 1) : std::string_view();
      if (text.size() >= 2 && text.substr(1, text.size() - 2) == holder_) {
        symbols_.insert(code_.at(i));
      }
    }
  }
  return symbols_.count(code_.at(token)) != 0;
}

std::size_t HolderWords::symbol_before(std::size_t anchor) const {
  const std::size_t close = anchor >= 2 && code_.at(anchor - 1) == "." ? anchor - 2 : anchor - 1;
  return anchor >= 3 && code_.at(close) == "]" && code_.at(close - 2) == "[" ? close - 1 : kNone;
}

int HolderWords::owners_named(std::size_t receiver) const {
  int named = 0;
  for (std::size_t i = receiver; i < code_.tokens().size(); i -= 2) {
    named += std::any_of(hint_.owners.begin(), hint_.owners.end(),
                         [&](const std::string& owner) { return plain_name(owner) == plain_name(code_.at(i)); })
                 ? 1
                 : 0;
    if (i < 2 || !one_of(code_.at(i - 1), {".", "?."})) {
      break;
    }
  }
  return named;
}

bool HolderWords::waits_for_holder(const Match& match) {
  if (holder_.empty()) {
    return false;
  }
  if (match.receiver != kNone) {
    return is_holder(match.receiver);
  }
  constexpr std::size_t kMaxTokens = 64;  // of the expression that is waited for
  const std::size_t open = match.argument - 1;
  const std::size_t close = code_.at(open) == "(" ? code_.partner(open) : kNone;
  for (std::size_t k = match.argument; k < std::min(match.argument + kMaxTokens, code_.tokens().size()); ++k) {
    if (k == close || code_.at(k) == ";" || (close == kNone && one_of(code_.at(k), {"}", "await"}))) {
      break;
    }
    if (code_.is_name(k) && is_holder(k)) {
      return true;
    }
  }
  return false;
}

}  // namespace heapdiff::sites
