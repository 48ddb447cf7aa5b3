#include "model/document.h"

#include <algorithm>
#include <array>

namespace heapdiff::model {

Spans code_spans(const std::string& text) {
  if (std::count(text.begin(), text.end(), '`') % 2 != 0) {
    return {plain(text)};
  }
  Spans spans;
  bool inside = false;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('`', at), text.size());
    if (end > at) {
      spans.push_back(inside ? code(text.substr(at, end - at)) : plain(text.substr(at, end - at)));
    }
    inside = !inside;
    at = end + 1;
  }
  return spans;
}

bool names_one_thing(std::string_view sentence) {
  // What heapdiff's sentences say before such a name. Backticks elsewhere belong to a name of the heap.
  constexpr std::array<std::string_view, 8> kBefore = {
      "Clearing ",   "Settling ",       "Dropping what ",           "adds to ",
      "appends to ", "registers with ", "registers a listener on ", "waits for "};
  const std::string_view before = sentence.substr(0, sentence.find('`'));
  return std::find(kBefore.begin(), kBefore.end(), before) != kBefore.end() &&
         std::count(sentence.begin(), sentence.end(), '`') == 2;
}

Spans named_spans(const std::string& text) { return names_one_thing(text) ? code_spans(text) : Spans{plain(text)}; }

void Document::heading(unsigned level, Spans spans) {
  Block block;
  block.kind = Block::Kind::heading;
  block.level = level;
  block.spans = std::move(spans);
  blocks_.push_back(std::move(block));
}

void Document::paragraph(Spans spans) {
  Block block;
  block.spans = std::move(spans);
  blocks_.push_back(std::move(block));
}

void Document::panel(Tone tone, Spans spans) {
  paragraph(std::move(spans));
  blocks_.back().kind = Block::Kind::panel;
  blocks_.back().tone = tone;
}

void Document::bullets(std::vector<Spans> items) {
  if (!items.empty()) {
    Block block;
    block.kind = Block::Kind::bullets;
    block.items = std::move(items);
    blocks_.push_back(std::move(block));
  }
}

void Document::numbers(std::vector<Spans> items) {
  if (!items.empty()) {
    bullets(std::move(items));
    blocks_.back().kind = Block::Kind::numbers;
  }
}

void Document::table(std::vector<bool> right, std::vector<std::vector<Spans>> rows) {
  Block block;
  block.kind = Block::Kind::table;
  block.right = std::move(right);
  block.rows = std::move(rows);
  blocks_.push_back(std::move(block));
}

void Document::code_block(std::string language, std::string text) {
  Block block;
  block.kind = Block::Kind::code;
  block.language = std::move(language);
  block.text = std::move(text);
  blocks_.push_back(std::move(block));
}

Document Document::first(std::size_t blocks, std::size_t parts) const {
  Document out;
  out.blocks_.assign(blocks_.begin(), blocks_.begin() + static_cast<std::ptrdiff_t>(std::min(blocks, blocks_.size())));
  if (!out.blocks_.empty()) {
    Block& last = out.blocks_.back();
    last.items.resize(std::min(last.items.size(), parts));
    last.rows.resize(std::min(last.rows.size(), parts));
  }
  return out;
}

}  // namespace heapdiff::model
