#pragma once
// Splits JavaScript text into tokens: enough to find calls, assignments and function bodies. Never
// fails: text that is cut short or is not JavaScript gives whatever tokens can be told apart.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace heapdiff::sites {

enum class TokenKind { identifier, number, string, template_chunk, regex, punctuator };

/// `text` points into the tokenised text. A template literal comes as chunks that keep their
/// delimiters: "`a${", then the tokens of the expression, then "}b`".
struct Token {
  TokenKind kind = TokenKind::punctuator;
  std::string_view text;
  std::uint32_t line = 0;    ///< 1-based
  std::uint32_t column = 0;  ///< 1-based, in UTF-16 units as V8 and source maps count
  std::size_t offset = 0;    ///< in bytes
};

/// Stops after `max_tokens`, which bounds the memory for hostile input. Comments are dropped.
[[nodiscard]] std::vector<Token> tokenize(std::string_view text, std::size_t max_tokens = 4'000'000);

/// Words after which an expression starts, so that `/` opens a regular expression there.
[[nodiscard]] bool is_operator_word(std::string_view word) noexcept;

}  // namespace heapdiff::sites
