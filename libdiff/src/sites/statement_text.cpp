#include "sites/statement_text.h"

#include "sites/store_operations.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace heapdiff::sites {
namespace {

constexpr std::size_t kMaxTokensAhead = 64;  // from the position to the operation
constexpr std::size_t kMaxTokensBack = 256;  // from the operation to the start of its statement
constexpr std::size_t kMaxLines = 24;
constexpr std::size_t kMaxBytes = 3'000;
constexpr std::size_t kMaxArgumentBytes = 1'500;

/// Cuts pieces of text at tokens.
class Pieces {
 public:
  Pieces(const CodeModel& code, std::string_view text) : code_(code), text_(text) {}

  /// From token `first` up to before token `end`.
  [[nodiscard]] std::string between(std::size_t first, std::size_t end) const {
    end = std::min(end, code_.tokens().size());
    if (first >= end) {
      return {};
    }
    const std::size_t from = code_.tokens()[first].offset;
    const Token& last = code_.tokens()[end - 1];
    return dedented(std::string(text_.substr(from, last.offset + last.text.size() - from)), indent_of(first));
  }

  /// The same with the bodies of functions left out.
  [[nodiscard]] std::string without_bodies(std::size_t first, std::size_t end) const {
    std::string out;
    std::size_t from = first;
    for (std::size_t i = first; i < std::min(end, code_.tokens().size()); ++i) {
      const std::size_t owner = code_.owner(i);
      const std::size_t close = code_.at(i) == "{" ? code_.partner(i) : kNone;
      const bool body = owner != kNone && code_.functions()[owner].body == i && close != kNone && close > i &&
                        !code_.functions()[owner].is_class;
      if (!body || close >= end) {
        continue;
      }
      const std::uint32_t lines = code_.tokens()[close].line - code_.tokens()[i].line;
      out += between(from, i + 1) + " /* " + std::to_string(lines + 1) + " lines */ ";
      from = close;
      i = close;
    }
    return out + between(from, end);
  }

 private:
  /// Columns before the first token of a token's line.
  [[nodiscard]] std::size_t indent_of(std::size_t token) const {
    while (token > 0 && code_.tokens()[token - 1].line == code_.tokens()[token].line) {
      --token;
    }
    return code_.tokens()[token].column - 1;
  }

  [[nodiscard]] static std::string dedented(const std::string& text, std::size_t indent) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\r') {
        continue;
      }
      out += text[i];
      if (text[i] == '\n') {
        for (std::size_t k = 0; k < indent && i + 1 < text.size() && (text[i + 1] == ' ' || text[i + 1] == '\t'); ++k) {
          ++i;
        }
      }
    }
    return out;
  }

  const CodeModel& code_;
  std::string_view text_;
};

bool is_value_end(const CodeModel& code, std::size_t i) {
  const Token& token = code.tokens()[i];
  if (token.kind == TokenKind::identifier) {
    return !is_operator_word(token.text) && !one_of(token.text, {"else", "do", "const", "let", "var"});
  }
  return token.kind != TokenKind::punctuator || one_of(token.text, {")", "]", "}"});
}

/// The first token of the statement around the expression that starts at `i`. Steps out of the calls that it is an
/// argument of, and stops at the body of a function.
std::size_t statement_start(const CodeModel& code, std::size_t i) {
  for (std::size_t steps = 0; i > 0 && steps < kMaxTokensBack; ++steps) {
    const std::size_t before = i - 1;
    const std::string_view text = code.at(before);
    if (one_of(text, {";", "{", "=>", ",", ":", "?"})) {
      return i;
    }
    if (code.tokens()[before].line < code.tokens()[i].line && is_value_end(code, before)) {
      return i;
    }
    if (text == "}" || one_of(text, {"else", "do"})) {
      return i;
    }
    if (text == ")") {
      // `if (ready) list.push(a)`: the head of a control statement is none of the statement's own.
      const std::size_t open = code.partner(before);
      if (open == kNone || open == 0 || open > before || one_of(code.at(open - 1), {"if", "for", "while", "with"})) {
        return i;
      }
      i = open;
      continue;
    }
    if (text == "(" || text == "[") {
      if (text == "(" && before > 0 && one_of(code.at(before - 1), {"if", "for", "while", "switch", "with"})) {
        return i;
      }
      i = before;
      continue;
    }
    i = before;
  }
  return i;
}

std::vector<std::string> arguments_of(const CodeModel& code, const Pieces& pieces, std::size_t open) {
  std::vector<std::string> out;
  const std::size_t close = code.partner(open);
  if (close == kNone || close <= open + 1) {
    return out;
  }
  constexpr std::size_t kMaxArguments = 6;
  std::size_t first = open + 1;
  for (std::size_t i = open + 1; i <= close && out.size() < kMaxArguments; ++i) {
    if (i != close && !(code.at(i) == "," && code.opener(i) == open)) {
      continue;
    }
    std::string text = pieces.between(first, i);
    if (text.size() > kMaxArgumentBytes) {
      text = pieces.without_bodies(first, i);
    }
    if (!text.empty()) {
      out.push_back(text.size() > kMaxArgumentBytes ? std::string() : std::move(text));
    }
    first = i + 1;
  }
  return out;
}

bool is_long(const std::string& text) {
  return text.size() > kMaxBytes || static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) >= kMaxLines;
}

/// `head = node`, `this.state = next(this.state)`: a statement that gives something a new value.
std::optional<SiteStatement> replacement_at(const CodeModel& code, const Pieces& pieces, std::size_t at) {
  const std::size_t end = code.expression_end(at);
  std::size_t assign = at;
  while (assign < end && code.at(assign) != "=" && assign < at + kMaxTokensAhead) {
    ++assign;
  }
  if (assign == at || assign >= end || code.at(assign) != "=") {
    return std::nullopt;
  }
  SiteStatement out;
  const std::size_t start = statement_start(code, chain_begin(code, assign - 1));
  out.text = pieces.between(start, end);
  out.method = "=";
  out.receiver = pieces.between(chain_begin(code, assign - 1), assign);
  out.arguments = {pieces.between(assign + 1, end)};
  return is_long(out.text) ? std::nullopt : std::optional(std::move(out));
}

}  // namespace

std::optional<SiteStatement> statement_at(const CodeModel& code, std::string_view text, std::uint32_t line,
                                          std::uint32_t column, const StoreHint& hint) {
  const auto is_before = [line, column](const Token& token) {
    return token.line != line ? token.line < line : token.column < column;
  };
  const auto found = std::partition_point(code.tokens().begin(), code.tokens().end(), is_before);
  const auto at = static_cast<std::size_t>(found - code.tokens().begin());
  std::optional<Match> match;
  // The operation is a part of the expression at the position.
  const std::size_t last = std::min({at + kMaxTokensAhead, code.tokens().size(), code.expression_end(at)});
  for (std::size_t i = at; i < last && !match; ++i) {
    match = match_at(code, i, hint);
    if (match && !fits(match->operation, hint.operation)) {
      match.reset();
    }
  }
  const Pieces pieces(code, text);
  SiteStatement out;
  if (!match) {
    return replacement_at(code, pieces, at);
  }
  out.operation = match->operation;
  const std::size_t chain = chain_begin(code, match->anchor);
  std::size_t start = statement_start(code, chain);
  if (code.at(start) == "export") {
    ++start;
  }
  const std::size_t end = code.expression_end(start);
  if (end <= match->anchor) {
    return std::nullopt;
  }
  out.text = pieces.between(start, end);
  if (is_long(out.text)) {
    out.text = pieces.without_bodies(start, end);
  }
  if (is_long(out.text)) {
    return std::nullopt;
  }
  if (match->operation == Operation::keyed_store) {
    const std::size_t close = code.partner(match->anchor);
    out.method = "[]";
    out.receiver = pieces.between(chain, match->anchor);
    out.arguments = {pieces.between(match->anchor + 1, close),
                     pieces.between(close + 2, code.expression_end(close + 2))};
    return out;
  }
  out.method = std::string(code.at(match->anchor));
  if (match->operation == Operation::string_append) {
    out.receiver = pieces.between(chain, match->anchor);
    out.arguments = {pieces.between(match->anchor + 1, code.expression_end(match->anchor + 1))};
    return out;
  }
  if (chain + 1 < match->anchor && one_of(code.at(match->anchor - 1), {".", "?."})) {
    out.receiver = pieces.between(chain, match->anchor - 1);
    out.optional = code.at(match->anchor - 1) == "?.";
  }
  if (match->operation == Operation::listener && match->argument == kNone) {  // x.onload = f
    out.arguments = {pieces.between(match->anchor + 2, code.expression_end(match->anchor + 2))};
  } else if (match->argument != kNone && code.at(match->argument - 1) == "(") {
    out.arguments = arguments_of(code, pieces, match->argument - 1);
  }
  return out;
}

}  // namespace heapdiff::sites
