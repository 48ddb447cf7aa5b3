#pragma once
#include "kit/kit_names.h"

#include <string>

namespace heapdiff::kit {

/// The fix for one kind of leak as code with the names of this leak. Both parts are fragments that parse inside an
/// async generator function.
struct Idiom {
  std::string pattern;  ///< one sentence
  std::string before;
  std::string after;
};
[[nodiscard]] Idiom idiom_for(const KitNames& names);

}  // namespace heapdiff::kit
