#pragma once
#include "kit/kit_names.h"

#include <string>

namespace heapdiff::kit {

/// The fix for one leak as code. Both parts are fragments that parse inside an async generator function, as far as the
/// program's own statement does.
struct Idiom {
  std::string pattern;  ///< one sentence
  std::string before;   ///< the program's own statement; empty when it is not known
  std::string after;
};
[[nodiscard]] Idiom idiom_for(const KitNames& names);

}  // namespace heapdiff::kit
