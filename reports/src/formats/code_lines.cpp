#include "formats/code_lines.h"

#include "model/columns.h"

#include <algorithm>

namespace heapdiff::formats {

using namespace model;

namespace {

constexpr std::string_view kComment = "// ";

/// The position of a line's comment, outside quotes; npos when there is none. The templates have no regular
/// expressions.
std::size_t comment_at(std::string_view line) {
  char quote = 0;
  for (std::size_t i = 0; i + 1 < line.size(); ++i) {
    if (quote != 0) {
      quote = line[i] == quote ? '\0' : quote;
      i += line[i] == '\\' ? 1U : 0U;  // an escaped character ends no string
    } else if (line[i] == '\'' || line[i] == '"' || line[i] == '`') {
      quote = line[i];
    } else if (line.substr(i).starts_with(kComment)) {
      return i;
    }
  }
  return std::string_view::npos;
}

/// A comment in lines. A comment that follows at the same indent continues the last line.
class CommentLines {
 public:
  CommentLines(std::string& out, std::size_t width) : out_(out), width_(width) {}

  void add(std::string_view words, std::size_t indent) {
    if (indent != indent_) {
      end();
    }
    indent_ = indent;
    const std::string_view separator = rest_.empty() ? "" : " ";
    std::string text = rest_ + std::string(separator) + std::string(words);
    rest_.clear();
    const std::size_t room = width_ > indent + kComment.size() ? width_ - indent - kComment.size() : 1;
    while (columns_of(text) > room) {
      std::size_t cut = text.rfind(' ', bytes_within(text, room));
      cut = cut == std::string::npos ? text.find(' ') : cut;
      if (cut == std::string::npos) {
        break;  // a single word that is wider than the line
      }
      line(text.substr(0, cut));
      text.erase(0, cut + 1);
      if (columns_of(text) <= room) {
        rest_ = std::move(text);
        return;
      }
    }
    line(text);
  }
  void end() {
    if (!rest_.empty()) {
      line(rest_);
      rest_.clear();
    }
  }

 private:
  void line(const std::string& words) { out_ += std::string(indent_, ' ') + std::string(kComment) + words + "\n"; }

  std::string& out_;
  std::size_t width_;
  std::size_t indent_ = 0;
  std::string rest_;
};

void fold_line(std::string& out, CommentLines& comments, std::string_view line, std::size_t width) {
  const std::size_t indent = std::min(line.find_first_not_of(' '), line.size());
  const std::size_t at = comment_at(line);
  const bool fills = at == indent;
  const bool code = at == std::string_view::npos || line.substr(at + kComment.size()).starts_with(' ');
  if (fills && !code) {
    comments.add(line.substr(at + kComment.size()), indent);
    return;
  }
  comments.end();
  if (code || columns_of(line) <= width) {
    out += std::string(line) + "\n";
    return;
  }
  comments.add(line.substr(at + kComment.size()), indent);
  comments.end();
  out += std::string(line.substr(0, line.find_last_not_of(' ', at - 1) + 1)) + "\n";
}

}  // namespace

std::string fold_comments(std::string_view code, std::size_t width) {
  std::string out;
  CommentLines comments(out, width);
  while (!code.empty()) {
    const std::size_t end = std::min(code.find('\n'), code.size());
    fold_line(out, comments, code.substr(0, end), width);
    code.remove_prefix(std::min(end + 1, code.size()));
  }
  comments.end();
  return out;
}

}  // namespace heapdiff::formats
