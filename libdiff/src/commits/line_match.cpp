#include "commits/line_match.h"

#include "heapdiff/snapshot/detail/ascii.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <vector>

namespace heapdiff::commits {
namespace {

constexpr std::size_t kMinLetters = 12;  // a shorter line is `}` or `return;`
constexpr char kName = '\x01';           // stands for an identifier that may have been renamed

/// A text without what formatters change, and the position of each character.
struct Bare {
  std::string text;
  std::vector<std::uint32_t> line;
};

Bare bare(std::string_view text) {
  Bare out;
  std::uint32_t line = 1;
  for (const char c : text) {
    if (c == '\n') {
      ++line;
    }
    const bool dropped = c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ';' || c == '(' || c == ')';
    if (dropped) {
      continue;
    }
    if ((c == '}' || c == ']') && !out.text.empty() && out.text.back() == ',') {
      out.text.pop_back();
      out.line.pop_back();
    }
    out.text.push_back(c == '"' ? '\'' : c);
    out.line.push_back(line);
  }
  return out;
}

bool is_word(char c) { return ascii::is_alphanumeric(c) || ascii::is_beyond(c) || c == '_' || c == '$'; }

bool is_keyword(std::string_view word) {
  static constexpr std::array<std::string_view, 34> kKeywords = {
      "async", "await",  "break",  "case", "catch",  "class",    "const",    "delete", "do",
      "else",  "export", "false",  "for",  "from",   "function", "if",       "import", "in",
      "let",   "new",    "null",   "of",   "return", "static",   "super",    "this",   "throw",
      "true",  "try",    "typeof", "var",  "void",   "while",    "undefined"};
  return std::find(kKeywords.begin(), kKeywords.end(), word) != kKeywords.end();
}

/// A text with kName in place of each identifier that is not called, and these identifiers in order.
struct Folded {
  std::string text;
  std::vector<std::string_view> names;
};

class Folder {
 public:
  explicit Folder(std::string_view text) : text_(text) {}

  Folded run() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\'' || c == '"') {
        quoted(c);
      } else if (c == '`') {
        put();
        pattern();
      } else if (c == '}' && !depth_.empty() && depth_.back() == 0) {
        depth_.pop_back();
        put();
        pattern();
      } else if (is_word(c)) {
        word();
      } else {
        if (!depth_.empty()) {
          depth_.back() += c == '{' ? 1 : c == '}' ? -1 : 0;
        }
        put();
      }
    }
    return std::move(out_);
  }

 private:
  void put() { out_.text.push_back(text_[at_++]); }

  void quoted(char quote) {
    put();
    while (at_ < text_.size() && text_[at_] != quote && text_[at_] != '\n') {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
        put();
      }
      put();
    }
    if (at_ < text_.size()) {
      put();
    }
  }

  /// Copies a template literal up to its end or its next substitution.
  void pattern() {
    while (at_ < text_.size() && text_[at_] != '`') {
      if (text_.substr(at_, 2) == "${") {
        put();
        put();
        depth_.push_back(0);
        return;
      }
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
        put();
      }
      put();
    }
    if (at_ < text_.size()) {
      put();
    }
  }

  void word() {
    std::size_t end = at_;
    while (end < text_.size() && is_word(text_[end])) {
      ++end;
    }
    const std::string_view name = text_.substr(at_, end - at_);
    const std::size_t next = text_.find_first_not_of(" \t", end);
    const bool called = next != std::string_view::npos && text_[next] == '(';
    at_ = end;
    if (called || ascii::is_digit(name[0]) || is_keyword(name)) {
      out_.text += name;
      return;
    }
    out_.text.push_back(kName);
    out_.names.push_back(name);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<int> depth_;  // open braces in each open substitution
  Folded out_;
};

std::vector<std::size_t> occurrences(const std::string& text, std::string_view piece) {
  std::vector<std::size_t> found;
  for (std::size_t at = text.find(piece); at != std::string::npos; at = text.find(piece, at + piece.size())) {
    found.push_back(at);
  }
  return found;
}

/// The text of a line of `newer` and its position in both versions.
struct Placed {
  std::size_t length = 0;
  std::size_t now = 0;
  std::size_t before = 0;
};

std::optional<Placed> find_again(const Bare& before, const Bare& now, std::uint32_t line, bool as_often) {
  const auto first = std::lower_bound(now.line.begin(), now.line.end(), line);
  const auto last = std::upper_bound(now.line.begin(), now.line.end(), line);
  const auto at = static_cast<std::size_t>(first - now.line.begin());
  std::string_view piece = std::string_view(now.text).substr(at, static_cast<std::size_t>(last - first));
  while (!piece.empty() && piece.back() == ',') {
    piece.remove_suffix(1);
  }
  if (piece.empty()) {
    return std::nullopt;
  }
  const std::vector<std::size_t> here = occurrences(now.text, piece);
  const std::vector<std::size_t> there = occurrences(before.text, piece);
  const auto mine = std::find(here.begin(), here.end(), at);
  if (there.size() < here.size() || (as_often && there.size() != here.size()) || mine == here.end()) {
    return std::nullopt;
  }
  return Placed{piece.size(), at, there[static_cast<std::size_t>(mine - here.begin())]};
}

std::size_t letters_in(const Bare& text, std::uint32_t line) {
  return static_cast<std::size_t>(std::upper_bound(text.line.begin(), text.line.end(), line) -
                                  std::lower_bound(text.line.begin(), text.line.end(), line));
}

using Counts = std::map<std::string_view, std::int64_t>;

Counts count(const std::vector<std::string_view>& names) {
  Counts counts;
  for (const std::string_view name : names) {
    ++counts[name];
  }
  return counts;
}

}  // namespace

std::optional<std::uint32_t> same_line_before(std::string_view older, std::string_view newer, std::uint32_t line) {
  const Bare now = bare(newer);
  if (letters_in(now, line) < kMinLetters) {
    return std::nullopt;
  }
  const Bare before = bare(older);
  const auto placed = find_again(before, now, line, false);
  return placed ? std::optional(before.line[placed->before]) : std::nullopt;
}

std::optional<std::uint32_t> renamed_line_before(std::string_view older, std::string_view newer, std::uint32_t line) {
  if (letters_in(bare(newer), line) < kMinLetters) {
    return std::nullopt;
  }
  const Folded folded_now = Folder(newer).run();
  const Folded folded_before = Folder(older).run();
  const Bare now = bare(folded_now.text);
  const Bare before = bare(folded_before.text);
  const auto placed = find_again(before, now, line, true);
  const auto marked = [](const Folded& folded) {
    // No source text has this control character in it.
    return static_cast<std::size_t>(std::count(folded.text.begin(), folded.text.end(), kName)) == folded.names.size();
  };
  if (!placed || !marked(folded_now) || !marked(folded_before)) {
    return std::nullopt;
  }
  const auto names_in = [&](const Bare& text, std::size_t end) {
    return static_cast<std::size_t>(
        std::count(text.text.begin(), text.text.begin() + static_cast<std::ptrdiff_t>(end), kName));
  };
  const std::size_t first_now = names_in(now, placed->now);
  const std::size_t first_before = names_in(before, placed->before);
  const std::size_t names = names_in(now, placed->now + placed->length) - first_now;
  const Counts count_now = count(folded_now.names);
  const Counts count_before = count(folded_before.names);
  const auto of = [](const Counts& counts, std::string_view name) {
    const auto found = counts.find(name);
    return found == counts.end() ? std::int64_t{0} : found->second;
  };
  std::map<std::string_view, std::string_view> new_of;
  std::map<std::string_view, std::string_view> old_of;
  for (std::size_t i = 0; i < names; ++i) {
    const std::string_view was = folded_before.names[first_before + i];
    const std::string_view is = folded_now.names[first_now + i];
    if (new_of.try_emplace(was, is).first->second != is || old_of.try_emplace(is, was).first->second != was) {
      return std::nullopt;
    }
    const bool moved = of(count_now, was) < of(count_before, was) && of(count_now, is) > of(count_before, is);
    if (was != is && !moved) {
      return std::nullopt;
    }
  }
  return before.line[placed->before];
}

}  // namespace heapdiff::commits
