#pragma once
// What the statement finder knows of one script: matching brackets, functions and classes, and how they are nested.
// All positions are indices of tokens.

#include "sites/js_tokenizer.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace heapdiff::sites {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

/// A function or class. All positions are token indices; `end` is one after the last token of the body.
struct FunctionRange {
  std::string name;  ///< method, function or class name, or the variable it is assigned to; may be empty
  bool is_class = false;
  std::size_t head = 0;    ///< first token: `async`, `function`, `class`, the method name or the parameter list
  std::size_t params = 0;  ///< where the parameter list starts; for a class the keyword
  std::size_t body = 0;
  std::size_t end = 0;
  std::size_t parent = kNone;  ///< index of the enclosing range
};

class CodeModel {
 public:
  /// `text` must outlive the model.
  explicit CodeModel(std::string_view text);

  [[nodiscard]] const std::vector<Token>& tokens() const noexcept { return tokens_; }
  [[nodiscard]] const std::vector<FunctionRange>& functions() const noexcept { return functions_; }
  /// The bracket that matches a bracket; kNone for other tokens and for brackets without a match.
  [[nodiscard]] std::size_t partner(std::size_t token) const noexcept { return partner_[token]; }
  /// The opening bracket around a token, or kNone.
  [[nodiscard]] std::size_t opener(std::size_t token) const noexcept { return opener_[token]; }
  /// The innermost function or class around a token, or kNone.
  [[nodiscard]] std::size_t owner(std::size_t token) const noexcept { return owner_[token]; }
  /// The function or class that starts at a 1-based position, else the innermost one around it,
  /// else kNone.
  [[nodiscard]] std::size_t function_at(std::uint32_t line, std::uint32_t column) const noexcept;
  /// Whether the innermost function around a token is the constructor of a class.
  [[nodiscard]] bool is_in_constructor(std::size_t token) const noexcept {
    return token < owner_.size() && owner_[token] != kNone && functions_[owner_[token]].name == "constructor";
  }
  /// Name of the innermost function around a token that has a name; of a constructor that of its class.
  [[nodiscard]] std::string function_name(std::size_t token) const;
  /// Name of the innermost function with a name at a 1-based position, or of the class that starts on its line. Empty
  /// elsewhere in a class.
  [[nodiscard]] std::string name_at(std::uint32_t line, std::uint32_t column) const;
  /// One after the last token of the expression that starts at a token, also when that is a statement's first word. It
  /// ends before a comma, a semicolon or a bracket that closes, and where a new line starts a new statement.
  [[nodiscard]] std::size_t expression_end(std::size_t token) const noexcept {
    return token < expression_end_.size() ? expression_end_[token] : tokens_.size();
  }
  /// Text of a token. Empty outside of the script, so that callers can look ahead without checks.
  [[nodiscard]] std::string_view at(std::size_t token) const noexcept {
    return token < tokens_.size() ? tokens_[token].text : std::string_view{};
  }
  [[nodiscard]] bool is_name(std::size_t token) const noexcept {
    return token < tokens_.size() && tokens_[token].kind == TokenKind::identifier;
  }

 private:
  void match_brackets();
  void find_expression_ends();
  void find_functions();
  void find_owners();
  [[nodiscard]] std::string assigned_name(std::size_t head) const;
  [[nodiscard]] std::optional<FunctionRange> function_from_params(std::size_t open) const;
  [[nodiscard]] std::optional<FunctionRange> class_from_keyword(std::size_t keyword) const;
  /// The token after a parameter list's `)`, or after the TypeScript return type between it and the body.
  [[nodiscard]] std::size_t after_return_type(std::size_t close) const;
  [[nodiscard]] std::string name_from(std::size_t function) const;
  /// The name before `<...>` that ends at a `>`; kNone when there is none near.
  [[nodiscard]] std::size_t before_type_parameters(std::size_t close) const;
  void set_body(FunctionRange& range, std::size_t body) const;

  std::vector<Token> tokens_;
  std::vector<std::size_t> partner_;
  std::unordered_map<std::size_t, std::size_t> next_chunk_;  ///< of a template's chunk in the middle
  std::vector<std::size_t> opener_;
  std::vector<std::size_t> owner_;
  std::vector<std::size_t> expression_end_;
  std::vector<FunctionRange> functions_;
};

}  // namespace heapdiff::sites
