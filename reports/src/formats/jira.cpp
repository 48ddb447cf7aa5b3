// Writes a Document as Jira wiki markup (Data Center, and Cloud's REST API v2).

#include "formats/writers.h"
#include "heapdiff/reports/escape.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace heapdiff::formats {

using namespace model;

namespace {

std::string inline_text(const Spans& spans) {
  std::string out;
  for (const Span& span : spans) {
    const std::string lead = span.text.starts_with(' ') && !out.empty() && out.back() != ' ' ? " " : "";
    const std::string trail = span.text.ends_with(' ') && span.text.size() > 1 ? " " : "";
    switch (span.style) {
      case Span::Style::code:
        out += jira_code(span.text);
        break;
      case Span::Style::plain:
        out += lead + escape_jira(span.text) + trail;
        break;
      case Span::Style::strong:
        out += fmt::format("{}*{}*{}", lead, escape_jira(span.text), trail);
        break;
      case Span::Style::blank:
        out += fmt::format("*\\[fill in: {}\\]*", escape_jira(span.text));
        break;
    }
  }
  return out;
}

std::string table_text(const Block& block) {
  std::string out;
  for (std::size_t r = 0; r < block.rows.size(); ++r) {
    const char* bar = r == 0 ? "||" : "|";
    for (const Spans& cell : block.rows[r]) {
      const std::string text = inline_text(cell);
      out += bar + (text.empty() ? std::string(" ") : text);  // an empty cell would make the next one a heading
    }
    out += std::string(bar) + "\n";
  }
  return out;
}

std::string jira_code_block(const Block& block) {
  // Jira shows an error for languages that it does not know.
  const std::string language = block.language == "javascript" || block.language == "typescript" ? ":javascript"
                               : block.language == "json"                                       ? ":json"
                               : block.language == "yaml"                                       ? ":yaml"
                                                                                                : "";
  std::string out = "{code" + language + "}\n";
  std::string_view rest = block.text;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    out += escape_jira_block(rest.substr(0, end)) + "\n";
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out + "{code}\n";
}

std::string panel_text(const Block& block) {
  const char* color = block.tone == Tone::bad         ? "#ffebe6"
                      : block.tone == Tone::good      ? "#e3fcef"
                      : block.tone == Tone::attention ? "#fffae6"
                                                      : "#deebff";
  return fmt::format("{{panel:bgColor={}}}\n{}\n{{panel}}\n", color, inline_text(block.spans));
}

std::string block_text(const Block& block) {
  std::string out;
  switch (block.kind) {
    case Block::Kind::heading:
      return fmt::format("h{}. {}\n", block.level, inline_text(block.spans));
    case Block::Kind::paragraph:
      return inline_text(block.spans) + "\n";
    case Block::Kind::panel:
      return panel_text(block);
    case Block::Kind::bullets:
    case Block::Kind::numbers:
      for (const Spans& item : block.items) {
        out += (block.kind == Block::Kind::bullets ? "* " : "# ") + inline_text(item) + "\n";
      }
      return out;
    case Block::Kind::table:
      return table_text(block);
    case Block::Kind::code:
      return jira_code_block(block);
  }
  return out;
}

/// The size of a text as Jira counts it. UTF-16 units are an upper bound.
std::size_t characters_of(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    count += (byte & 0xC0U) != 0x80U ? 1U : 0U;
    count += byte >= 0xF0U ? 1U : 0U;
  }
  return count;
}

}  // namespace

std::size_t cut_at(const Document& document, const std::vector<std::size_t>& lengths) {
  constexpr std::size_t kNotice = 1500;
  const std::size_t total = std::accumulate(lengths.begin(), lengths.end(), std::size_t{0});
  if (total + 200 <= kJiraCharacters) {
    return lengths.size();
  }
  std::size_t length = 0;
  std::size_t at = 0;
  while (at < lengths.size() && length + lengths[at] <= kJiraCharacters - kNotice) {
    length += lengths[at++];
  }
  while (at > 0 && document.blocks()[at - 1].kind == Block::Kind::heading) {
    --at;  // a heading is cut together with its content
  }
  return at;
}

std::string cut_notice(const Document& document, std::size_t from) {
  std::string titles;
  std::size_t suspects = 0;
  for (std::size_t i = from; i < document.blocks().size(); ++i) {
    const Block& block = document.blocks()[i];
    if (block.kind != Block::Kind::heading || block.level > 2 || block.spans.empty()) {
      continue;
    }
    const std::string& title = block.spans.front().text;
    if (title.starts_with("Suspect ")) {
      ++suspects;
    } else {
      titles += ", " + title;
    }
  }
  if (suspects > 0) {
    titles = fmt::format(", {} more suspect{}", suspects, suspects == 1 ? "" : "s") + titles;
  }
  const std::string notice = "Cut here to fit Jira's limit. heapdiff -o markdown=FILE writes the full report";
  return titles.empty() ? notice + "." : fmt::format("{}; it also holds: {}.", notice, titles.substr(2));
}

std::string write_jira(const Document& document) {
  std::vector<std::string> texts;
  std::vector<std::size_t> lengths;
  for (const Block& block : document.blocks()) {
    texts.push_back(block_text(block));
    lengths.push_back(characters_of(texts.back()) + 1);
  }
  const std::size_t end = cut_at(document, lengths);
  std::string out;
  for (std::size_t i = 0; i < end; ++i) {
    out += (out.empty() ? "" : "\n") + texts[i];
  }
  return end < texts.size() ? out + "\n*" + escape_jira(cut_notice(document, end)) + "*\n" : out;
}

}  // namespace heapdiff::formats
