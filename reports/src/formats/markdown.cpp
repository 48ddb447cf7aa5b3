// A Document as GitHub-flavoured Markdown.

#include "formats/writers.h"
#include "heapdiff/reports/escape.h"
#include "heapdiff/snapshot/visible_text.h"
#include "model/untrusted_note.h"

#include <fmt/format.h>

#include <algorithm>

namespace heapdiff::formats {

using namespace model;

namespace {

std::string inline_text(const Spans& spans, bool cell) {
  std::string out;
  for (const Span& span : spans) {
    const bool leads = span.text.starts_with(' ') && !out.empty() && out.back() != ' ';
    const bool trails = span.text.ends_with(' ') && span.text.size() > 1;
    switch (span.style) {
      case Span::Style::code:
        out += cell ? markdown_code_cell(span.text) : markdown_code(span.text);
        break;
      case Span::Style::plain:
        out += (leads ? " " : "") + escape_markdown(span.text, out.empty() && !cell) + (trails ? " " : "");
        break;
      case Span::Style::strong:
        out += fmt::format("{}**{}**{}", leads ? " " : "", escape_markdown(span.text, false), trails ? " " : "");
        break;
      case Span::Style::blank:
        out += fmt::format("**\\[fill in: {}\\]**", escape_markdown(span.text));
        break;
    }
  }
  return out;
}

void table(std::string& out, const Block& block) {
  for (std::size_t r = 0; r < block.rows.size(); ++r) {
    for (const Spans& cell : block.rows[r]) {
      out += "| " + inline_text(cell, true) + " ";
    }
    out += "|\n";
    if (r == 0) {
      for (const bool right : block.right) {
        out += right ? "|---:" : "|---";
      }
      out += "|\n";
    }
  }
}

void code_block(std::string& out, const Block& block) {
  std::string fence = "```";
  while (block.text.find(fence) != std::string::npos) {
    fence += '`';
  }
  out += fence + block.language + "\n";
  std::string_view rest = block.text;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    out += visible_text(rest.substr(0, end)) + "\n";
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  out += fence + "\n";
}

}  // namespace

std::string write_markdown(const Document& document) {
  std::string out;
  bool noted = false;
  const auto note = [&] {
    out += fmt::format("{}<!-- {} -->\n", out.empty() ? "" : "\n", model::kUntrustedNote);
    noted = true;
  };
  for (const Block& block : document.blocks()) {
    // Below the title: a comment in a pull request begins with the verdict.
    if (!noted && (block.kind != Block::Kind::heading || !out.empty())) {
      note();
    }
    out += out.empty() ? "" : "\n";
    switch (block.kind) {
      case Block::Kind::heading:
        out += std::string(block.level, '#') + " " + inline_text(block.spans, false) + "\n";
        break;
      case Block::Kind::paragraph:
        out += inline_text(block.spans, false) + "\n";
        break;
      case Block::Kind::panel:
        out += "> " + inline_text(block.spans, false) + "\n";
        break;
      case Block::Kind::bullets:
        for (const Spans& item : block.items) {
          out += "- " + inline_text(item, false) + "\n";
        }
        break;
      case Block::Kind::numbers:
        for (std::size_t i = 0; i < block.items.size(); ++i) {
          out += fmt::format("{}. {}\n", i + 1, inline_text(block.items[i], false));
        }
        break;
      case Block::Kind::table:
        table(out, block);
        break;
      case Block::Kind::code:
        code_block(out, block);
        break;
    }
  }
  if (!noted) {
    note();
  }
  return out;
}

}  // namespace heapdiff::formats
