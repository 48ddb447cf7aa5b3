#pragma once
// Where the time of a snapshot comes from.

#include <cstdint>
#include <string_view>

namespace heapdiff {

enum class CaptureSource : std::uint8_t {
  none,               ///< the time is not known
  option,             ///< the user gave it
  file_name,          ///< Node and DevTools write it into the name of the file
  modification_time,  ///< of the file
};

/// As the report's schema spells it: "file-name".
[[nodiscard]] std::string_view to_string(CaptureSource source) noexcept;

}  // namespace heapdiff
