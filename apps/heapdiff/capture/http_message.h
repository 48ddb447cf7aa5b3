#pragma once
// As much of HTTP/1.1 as an inspector needs. Nothing here does input or output.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace heapdiff::capture {

inline constexpr std::size_t kMaxHeadBytes = std::size_t{1} << 14U;
inline constexpr std::size_t kMaxBodyBytes = std::size_t{1} << 20U;

/// The first lines of an answer.
struct ResponseHead {
  unsigned status = 0;
  std::map<std::string, std::string> fields;  ///< names in lower case; of a name that comes twice the last one

  /// Value of a field; empty when it is absent. `name` in lower case.
  [[nodiscard]] std::string_view field(std::string_view name) const;
  [[nodiscard]] bool is_chunked() const;
  /// Throws Error{input} where it is no number, and Error{limit} above kMaxBodyBytes.
  [[nodiscard]] std::optional<std::size_t> content_length() const;
};

/// Position behind the empty line that ends the head; none when it is not there yet. Throws Error{limit} where there is
/// none within kMaxHeadBytes.
[[nodiscard]] std::optional<std::size_t> end_of_head(std::string_view bytes);

/// `head` is all up to the empty line. Throws Error{input} where it is no answer of HTTP/1.
[[nodiscard]] ResponseHead parse_head(std::string_view head);

/// The body of an answer in chunks; none when its end is not there yet. Throws Error{input} for what is no chunk, and
/// Error{limit} above kMaxBodyBytes.
[[nodiscard]] std::optional<std::string> parse_chunks(std::string_view bytes);

/// What a client writes to ask for `path`; with a key it asks for a WebSocket.
[[nodiscard]] std::string request_for(std::string_view path, std::string_view host, std::string_view key = {});

}  // namespace heapdiff::capture
