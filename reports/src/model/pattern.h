#pragma once

#include "heapdiff/snapshot/memory_bound.h"

#include <re2/re2.h>
#include <string_view>

namespace heapdiff::model {

/// A pattern of RE2. Where the memory ends in its parser, which does not bear that, the program ends with exit code 4.
[[nodiscard]] inline RE2 pattern(std::string_view text) {
  const FatalAllocations guard;
  return RE2(re2::StringPiece(text.data(), text.size()));
}

}  // namespace heapdiff::model
