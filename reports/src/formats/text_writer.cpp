#include "formats/text_writer.h"

#include "heapdiff/snapshot/detail/ascii.h"
#include "heapdiff/snapshot/visible_text.h"
#include "model/columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace heapdiff::formats {

using namespace model;

namespace {

constexpr unsigned kMinWidth = 40;
constexpr unsigned kMaxWidth = 200;
constexpr std::size_t kMaxProse = 110;  // prose in longer lines is hard to read

/// Whether a word is a unit, with what ends a sentence or a bracket: "MB", "kB/op).", "%".
bool is_unit(std::string_view word) {
  static constexpr std::string_view kUnits[] = {"B", "kB", "MB", "GB", "TB", "%"};
  const std::string_view unit = word.substr(0, word.find_first_of("/).,;:"));
  return std::find(std::begin(kUnits), std::end(kUnits), unit) != std::end(kUnits);
}

/// Where the first word of `text` ends. A number and its unit are one word, and so are an option of one letter and its
/// value: a line that begins with "MB" or ends in "-o" is read twice.
std::size_t end_of_word(std::string_view text) {
  const std::size_t end = std::min(text.find(' '), text.size());
  if (end == 0 || end == text.size()) {
    return end;
  }
  const std::string_view rest = text.substr(end + 1);
  const std::size_t length = std::min(rest.find(' '), rest.size());
  const bool is_number = ascii::is_digit(text[end - 1]) && is_unit(rest.substr(0, length));
  const bool is_option = end == 2 && text[0] == '-' && ascii::is_letter(text[1]);
  return is_number || is_option ? end + 1 + length : end;
}

}  // namespace

TextWriter::TextWriter(const RenderOptions& options)
    : width_(std::clamp(options.width, kMinWidth, kMaxWidth)), color_(options.color) {}

std::string TextWriter::style(std::string_view code, std::string_view text) const {
  return color_ && !code.empty() && !text.empty() ? fmt::format("\033[{}m{}\033[0m", code, text) : std::string(text);
}

void TextWriter::heading(std::string_view text) {
  out_ += "\n" + style(ink::kHeading, cut_to(visible_text(text), width_)) + "\n";
}

void TextWriter::wrap(std::string_view lead, std::string_view text, std::string_view code, std::string_view lead_code) {
  const std::size_t indent = columns_of(lead);
  const std::size_t end_column = std::min(width_, indent + kMaxProse);
  std::string row;
  std::size_t used = indent;
  std::string start = style(lead_code, lead);
  const auto flush = [&] {
    line(start + style(code, row));
    start.assign(indent, ' ');
    row.clear();
    used = indent;
  };
  const std::string clean = visible_text(text);
  std::string_view rest = clean;
  while (!rest.empty()) {
    const std::size_t end = end_of_word(rest);
    std::string_view word = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (!row.empty() && used + 1 + columns_of(word) > end_column) {
      flush();
    }
    std::string path;
    if (cuts_paths_ && indent + columns_of(word) > end_column && indent + 8 < end_column &&
        std::count_if(word.begin(), word.end(), [](char c) { return c == '/' || c == '\\'; }) > 2) {
      path = cut_middle(word, end_column - indent);
      word = path;
    }
    while (used + columns_of(word) > end_column && indent + 8 < end_column) {  // a word wider than the line
      const std::size_t bytes = bytes_within(word, end_column - indent);
      row += word.substr(0, bytes);
      word.remove_prefix(bytes);
      flush();
    }
    row += (row.empty() ? "" : " ") + std::string(word);
    used = indent + columns_of(row);
  }
  flush();
}

std::string TextWriter::fit(std::string_view text, std::size_t used) const {
  return cut_to(visible_text(text), width_ - std::min(used, width_ - 1));
}

std::string TextWriter::fit_path(std::string_view text, std::size_t used) const {
  return cut_middle(visible_text(text), width_ - std::min(used, width_ - 1));
}

std::string text_bar(double share, std::size_t cells) {
  static constexpr const char* kEighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const auto eighths =
      static_cast<std::size_t>(std::lround(std::clamp(share, 0.0, 1.0) * static_cast<double>(cells) * 8));
  std::string text;
  for (std::size_t i = 0; i < eighths / 8; ++i) {
    text += "█";
  }
  return text + kEighths[eighths % 8];
}

}  // namespace heapdiff::formats
