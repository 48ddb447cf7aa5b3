#include "sites/functions_by_name.h"

namespace heapdiff::sites {

const std::vector<std::size_t>& FunctionsByName::named(std::string_view name) {
  if (!is_made_) {
    is_made_ = true;
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

std::string_view FunctionsByName::parameter_at(const FunctionRange& range, std::size_t position) const {
  if (code_.at(range.params) != "(") {
    return position == 0 && code_.is_name(range.params) ? code_.at(range.params) : std::string_view();
  }
  constexpr std::size_t kMaxTokens = 256;  // of a parameter list
  std::size_t seen = 0;
  bool start = true;
  for (std::size_t i = range.params + 1; i < code_.partner(range.params) && i < range.params + kMaxTokens; ++i) {
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

}  // namespace heapdiff::sites
