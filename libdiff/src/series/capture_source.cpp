#include "heapdiff/diff/capture_source.h"

#include <array>

namespace heapdiff {

std::string_view to_string(CaptureSource source) noexcept {
  static constexpr std::array<std::string_view, 4> kNames = {"none", "option", "file-name", "modification-time"};
  return kNames[static_cast<std::size_t>(source)];
}

}  // namespace heapdiff
