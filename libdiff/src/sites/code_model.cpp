// Builds the code model in a few linear passes over the tokens.

#include "sites/code_model.h"

#include <algorithm>

namespace heapdiff::sites {
namespace {

bool opens(const Token& token) noexcept {
  if (token.kind == TokenKind::template_chunk) {
    return token.text.size() >= 2 && token.text.substr(token.text.size() - 2) == "${";
  }
  return token.kind == TokenKind::punctuator && (token.text == "(" || token.text == "[" || token.text == "{");
}

bool closes(const Token& token) noexcept {
  if (token.kind == TokenKind::template_chunk) {
    return !token.text.empty() && token.text.front() == '}';
  }
  return token.kind == TokenKind::punctuator && (token.text == ")" || token.text == "]" || token.text == "}");
}

char bracket_class(const Token& token) noexcept {
  if (token.kind == TokenKind::template_chunk) {
    return '`';
  }
  const char c = token.text.front();
  if (c == '(' || c == ')') {
    return '(';
  }
  return c == '[' || c == ']' ? '[' : '{';
}

bool is_control_word(std::string_view word) noexcept {
  return word == "if" || word == "for" || word == "while" || word == "switch" || word == "catch" || word == "with" ||
         word == "await";
}

}  // namespace

CodeModel::CodeModel(std::string_view text) : tokens_(tokenize(text)) {
  match_brackets();
  find_expression_ends();
  find_functions();
  find_owners();
}

void CodeModel::match_brackets() {
  partner_.assign(tokens_.size(), kNone);
  opener_.assign(tokens_.size(), kNone);
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    if (closes(tokens_[i])) {
      // A bracket without a match is ignored: the text may be cut short or be no JavaScript.
      std::size_t depth = open.size();
      const std::size_t lowest = depth > 8 ? depth - 8 : 0;
      while (depth > lowest && bracket_class(tokens_[open[depth - 1]]) != bracket_class(tokens_[i])) {
        --depth;
      }
      if (depth > lowest) {
        if (partner_[open[depth - 1]] == kNone) {
          partner_[open[depth - 1]] = i;
        } else {
          // A chunk in the middle of a template closes one expression and opens the next: its partner is the one
          // before.
          next_chunk_[open[depth - 1]] = i;
        }
        if (partner_[i] == kNone) {
          partner_[i] = open[depth - 1];
        }
        open.resize(depth - 1);
      }
    }
    opener_[i] = open.empty() ? kNone : open.back();
    if (opens(tokens_[i])) {
      open.push_back(i);
    }
  }
}

void CodeModel::find_expression_ends() {
  // Backwards, so that nested arrow functions are linear too.
  const std::size_t count = tokens_.size();
  expression_end_.assign(count + 1, count);
  for (std::size_t i = count; i-- > 0;) {
    const std::string_view text = tokens_[i].text;
    const bool ends = text == "," || text == ";" || closes(tokens_[i]);
    // A name on a new line after a finished expression starts a new statement.
    const bool breaks =
        i > 0 && tokens_[i].line > tokens_[i - 1].line && tokens_[i].kind == TokenKind::identifier && text != "in" &&
        text != "instanceof" &&
        (tokens_[i - 1].kind == TokenKind::identifier   ? !is_operator_word(tokens_[i - 1].text)
         : tokens_[i - 1].kind == TokenKind::punctuator ? tokens_[i - 1].text == ")" || tokens_[i - 1].text == "]"
                                                        : tokens_[i - 1].kind != TokenKind::template_chunk);
    if (ends || breaks) {
      expression_end_[i] = i;
    } else if (opens(tokens_[i]) && partner_[i] != kNone) {
      // A template chunk may close one expression and open the next one.
      std::size_t last = partner_[i];
      for (auto next = next_chunk_.find(last); next != next_chunk_.end() && next->second > last;
           next = next_chunk_.find(last)) {
        last = next->second;
      }
      expression_end_[i] = expression_end_[last + 1];
    } else {
      expression_end_[i] = expression_end_[i + 1];
    }
  }
}

std::string CodeModel::assigned_name(std::size_t head) const {
  std::size_t i = head;
  while (i > 0 && at(i - 1) == "(") {
    --i;
  }
  if (i < 2 || (at(i - 1) != "=" && at(i - 1) != ":")) {
    return {};
  }
  const Token& name = tokens_[i - 2];
  // In `c ? x : () => 1` there is a colon too, but x is not the name of the function.
  if (at(i - 1) == ":" && i > 2 && at(i - 3) != "{" && at(i - 3) != ",") {
    return {};
  }
  if (name.kind == TokenKind::identifier) {
    return std::string(name.text);
  }
  return {};
}

void CodeModel::set_body(FunctionRange& range, std::size_t body) const {
  range.body = body;
  if (at(body) == "{") {
    range.end = partner_[body] == kNone ? tokens_.size() : partner_[body] + 1;
  } else {
    // The body of an arrow function is an expression. Its first token does not end it, even on a new line.
    range.end = body < tokens_.size() ? std::max(expression_end_[body], body + 1) : tokens_.size();
  }
}

std::optional<FunctionRange> CodeModel::function_from_params(std::size_t open) const {
  const std::size_t close = partner_[open];
  if (close == kNone) {
    return std::nullopt;
  }
  FunctionRange range;
  range.head = open;
  range.params = open;
  const std::size_t after = after_return_type(close);
  if (at(after) == "=>") {
    if (open > 0 && at(open - 1) == "async") {
      range.head = open - 1;
    }
    range.name = assigned_name(range.head);
    set_body(range, after + 1);
    return range;
  }
  if (at(after) != "{" || open == 0) {
    return std::nullopt;
  }
  std::size_t i = open - 1;
  if (at(i) == "function" || (at(i) == "*" && i > 0 && at(i - 1) == "function")) {
    range.head = at(i) == "*" ? i - 1 : i;
    if (range.head > 0 && at(range.head - 1) == "async") {
      --range.head;
    }
    range.name = assigned_name(range.head);
  } else {
    // TypeScript: `read<T extends string>(`.
    if (at(i) == ">") {
      const std::size_t name = before_type_parameters(i);
      if (name == kNone) {
        return std::nullopt;
      }
      i = name;
    }
    const TokenKind kind = tokens_[i].kind;
    const bool named = kind == TokenKind::identifier || kind == TokenKind::string || at(i) == "]";
    if (!named || is_control_word(at(i))) {
      return std::nullopt;
    }
    if (kind == TokenKind::identifier) {
      range.name = std::string(at(i));
    }
    if (at(i) == "]" && partner_[i] != kNone) {
      i = partner_[i];
    }
    range.head = i;
    while (range.head > 0 &&
           (at(range.head - 1) == "async" || at(range.head - 1) == "*" || at(range.head - 1) == "get" ||
            at(range.head - 1) == "set" || at(range.head - 1) == "static" || at(range.head - 1) == "function")) {
      --range.head;
    }
  }
  set_body(range, after);
  return range;
}

std::size_t CodeModel::before_type_parameters(std::size_t close) const {
  std::size_t depth = 0;
  std::size_t i = close;
  for (int steps = 0; i > 0 && steps < 64; ++steps, --i) {
    if (at(i) == ">") {
      ++depth;
    } else if (at(i) == "<" && --depth == 0) {
      return i - 1;
    } else if (at(i) == ";" || at(i) == "(") {
      break;
    }
  }
  return kNone;
}

std::size_t CodeModel::after_return_type(std::size_t close) const {
  // TypeScript: `): Promise<{ a: number }> {`. A brace that follows an operator of types opens a type, not the body.
  if (at(close + 1) != ":") {
    return close + 1;
  }
  std::size_t angles = 0;
  std::size_t i = close + 2;
  for (int steps = 0; i < tokens_.size() && steps < 64; ++steps) {
    const std::string_view text = at(i);
    const std::string_view before = at(i - 1);
    const bool wants_type = before == ":" || before == "|" || before == "&" || before == "=>" || before == "<" ||
                            before == "is" || (angles > 0 && before == ",");
    if (text == "{" && !wants_type && angles == 0) {
      return i;
    }
    if (text == "=>" && angles == 0 && before != ")") {
      return i;
    }
    if (text == "{" || text == "(" || text == "[") {
      if (partner_[i] == kNone || partner_[i] < i) {
        return close + 1;
      }
      i = partner_[i] + 1;
      continue;
    }
    if (text == "<") {
      ++angles;
    } else if (text == ">" || text == ">>" || text == ">>>") {
      angles -= std::min(angles, text.size());
    } else if (text == ";" || text == "=" || closes(tokens_[i]) || (text == "," && angles == 0)) {
      return close + 1;
    }
    ++i;
  }
  return close + 1;
}

std::optional<FunctionRange> CodeModel::class_from_keyword(std::size_t keyword) const {
  if (keyword > 0 && (at(keyword - 1) == "." || at(keyword - 1) == "?.")) {
    return std::nullopt;
  }
  FunctionRange range;
  range.is_class = true;
  range.head = keyword;
  range.params = keyword;
  if (is_name(keyword + 1) && at(keyword + 1) != "extends") {
    range.name = std::string(at(keyword + 1));
  } else {
    range.name = assigned_name(keyword);
  }
  // What follows `extends` is short in real code; the bound keeps `class class class` linear.
  std::size_t i = keyword + 1;
  for (int steps = 0; i < tokens_.size() && at(i) != "{"; ++steps) {
    if (steps == 64 || at(i) == ";" || closes(tokens_[i])) {
      return std::nullopt;
    }
    i = opens(tokens_[i]) && partner_[i] != kNone ? partner_[i] + 1 : i + 1;
  }
  if (i >= tokens_.size()) {
    return std::nullopt;
  }
  set_body(range, i);
  return range;
}

void CodeModel::find_functions() {
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    std::optional<FunctionRange> range;
    if (at(i) == "(" && tokens_[i].kind == TokenKind::punctuator) {
      range = function_from_params(i);
    } else if (at(i) == "class" && tokens_[i].kind == TokenKind::identifier) {
      range = class_from_keyword(i);
    } else if (is_name(i) && at(i + 1) == "=>") {
      range.emplace();
      range->head = i > 0 && at(i - 1) == "async" ? i - 1 : i;
      range->params = i;
      range->name = assigned_name(range->head);
      set_body(*range, i + 2);
    }
    if (range) {
      functions_.push_back(std::move(*range));
    }
  }
}

void CodeModel::find_owners() {
  // The ranges are in order of `params`, and they are nested because brackets are.
  owner_.assign(tokens_.size(), kNone);
  std::vector<std::size_t> open;
  std::size_t next = 0;
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    while (!open.empty() && functions_[open.back()].end <= i) {
      open.pop_back();
    }
    while (next < functions_.size() && functions_[next].params == i) {
      functions_[next].parent = open.empty() ? kNone : open.back();
      open.push_back(next);
      ++next;
    }
    if (!open.empty()) {
      owner_[i] = open.back();
    }
  }
}

std::size_t CodeModel::function_at(std::uint32_t line, std::uint32_t column) const noexcept {
  const auto is_before = [line, column](const Token& token) {
    return token.line != line ? token.line < line : token.column < column;
  };
  const auto found = std::partition_point(tokens_.begin(), tokens_.end(), is_before);
  if (found == tokens_.end()) {
    return kNone;
  }
  const auto token = static_cast<std::size_t>(found - tokens_.begin());
  // Functions are in order of `params`; the one that starts at the token is the first with params
  // at or after it.
  const auto first = std::partition_point(functions_.begin(), functions_.end(),
                                          [token](const FunctionRange& range) { return range.params < token; });
  if (first != functions_.end() && first->head <= token) {
    return static_cast<std::size_t>(first - functions_.begin());
  }
  return owner_[token];
}

std::string CodeModel::function_name(std::size_t token) const {
  return token < owner_.size() ? name_from(owner_[token]) : std::string();
}

std::string CodeModel::name_at(std::uint32_t line, std::uint32_t column) const {
  const std::size_t function = function_at(line, column);
  // A position in a class and in none of its methods has no name: the name of the class would be misleading.
  if (function != kNone && functions_[function].is_class && tokens_[functions_[function].head].line != line) {
    return {};
  }
  return name_from(function);
}

std::string CodeModel::name_from(std::size_t function) const {
  for (std::size_t i = function; i != kNone; i = functions_[i].parent) {
    // V8 gives the constructor the name of its class.
    const std::size_t parent = functions_[i].parent;
    const bool constructor = functions_[i].name == "constructor" && parent != kNone && functions_[parent].is_class &&
                             !functions_[parent].name.empty();
    if (!functions_[i].name.empty() && !constructor) {
      return functions_[i].name;
    }
  }
  return {};
}

}  // namespace heapdiff::sites
