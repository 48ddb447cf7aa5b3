#pragma once
// Text for a terminal that shows ASCII only.

#include <string>
#include <string_view>

namespace heapdiff::formats {

/// `text`, valid UTF-8, in ASCII. Marks of the report become similar ones of the same width ("→" ">", bars "#"); any
/// other character is written as JavaScript writes it, "\u{e9}".
[[nodiscard]] std::string in_ascii(std::string_view text);

}  // namespace heapdiff::formats
