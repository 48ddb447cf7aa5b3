// The tokenizer is one loop over the bytes, with a stack of open template expressions and a stack of open
// parentheses.

#include "sites/js_tokenizer.h"

#include "heapdiff/snapshot/detail/ascii.h"

#include <algorithm>
#include <array>

namespace heapdiff::sites {
namespace {

constexpr std::array<std::string_view, 38> kPunctuators = {
    ">>>=", "...", "===", "!==", "**=", "<<=",  ">>=", ">>>", "&&=", "||=", "\?\?=", "=>", "==",
    "!=",   "<=",  ">=",  "&&",  "||",  "\?\?", "?.",  "++",  "--",  "+=",  "-=",    "*=", "/=",
    "%=",   "&=",  "|=",  "^=",  "<<",  ">>",   "**",  "=",   "+",   "-",   "*",     "/"};

using ascii::is_digit;

bool is_word_start(char c) noexcept {
  return ascii::is_letter(c) || ascii::is_beyond(c) || c == '_' || c == '$' || c == '#' || c == '\\';
}

bool is_word_part(char c) noexcept { return is_word_start(c) || is_digit(c); }

class Tokenizer {
 public:
  Tokenizer(std::string_view text, std::size_t max_tokens) : text_(text), max_tokens_(max_tokens) {}

  std::vector<Token> run() {
    if (starts_with("\xEF\xBB\xBF")) {
      at_ = 3;
      counted_ = 3;
    }
    if (starts_with("#!")) {
      at_ = line_end(at_);
    }
    while (at_ < text_.size() && tokens_.size() < max_tokens_) {
      step();
    }
    return std::move(tokens_);
  }

 private:
  [[nodiscard]] bool starts_with(std::string_view prefix) const noexcept {
    return at_ < text_.size() && text_[at_] == prefix.front() && text_.substr(at_).substr(0, prefix.size()) == prefix;
  }

  [[nodiscard]] std::size_t line_end(std::size_t from) const noexcept {
    const std::size_t end = text_.find_first_of("\r\n", from);
    return end == std::string_view::npos ? text_.size() : end;
  }

  void step() {
    const char c = text_[at_];
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f') {
      ++at_;
    } else if (starts_with("\xC2\xA0")) {
      at_ += 2;
    } else if (starts_with("\xE2\x80\xA8") || starts_with("\xE2\x80\xA9") || starts_with("\xEF\xBB\xBF")) {
      at_ += 3;
    } else if (starts_with("//")) {
      at_ = line_end(at_);
    } else if (starts_with("/*")) {
      const std::size_t end = text_.find("*/", at_ + 2);
      at_ = end == std::string_view::npos ? text_.size() : end + 2;
    } else if (c == '"' || c == '\'') {
      add(TokenKind::string, string_end(c));
    } else if (c == '`') {
      template_chunk();
    } else if (c == '}' && !template_depths_.empty() && template_depths_.back() == depth_) {
      template_depths_.pop_back();
      template_chunk();
    } else if (is_digit(c) || (c == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]))) {
      add(TokenKind::number, number_end());
    } else if (is_word_start(c)) {
      std::size_t end = at_ + 1;
      while (end < text_.size() && is_word_part(text_[end])) {
        ++end;
      }
      add(TokenKind::identifier, end);
    } else if (c == '/' && regex_allowed()) {
      regex();
    } else {
      punctuator();
    }
  }

  [[nodiscard]] std::size_t string_end(char quote) const noexcept {
    std::size_t end = at_ + 1;
    while (end < text_.size()) {
      if (text_[end] == '\\') {
        end += 2;
        continue;
      }
      if (text_[end] == quote) {
        return end + 1;
      }
      // A string that is not closed ends with its line, so that the rest of the file is still found.
      if (text_[end] == '\n') {
        return end;
      }
      ++end;
    }
    return text_.size();
  }

  /// From a "`" or from the "}" that closes an expression, up to the next "${" or the closing "`".
  void template_chunk() {
    std::size_t end = at_ + 1;
    while (end < text_.size()) {
      if (text_[end] == '\\') {
        end += 2;
        continue;
      }
      if (text_[end] == '`') {
        add(TokenKind::template_chunk, end + 1);
        return;
      }
      if (text_[end] == '$' && end + 1 < text_.size() && text_[end + 1] == '{') {
        add(TokenKind::template_chunk, end + 2);
        template_depths_.push_back(depth_);
        return;
      }
      ++end;
    }
    add(TokenKind::template_chunk, text_.size());
  }

  [[nodiscard]] std::size_t number_end() const noexcept {
    std::size_t end = at_ + 1;
    while (end < text_.size()) {
      const char c = text_[end];
      const char before = text_[end - 1];
      const bool hex = text_[at_] == '0' && at_ + 1 < text_.size() && (text_[at_ + 1] == 'x' || text_[at_ + 1] == 'X');
      const bool exponent_sign = (c == '+' || c == '-') && (before == 'e' || before == 'E') && !hex;
      if (!is_word_part(c) && c != '.' && !exponent_sign) {
        break;
      }
      ++end;
    }
    return end;
  }

  [[nodiscard]] bool regex_allowed() const noexcept {
    if (tokens_.empty()) {
      return true;
    }
    const Token& last = tokens_.back();
    switch (last.kind) {
      case TokenKind::identifier: {
        const bool member =
            tokens_.size() > 1 && (tokens_[tokens_.size() - 2].text == "." || tokens_[tokens_.size() - 2].text == "?.");
        return !member && is_operator_word(last.text);
      }
      case TokenKind::template_chunk:
        return last.text.size() >= 2 && last.text.substr(last.text.size() - 2) == "${";
      case TokenKind::punctuator:
        if (last.text == ")") {
          return closed_condition_;
        }
        return last.text != "]" && last.text != "++" && last.text != "--";
      default:
        return false;
    }
  }

  void regex() {
    std::size_t end = at_ + 1;
    bool in_class = false;
    while (end < text_.size() && text_[end] != '\n') {
      const char c = text_[end];
      if (c == '\\') {
        end += 2;
        continue;
      }
      if (c == '[') {
        in_class = true;
      }
      if (c == ']') {
        in_class = false;
      }
      if (c == '/' && !in_class) {
        ++end;
        while (end < text_.size() && is_word_part(text_[end])) {
          ++end;
        }
        add(TokenKind::regex, end);
        return;
      }
      ++end;
    }
    // There is no closing slash on the line, so this is a division.
    punctuator();
  }

  void punctuator() {
    const char c = text_[at_];
    if (c == '{') {
      ++depth_;
    }
    if (c == '}' && depth_ > 0) {
      --depth_;
    }
    if (c == '(') {
      const std::string_view before = tokens_.empty() ? std::string_view{} : tokens_.back().text;
      conditions_.push_back(before == "if" || before == "while" || before == "for" || before == "with");
    }
    if (c == ')') {
      closed_condition_ = !conditions_.empty() && conditions_.back();
      if (!conditions_.empty()) {
        conditions_.pop_back();
      }
    }
    std::size_t length = 1;
    for (const std::string_view candidate : kPunctuators) {
      if (!starts_with(candidate)) {
        continue;
      }
      // `a?.5:b` is a condition, not optional chaining.
      if (candidate == "?." && at_ + 2 < text_.size() && is_digit(text_[at_ + 2])) {
        continue;
      }
      length = candidate.size();
      break;
    }
    add(TokenKind::punctuator, at_ + length);
  }

  void add(TokenKind kind, std::size_t end) {
    end = std::min(end, text_.size());
    count_to(at_);
    tokens_.push_back(Token{kind, text_.substr(at_, end - at_), line_, column_, at_});
    at_ = end;
  }

  /// Moves line_ and column_ forward to `offset`. Each byte is read once in the whole run.
  void count_to(std::size_t offset) noexcept {
    for (; counted_ < offset; ++counted_) {
      const auto byte = static_cast<unsigned char>(text_[counted_]);
      const bool lone_return = byte == '\r' && !(counted_ + 1 < text_.size() && text_[counted_ + 1] == '\n');
      if (byte == '\n' || lone_return) {
        ++line_;
        column_ = 1;
      } else if ((byte & 0xC0U) != 0x80U) {
        column_ += byte >= 0xF0U ? 2 : 1;
      }
    }
  }

  std::string_view text_;
  std::size_t max_tokens_;
  std::vector<Token> tokens_;
  std::vector<std::size_t> template_depths_;
  std::vector<bool> conditions_;
  bool closed_condition_ = false;
  std::size_t depth_ = 0;
  std::size_t at_ = 0;
  std::size_t counted_ = 0;
  std::uint32_t line_ = 1;
  std::uint32_t column_ = 1;
};

}  // namespace

bool is_operator_word(std::string_view word) noexcept {
  constexpr std::array<std::string_view, 13> kWords = {
      "return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "await", "else", "yield", "instanceof"};
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end() || word == "do";
}

std::vector<Token> tokenize(std::string_view text, std::size_t max_tokens) { return Tokenizer(text, max_tokens).run(); }

}  // namespace heapdiff::sites
