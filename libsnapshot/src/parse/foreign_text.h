#pragma once
// Recognises files that are no snapshot, or that contain one in another wrapping, to advise on them.

#include "parse/json_text.h"

#include <string>
#include <string_view>

namespace heapdiff::parse {

/// Consumes up to 64 kB of the text that follows and returns them: what the advice looks at. Only for a reader that
/// fails afterwards.
[[nodiscard]] std::string text_ahead(io::TextWindow& window);

/// Advice for a file that does not begin with '{'. `ahead` begins with the byte that stands there, at `offset`. Empty
/// when nothing is recognised.
[[nodiscard]] std::string advice_on_start(std::string_view ahead, std::uint64_t offset);

/// Advice for a document whose first member is `key` and not "snapshot". `ahead` begins behind the colon.
[[nodiscard]] std::string advice_on_first_key(std::string_view key, std::string_view ahead);

/// Advice for a file in which a section comes before another one that says how to read it.
[[nodiscard]] std::string advice_on_order();

/// Advice for text that follows a whole snapshot, which ends before the byte `end`.
[[nodiscard]] std::string advice_on_rest(int first_byte, std::uint64_t end);

}  // namespace heapdiff::parse
