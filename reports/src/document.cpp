#include "document.h"

namespace heapdiff {

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

}  // namespace heapdiff
