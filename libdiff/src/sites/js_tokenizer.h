#pragma once
// Splits JavaScript text into tokens, well enough to find calls, assignments and function bodies. It never fails: text
// that is cut short or is not JavaScript gives some tokens too.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace heapdiff::sites {

enum class TokenKind { identifier, number, string, template_chunk, regex, punctuator };

/// `text` points into the tokenised text. A template literal is split into chunks with their delimiters and the tokens
/// between them: "`a${", then the tokens of the expression, then "}b`".
struct Token {
  TokenKind kind = TokenKind::punctuator;
  std::string_view text;
  std::uint32_t line = 0;    ///< 1-based
  std::uint32_t column = 0;  ///< 1-based, in UTF-16 units as V8 and source maps count
  std::size_t offset = 0;    ///< in bytes
};

/// Tokens without comments. Stops after `max_tokens`, which bounds the memory for hostile input.
[[nodiscard]] std::vector<Token> tokenize(std::string_view text, std::size_t max_tokens = 4'000'000);

/// Whether an expression starts after a word, so that a `/` there opens a regular expression.
[[nodiscard]] bool is_operator_word(std::string_view word) noexcept;

}  // namespace heapdiff::sites
